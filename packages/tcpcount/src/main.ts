import { type Context, LineNumbers, readAll, sayLossesRead, TypeCounts } from '@tcppipe/cli';
import { type AnyRecord, escapeDangerous, serialise } from '@tcppipe/events';
import type { command } from './command.js';
import { numberedBy } from './key.js';
import { passes, weightOf } from './weight.js';
import { grace, Windows } from './windows.js';

/** How often an idle input is looked at, in milliseconds. */
const idleCheckMs = 250;

export async function main(context: Context<typeof command.options>): Promise<void> {
  const { options, files, out, tally, stop, follow, say } = context;
  const windows = new Windows({
    by: options.by,
    maxKeys: options['max-keys'],
    top: options.top ?? Number.POSITIVE_INFINITY,
    interval: options.interval,
  });
  const numbers = new LineNumbers(numberedBy(options.by));
  /** Events that were not asked for: where nothing was counted, one of these may have been meant. */
  const leftOut = new TypeCounts();
  const write = (record: AnyRecord) => out.write(serialise(record));

  /** Since when there has been nothing to do, epoch milliseconds; a slow reader of ours is no idle input, nor is a recording. */
  let idleSince: number | undefined;
  const reportEnded = () => {
    const now = Date.now();
    if (idleSince === undefined || stop.aborted || now - idleSince < grace * 1000) return;
    windows.ended(now / 1000).forEach(write);
    out.flush();
  };
  let failure: unknown;
  const idleCheck = options.interval === undefined ? undefined : setInterval(reportEnded, idleCheckMs);
  try {
    for await (const batch of readAll(files, tally, stop, { numbers, follow })) {
      idleSince = undefined;
      for (const line of batch) {
        const { record } = line;
        const connects = weightOf(record, options.event);
        if (connects !== undefined) windows.add(record, connects, line.key?.(0)).forEach(write);
        else if (passes(record)) out.write(line.isPlain ? line.text : escapeDangerous(line.text));
        else leftOut.add(record.type as string);
      }
      const isRecording = windows.isBehind(Date.now() / 1000);
      await out.room();
      if (!isRecording) idleSince = Date.now();
    }
  } catch (error) {
    failure = error; // what was counted until then is still to be reported
  } finally {
    clearInterval(idleCheck);
  }
  for (const record of windows.end()) {
    write(record);
    if (out.full) await out.room();
  }
  if (failure !== undefined) throw failure;
  if (windows.hasCounted)
    for (const path of windows.absent) say(`no record that was counted has ${path.join('.')}`);
  else if (leftOut.most) say(`no ${options.event} to count, but ${leftOut}; try -e ${leftOut.most}`);
  sayLossesRead(context);
}
