import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { type Line, recordsOf, Tally } from '@tcppipe/cli';
import { writtenLines } from '@tcppipe/cli/testing';
import type { AnyRecord } from '@tcppipe/events';
import { Feed, type FeedOptions, type Input } from './feed.js';
import type { Item } from './item.js';
import { Join } from './join.js';
import { connect, defaults, dns, ready } from './testing/fixtures.js';

const address = '198.51.100.7';

/** An input that gives what the test pushes, when it pushes. */
class Pipe {
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
const wide = { full: false, room: async () => {} };

/** A feed into a join; `joined` holds what came of it, `next` resolves with the query of the next line. */
function feeding(inputs: Input[], slackMs: number, out: FeedOptions['out'] = wide) {
  const join = new Join(defaults);
  const joined: AnyRecord[] = [];
  let wake = () => {};
  const deliver = (item: Item) => {
    const { out: lineSink, lines } = writtenLines();
    join.write(item, lineSink);
    for (const line of lines()) joined.push(JSON.parse(line));
    wake();
  };
  const feed = new Feed(inputs, { slackMs, deliver, out, onCut: time => join.cut(time) });
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

test('a live connect waits for the DNS side to come past it', async () => {
  const [tcp, side] = [new Pipe(), new Pipe()];
  const inputs = [tcp, side].map(pipe => ({ batches: pipe.batches(), isLive: true }));
  const { next, done, join } = feeding(inputs, 60_000);
  tcp.push(connect(100, address), connect(300, address));
  side.push(dns(99, 'a.example', [address]), dns(200, 'b.example', [address]));
  assert.equal(await next(), 'a.example');
  tcp.end();
  side.end();
  await done;
  assert.equal(await next(), 'b.example');
  assert.equal(join.late, 0);
});

test('a silent live input is overtaken after the slack, and what comes too late is counted', async () => {
  const [tcp, side] = [new Pipe(), new Pipe()];
  const inputs = [tcp, side].map(pipe => ({ batches: pipe.batches(), isLive: true }));
  const { next, done, join } = feeding(inputs, 20);
  tcp.push(connect(100, address));
  assert.equal(await next(), null);
  side.push(dns(99, 'a.example', [address]));
  tcp.push(connect(101, address));
  assert.equal(await next(), 'a.example');
  assert.equal(join.late, 1);
  tcp.end();
  side.end();
  await done;
});

test('a single live input that falls silent lets its last connect go', async () => {
  const pipe = new Pipe();
  const { next, done } = feeding([{ batches: pipe.batches(), isLive: true }], 20);
  pipe.push(connect(100, address));
  assert.equal(await next(), null);
  pipe.end();
  await done;
});

test('a recording waits for a live input as long as it takes', async () => {
  const [file, side] = [new Pipe(), new Pipe()];
  const inputs = [
    { batches: file.batches(), isLive: false },
    { batches: side.batches(), isLive: true, isSide: true },
  ];
  const { next, done } = feeding(inputs, 1);
  file.push(connect(100, address));
  file.end();
  setTimeout(() => {
    side.push(dns(99, 'a.example', [address]));
    side.end();
  }, 50);
  assert.equal(await next(), 'a.example');
  await done;
});

test('an input that has not caught up is waited for, however long it gives nothing', async () => {
  const [tcp, side] = [new Pipe(), new Pipe()];
  let sayCaughtUp = () => {};
  const caughtUp = new Promise<void>(resolve => {
    sayCaughtUp = resolve;
  });
  const inputs = [
    { batches: tcp.batches(), isLive: true, caughtUp: Promise.resolve() },
    { batches: side.batches(), isLive: true, isSide: true, caughtUp },
  ];
  const { next, done } = feeding(inputs, 1);
  tcp.push(connect(100, address));
  setTimeout(() => side.push(dns(99, 'a.example', [address])), 50);
  setTimeout(sayCaughtUp, 100);
  assert.equal(await next(), 'a.example');
  tcp.push(connect(101, address));
  assert.equal(await next(), 'a.example');
  tcp.end();
  side.end();
  await done;
});

test('of inputs that catch up the one reads on that is behind', async () => {
  const turns: string[] = [];
  async function* recorded(name: string, seconds: number[]) {
    for (const second of seconds) {
      turns.push(`${name}${second}`);
      yield [{ text: '', record: connect(second, address) }];
    }
  }
  const caughtUp = new Promise<void>(() => {});
  const inputs = [
    { batches: recorded('a', [10, 40, 50]), isLive: true, caughtUp },
    { batches: recorded('b', [20, 30, 60]), isLive: true, caughtUp },
  ];
  await feeding(inputs, 1).done;
  assert.deepEqual(turns, ['a10', 'b20', 'a40', 'b30', 'b60', 'a50']);
});

test('a DNS pipe that stays open does not keep the rest from ending', async () => {
  const [tcp, side] = [new Pipe(), new Pipe()];
  const inputs = [
    { batches: tcp.batches(), isLive: true },
    { batches: side.batches(), isLive: true, isSide: true, onOthersOut: () => side.end() },
  ];
  const { next, done } = feeding(inputs, 20);
  side.push(dns(99, 'a.example', [address]));
  tcp.push(connect(100, address));
  tcp.end();
  await done;
  assert.equal(await next(), 'a.example');
});

test('at most 65,536 records are held, and those that go early are counted', async () => {
  const file = new Pipe();
  const records = Array.from({ length: 65_540 }, () => connect(100, address));
  const { feed, done } = feeding([{ batches: file.batches(), isLive: false }], 100);
  file.push(...records);
  file.end();
  await done;
  assert.equal(feed.hurried, 4);
});

test('at most 64 MiB of lines are held', async () => {
  const file = new Pipe();
  const comm = 'x'.repeat(16_000);
  const records = Array.from({ length: 5000 }, () => connect(100, address, { comm }));
  const { feed, done } = feeding([{ batches: file.batches(), isLive: false }], 100);
  file.push(...records);
  file.end();
  await done;
  const bytes = JSON.stringify(records[0]).length;
  assert.ok(Math.abs(feed.hurried - (5000 - (64 * 2 ** 20) / bytes)) < 10, `${feed.hurried}`);
});

test('what reading or writing throws ends the run', async () => {
  const pipe = new Pipe();
  const options = { slackMs: 5, out: wide };
  const deliver = () => {
    throw new Error('disk full');
  };
  const silent = new Feed([{ batches: pipe.batches(), isLive: true }], { ...options, deliver }).run();
  pipe.push(connect(100, address));
  await assert.rejects(silent, /disk full/);
  const cut = Readable.from(
    (function* () {
      yield Buffer.from('{}\n');
      throw new Error('cut off');
    })(),
  );
  const batches = recordsOf(cut, 'x', new Tally(), new AbortController().signal);
  await assert.rejects(
    new Feed([{ batches, isLive: true }], { ...options, deliver: () => {} }).run(),
    /cut off/,
  );
});

test('what was stopped is not taken for complete: of connections later than that nobody says that there was no answer', async () => {
  const [side, file] = [new Pipe(), new Pipe()];
  const stopping = new AbortController();
  const stop = stopping.signal;
  const inputs = [
    { batches: side.batches(), isLive: true, stop },
    { batches: file.batches(), isLive: false, stop },
  ];
  const { done, joined } = feeding(inputs, 100);
  const owner = { pid_start_us: 11e6 };
  side.push(ready(10, 'dnssource'), dns(15, 'b.example', [], { pid: 41 }));
  file.push(connect(12, address, owner), connect(20, address, owner));
  stopping.abort();
  side.end();
  file.end();
  await done;
  const connects = joined.filter(({ type }) => type === 'connect');
  assert.deepEqual(
    connects.map(({ dns }) => dns),
    [{ reason: 'no_query' }, { reason: 'not_seen' }],
  );
});

test('a pipe that is not read, as what it gave has no room, is not silent', async () => {
  const [tcp, side] = [new Pipe(), new Pipe()];
  const inputs = [side, tcp].map(pipe => ({ batches: pipe.batches(), isLive: true }));
  let giveRoom = () => {};
  const room = new Promise<void>(resolve => {
    giveRoom = resolve;
  });
  const { done, join, next } = feeding(inputs, 5, { full: false, room: () => room });
  side.push(dns(10, 'old.example', [address]));
  side.push(dns(20, 'new.example', [address]));
  tcp.push(connect(20.5, address));
  await new Promise(resolve => setTimeout(resolve, 50)); // ten times the slack: time itself is what is tested
  giveRoom();
  side.end();
  tcp.end();
  await done;
  assert.deepEqual([await next(), join.late], ['new.example', 0]);
});

test('of what has waited no more goes on than there is room for, and meanwhile nothing is read', async () => {
  const [tcp, side] = [new Pipe(), new Pipe()];
  const inputs = [side, tcp].map(pipe => ({ batches: pipe.batches(), isLive: true }));
  const most = 3;
  const waits: (() => void)[] = [];
  let untilFull = most;
  const out = {
    get full() {
      return untilFull <= 0;
    },
    room: () =>
      new Promise<void>(resolve => {
        if (untilFull > 0) resolve();
        else waits.push(resolve);
      }),
  };
  const join = new Join(defaults);
  const delivered: number[] = [];
  const deliver = (item: Item) => {
    untilFull--;
    delivered.push(item.seq);
    join.write(item, writtenLines().out);
  };
  const done = new Feed(inputs, { slackMs: 5, deliver, out }).run();
  tcp.push(...Array.from({ length: 10 }, (_, i) => connect(10 + i / 1e3, address, { seq: i })));
  for (const expected of [3, 6, 9]) {
    while (waits.length === 0) await new Promise(resolve => setImmediate(resolve));
    assert.equal(delivered.length, expected);
    tcp.push(connect(20 + expected, address, { seq: delivered.length }));
    await new Promise(resolve => setImmediate(resolve));
    // The first was asked for before.
    assert.equal(tcp.unread, expected / most - 1);
    untilFull = expected < 9 ? most : 100;
    for (const resolve of waits.splice(0)) resolve();
  }
  side.end();
  tcp.end();
  await done;
  assert.deepEqual(delivered, [...Array.from({ length: 10 }, (_, i) => i), 3, 6, 9]);
});
