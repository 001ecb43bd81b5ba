import type { Context, OptionTable } from '@tcppipe/cli';
import { dnsTracer } from '@tcppipe/dnssource/core';
import type { AnyRecord } from '@tcppipe/events';
import { binding } from '@tcppipe/native';
import { Emitter, Tracing, WallClock } from '@tcppipe/source';
import { itemOf, Join } from '@tcppipe/tcpjoin/core';
import { isLost, sayLost, type View } from './view.js';

/** Room in the kernel for DNS messages not yet read: enough for thousands of answers. */
const ringBytes = 2 * 1024 * 1024;
/** The limits that tcpconnect's manual page names: addresses, and their age in microseconds. */
const joinOptions = {
  scope: 'netns',
  max: 10_000,
  ttlUs: 24 * 3600 * 1e6,
  unsolicited: false,
  passDns: false,
} as const;
/** One process sees one boot: time since then orders all its records. */
const boot = { origin: 0, id: undefined };

/**
 * The names that TCP events are shown with, from a DNS tracer in this process. Every answer that came before an
 * event is in the kernel's ring by the time the event is read, so reading that ring first is all the waiting there is.
 */
export class NameSource {
  private readonly join = new Join(joinOptions);
  private readonly emitter: Emitter;
  private failure: unknown;

  private constructor(
    private readonly tracing: Tracing,
    private readonly context: Context<OptionTable>,
  ) {
    const clock = new WallClock(() => binding.bootOffsetUs());
    this.emitter = new Emitter('dnssource', record => this.learn(record as AnyRecord), clock);
    tracing.read({
      emitter: this.emitter,
      clock,
      wanted: () => true,
      batchRead() {},
      onError: error => {
        this.failure ??= error;
      },
    });
  }

  /** Attaches. `tool` is what the user called. @throws CliError */
  static start(tool: string, context: Context<OptionTable>): NameSource {
    return new NameSource(Tracing.start(tool, dnsTracer(), binding, ringBytes), context);
  }

  /** `view` with names: its events are held until the DNS side has come as far, at most to the end of the batch. */
  naming(view: View): View {
    let held: AnyRecord[] = [];
    return {
      heading: view.heading,
      event: record => {
        held.push(record);
      },
      batchRead: () => {
        this.catchUp();
        for (const record of held) view.event({ ...record, ...this.join.verdictFor(item(record)) });
        held = [];
        view.batchRead?.();
      },
    };
  }

  /** Accounts for what was lost until now. */
  finish(): void {
    this.tracing.finish();
    this.context.tally.lost += this.emitter.lost;
  }

  close(): void {
    this.tracing.close();
  }

  private catchUp(): void {
    this.tracing.drain();
    if (this.failure) throw this.failure;
  }

  private learn(record: AnyRecord): void {
    if (isLost(record)) sayLost(record);
    this.join.verdictFor(item(record));
  }
}

function item(record: AnyRecord) {
  return itemOf({ text: '', record }, { time: record.mono_us as number, boot }, 0);
}
