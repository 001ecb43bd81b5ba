import { type Context, counted, type OptionTable } from '@tcppipe/cli';
import { dnsTracer } from '@tcppipe/dnssource/core';
import type { AnyRecord } from '@tcppipe/events';
import { binding } from '@tcppipe/native';
import { besideText, Emitter, Tracing, WallClock } from '@tcppipe/source';
import { NamedView } from './named-view.js';
import { isLost, sayLost, type View } from './view.js';

/** Room in the kernel for DNS messages not yet read: enough for thousands of answers. */
const ringBytes = 2 * 1024 * 1024;

/** Runs `show` with a view that adds names to `view`, from a DNS tracer in this process. @throws CliError */
export async function showWithNames(
  tool: string,
  { say, tally }: Pick<Context<OptionTable>, 'say' | 'tally'>,
  view: View,
  show: (named: View) => Promise<void>,
): Promise<void> {
  const tracing = Tracing.start(tool, dnsTracer({}, say), binding, ringBytes);
  let failure: unknown;
  const throwFailure = () => {
    if (failure) throw failure;
  };
  const catchUp = () => {
    tracing.drain();
    throwFailure();
  };
  const counters = () => [
    `${counted(emitter.lost, 'DNS event')} lost`,
    ...tracing.lostBeside().map(besideText),
  ];
  const named = new NamedView(view, catchUp, counters);
  const clock = new WallClock(() => binding.bootOffsetUs());
  const emitter = new Emitter(
    'dnssource',
    record => {
      if (isLost(record)) sayLost(record);
      named.learn(record as AnyRecord);
    },
    clock,
  );
  try {
    tracing.read({
      emitter,
      clock,
      batchRead() {},
      onError: error => {
        failure ??= error;
      },
    });
    await show(named);
    await tracing.finish();
    throwFailure();
    tracing.sayLostBeside({ say, tally });
    tally.lost += emitter.lost;
  } finally {
    tracing.close();
  }
}
