import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { recordsOf, Tally } from '@tcppipe/cli';
import { Feed } from './feed.js';
import { feeding, Pipe, wide } from './testing/feeding.js';
import { connect, dns, ready } from './testing/fixtures.js';

const address = '198.51.100.7';

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

test('what an input gave that then cannot be read is joined, of others all if they are files, and it is told of', async () => {
  async function* breaking(pipe: Pipe) {
    yield* pipe.batches();
    throw new Error('cut off');
  }
  const owner = { pid_start_us: 11e6 };
  for (const isLive of [false, true]) {
    const [side, tcp] = [new Pipe(), new Pipe()];
    const inputs = [
      { batches: breaking(side), isLive: false },
      { batches: tcp.batches(), isLive },
    ];
    const { done, joined } = feeding(inputs, 100);
    side.push(ready(10, 'dnssource'), dns(15, 'a.example', [address]));
    tcp.push(connect(16, address, owner), connect(20, '192.0.2.1', owner));
    side.end();
    if (!isLive) tcp.end();
    await assert.rejects(done, /cut off/);
    const verdicts = joined.filter(({ type }) => type === 'connect').map(({ query, dns }) => query ?? dns);
    assert.deepEqual(verdicts, ['a.example', { reason: 'not_seen' }]);
  }
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
