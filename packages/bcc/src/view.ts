import type { Context, OptionTable } from '@tcppipe/cli';
import type { AnyRecord, LostRecord } from '@tcppipe/events';
import { binding } from '@tcppipe/native';
import { follow } from '@tcppipe/source';
import { type TcpEvent, type TcpFilters, tcpTracer } from '@tcppipe/tcpsource/core';

/** Room in the kernel for events not yet read. */
const ringBytes = 4 * 1024 * 1024;

/** What a command shows. */
export interface View {
  /** Lines that say that tracing has begun. */
  readonly heading: readonly string[];
  /** A TCP event. */
  event(record: AnyRecord): void;
  /** Called when all events that had waited have come. */
  batchRead?(): void;
  /** What becomes of events: without this each is written. */
  readonly fate?: 'counted';
  /** How it stands with what is traced beside the events. */
  counters?(): readonly string[];
}

/** Shows `events` in `view` until the command is stopped. @throws CliError */
export async function showEvents(
  tool: string,
  context: Context<OptionTable>,
  events: readonly TcpEvent[],
  filters: TcpFilters,
  view: View,
): Promise<void> {
  const { out, say } = context;
  await follow(tool, context, tcpTracer(events, filters, say), binding, {
    ringBytes,
    hasUserOption: false,
    fate: view.fate ?? 'written',
    begin() {
      for (const line of view.heading) out.write(line);
    },
    record(record) {
      if (isLost(record)) sayLost(record);
      else view.event(record as AnyRecord);
    },
    batchRead: () => view.batchRead?.(),
    counters: () => view.counters?.() ?? [],
  });
}

export function isLost(record: object): record is LostRecord {
  return (record as AnyRecord).type === 'lost';
}

/** In bcc's words, which scripts look for; without the command's name, as there. */
export function sayLost({ count }: LostRecord): void {
  process.stderr.write(`Possibly lost ${count} samples\n`);
}
