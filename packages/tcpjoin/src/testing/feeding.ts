import type { Line } from '@tcppipe/cli';
import { writtenLines } from '@tcppipe/cli/testing';
import type { AnyRecord } from '@tcppipe/events';
import { Feed, type FeedOptions, maxHeld } from '../feed.js';
import type { Input } from '../input.js';
import type { Item } from '../item.js';
import { Join } from '../join.js';
import { defaults } from './fixtures.js';

/** An input that gives what the test pushes, when it pushes. */
export class Pipe {
  private readonly queue: (Line[] | undefined)[] = [];
  private wake = () => {};

  get unread(): number {
    return this.queue.length;
  }

  push(...records: AnyRecord[]): void {
    this.queue.push(records.map(record => ({ text: JSON.stringify(record), record })));
    this.wake();
  }

  end(): void {
    this.queue.push(undefined);
    this.wake();
  }

  async *batches(): AsyncGenerator<Line[]> {
    for (;;) {
      while (this.queue.length === 0) {
        await new Promise<void>(resolve => {
          this.wake = resolve;
        });
      }
      const batch = this.queue.shift();
      if (batch === undefined) return;
      yield batch;
    }
  }
}

/** Takes all that is delivered at once. */
export const wide = { full: false, room: async () => {} };

/** A feed into a join; `joined` holds what came of it, `next` resolves with the query of the next line. */
export function feeding(inputs: Input[], slackMs: number, out: FeedOptions['out'] = wide, most = maxHeld) {
  const join = new Join(defaults);
  const joined: AnyRecord[] = [];
  let wake = () => {};
  const deliver = (item: Item) => {
    const { out: lineSink, lines } = writtenLines();
    join.write(item, lineSink);
    for (const line of lines()) joined.push(JSON.parse(line));
    wake();
  };
  const feed = new Feed(inputs, { slackMs, deliver, out, onCut: time => join.cut(time), maxHeld: most });
  const next = async () => {
    while (joined.length === 0) {
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
    return joined.shift()!.query;
  };
  return { join, feed, joined, next, done: feed.run() };
}
