import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { type Line, LineNumbers, recordsOf, Tally } from '@tcppipe/cli';
import { type AnyRecord, serialise } from '@tcppipe/events';
import fc from 'fast-check';
import { Item } from './item.js';
import { Items, numberedBy } from './items.js';
import { asWritten, connect, ready } from './testing/fixtures.js';
import { Timeline } from './timeline.js';

async function* linesOf(records: readonly AnyRecord[], keys: typeof numberedBy): AsyncGenerator<Line> {
  const stream = Readable.from(
    records.map(record => Buffer.from(`${serialise(asWritten(record))}\n`)),
    { objectMode: false },
  );
  const batches = recordsOf(stream, 'x', new Tally(), new AbortController().signal, new LineNumbers(keys));
  for await (const batch of batches) yield* batch;
}

/** What is made of records whose lines are numbered by these keys. */
async function told(records: readonly AnyRecord[], keys: typeof numberedBy): Promise<unknown[]> {
  const items = new Items(new Timeline(), { clockOf: () => 7 });
  const told: unknown[] = [];
  for await (const line of linesOf(records, keys)) {
    const item = new Item();
    items.fill(item, line, 0);
    const { time, at, run, seq, dport, owner, joined, daddr } = item;
    const { pid, start, netns, mntns } = owner;
    const who = { pid, start, netns, mntns };
    told.push({ time, at, run, seq, dport, who, joined, isLoopback: daddr?.isLoopback });
  }
  return told;
}

test('what is known of earlier lines with the same keys changes nothing', async () => {
  const one = fc.record({
    run: fc.constantFrom('a', 'b'),
    pid: fc.nat(1),
    netns: fc.constantFrom(1, undefined),
    daddr: fc.constantFrom('::1', '127.0.0.1', '::ffff:127.0.0.1', '192.0.2.1'),
    type: fc.constantFrom('connect', 'accept'),
  });
  const event = one.map(fields => connect(10, '192.0.2.1', fields));
  // A ready record may put a run into another boot: all that was known of its lines does not hold any more.
  const again = fc
    .tuple(fc.constantFrom('a', 'b'), fc.constantFrom('x', 'y'), fc.nat(5))
    .map(([run, boot_id, hours]) =>
      ready(10, 'tcpsource', { run, boot_id, ts: 1_795_000_000 + hours * 3600 }),
    );
  const records = fc.array(fc.oneof({ arbitrary: event, weight: 5 }, again), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(records, async records => {
      assert.deepEqual(await told(records, numberedBy), await told(records, []));
    }),
  );
});
