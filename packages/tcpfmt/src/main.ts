import { type Context, readAll } from '@tcppipe/cli';
import type { AnyRecord } from '@tcppipe/events';
import { tableCell } from './cell.js';
import type { command } from './command.js';
import { Formatter } from './formatter.js';

/** How long the first counts wait for others, with which they settle on columns: a report comes at once, and whoever watches waits once. */
const holdMs = 1000;

type Options = Context<typeof command.options>['options'];

export async function main({
  options,
  files,
  out,
  tally,
  stop,
  follow,
  say,
  heard,
}: Context<typeof command.options>): Promise<void> {
  const formatter = new Formatter(
    {
      ...options,
      uid: options['print-uid'],
      header: !options['no-header'],
      color: wantsColor(options),
    },
    out,
  );
  let holding: NodeJS.Timeout | undefined;
  const settle = () => {
    try {
      formatter.settle();
      out.flush();
    } catch (error) {
      if (!stop.aborted) throw error; // else it is the output that failed, which the loop meets as well
    }
  };
  try {
    for await (const batch of readAll(files, tally, stop, { follow })) {
      for (const line of batch) {
        if (line.record.type === 'lost') say(lossText(line.record));
        formatter.add(line);
      }
      if (formatter.isHolding) holding ??= setTimeout(settle, holdMs);
      await out.room();
      await heard();
    }
    formatter.end();
    await out.drained();
  } catch (error) {
    formatter.settle(); // what was read until then is still to be shown
    throw error;
  } finally {
    clearTimeout(holding);
    for (const line of formatter.summary()) say(line);
  }
}

/** https://no-color.org: set and not empty. */
function wantsColor({ color, output }: Options): boolean {
  if (color !== 'auto') return color === 'always';
  return process.stdout.isTTY === true && output === undefined && !process.env.NO_COLOR;
}

function lossText({ tool, count, reason }: AnyRecord): string {
  return `${tableCell(tool)} lost ${tableCell(count)} event${count === 1 ? '' : 's'} (${tableCell(reason)})`;
}
