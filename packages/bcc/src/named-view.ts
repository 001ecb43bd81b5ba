import type { AnyRecord } from '@tcppipe/events';
import { Boot, itemOf, Join } from '@tcppipe/tcpjoin/core';
import type { View } from './view.js';

/** The limits that tcpconnect's manual page names: places for answers, and their age in microseconds. */
const joinOptions = {
  scope: 'netns',
  max: 10_000,
  ttlUs: 24 * 3600 * 1e6,
  unsolicited: false,
  passDns: false,
} as const;
/** One process sees one boot: time since then orders all its records. */
const boot = new Boot(0);

/** Shows events in another view, with the names that DNS answers gave to their addresses until then. */
export class NamedView implements View {
  readonly heading: readonly string[];
  private readonly join = new Join(joinOptions);
  private caughtUp = false;

  /** `catchUp` learns from every DNS record that has waited until now; `counters` say how it stands with them. */
  constructor(
    private readonly view: View,
    private readonly catchUp: () => void,
    readonly counters: () => readonly string[] = () => [],
  ) {
    this.heading = view.heading;
  }

  /** A record of the DNS side. */
  learn(record: AnyRecord): void {
    this.join.verdictFor(itemOfBoot(record));
  }

  /**
   * The answers that an event may owe its name to were in the kernel's other ring before the event was in its own:
   * to read that one when a batch of events begins is all the waiting there is. The record itself gets the name.
   */
  event(record: AnyRecord): void {
    if (!this.caughtUp) this.catchUp();
    this.caughtUp = true;
    this.view.event(Object.assign(record, this.join.verdictFor(itemOfBoot(record))));
  }

  batchRead(): void {
    this.caughtUp = false;
    this.view.batchRead?.();
  }
}

function itemOfBoot(record: AnyRecord) {
  return itemOf(record, record.mono_us as number, boot);
}
