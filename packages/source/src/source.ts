import { type Context, counted, dropPrivileges, identityAfterAttaching } from '@tcppipe/cli';
import { serialise } from '@tcppipe/events';
import type { Binding } from '@tcppipe/native';
import { explainBpf } from './bpf-errors.js';
import { WallClock } from './clock.js';
import { Emitter } from './emitter.js';
import { lostMessage } from './losses.js';
import type { RunOptions } from './options.js';
import { lostLine, openReopenable } from './output.js';
import { type Showing, show } from './show.js';
import { besideText, type Tracer, Tracing } from './tracing.js';

/** Runs a source: writes events as NDJSON until the command is stopped, the time is over or the limit reached. */
export async function runSource(
  tool: string,
  context: Context<RunOptions>,
  tracer: Tracer,
  binding: Binding,
): Promise<void> {
  const { options, out, say, dropping } = context;
  if (dropping) dropping.standIn = (first, next) => lostLine(tool, first, next);
  const lost = await follow(tool, context, tracer, binding, {
    ringBytes: options['ring-size'],
    limit: options.limit,
    duration: options.duration,
    user: options.user,
    hasUserOption: true,
    fate: 'written',
    begin(emitter, hooks) {
      if (options.ready || options.output !== undefined) emitter.ready(hooks);
    },
    record: record => out.write(serialise(record)),
    end: async next => dropping?.settle(serialise(next)),
  });
  if (lost.size > 0) say(lostMessage(lost));
}

/**
 * From open to close: loads, attaches, and gives events to `showing` until the end; then detaches, gives what had
 * waited, and returns how many events were lost, by reason. SIGUSR1 says how it stands. A full output leaves events in the kernel's ring,
 * which is what bounds memory.
 * @throws CliError
 */
export async function follow(
  tool: string,
  context: Pick<Context<RunOptions>, 'out' | 'file' | 'dropping' | 'stop' | 'tally' | 'say'>,
  tracer: Tracer,
  binding: Binding,
  showing: Showing,
): Promise<ReadonlyMap<string, number>> {
  const clock = new WallClock(() => binding.bootOffsetUs());
  const emitter = new Emitter(tool, record => showing.record(record), clock, showing.limit);
  const identity = identityAfterAttaching(showing.user, process.env);
  const tracing = Tracing.start(tool, tracer, binding, showing.ringBytes);
  const sayCounters = () => {
    const counters = () =>
      [
        `${counted(emitter.emitted, 'event')} ${showing.fate}, ${emitter.lost} lost`,
        ...(context.dropping ? [`${context.dropping.dropped} of their lines dropped for want of room`] : []),
        ...tracing.lostBeside().map(besideText),
        ...(showing.counters?.() ?? []),
      ].join(', ');
    tracing.drain(() => !context.out.full);
    context.say(context.out.full ? `${counters()}, others wait for the output to take more` : counters());
  };
  process.on('SIGUSR1', sayCounters);
  try {
    dropPrivileges(identity, binding, context.say);
    if (context.file) openReopenable(context.file, showing.hasUserOption);
    await show(context, tracing, emitter, clock, showing);
    tracing.sayLostBeside(context);
  } catch (error) {
    throw explainBpf(error);
  } finally {
    process.off('SIGUSR1', sayCounters);
    tracing.close();
  }
  context.tally.lost += emitter.lost;
  return emitter.lostBy;
}
