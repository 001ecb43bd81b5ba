import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writtenLines } from '@tcppipe/cli/testing';
import { Feed } from './feed.js';
import type { Item } from './item.js';
import { Join } from './join.js';
import { feeding, Pipe, wide } from './testing/feeding.js';
import { connect, defaults, dns } from './testing/fixtures.js';

const address = '198.51.100.7';

test('at most 65,536 records are held, and those that go early are counted', async () => {
  const file = new Pipe();
  const { feed, done } = feeding([{ batches: file.batches(), isLive: false }], 100);
  file.push(...Array.from({ length: 65_540 }, () => connect(100, address)));
  file.end();
  await done;
  assert.equal(feed.hurried, 4);
});

test('many files that begin at once are held in part only, and nothing goes early', async () => {
  const [files, records, most] = [50, 100, 500];
  const inputs = Array.from({ length: files }, (_, file) => {
    const pipe = new Pipe();
    // The last of them begins, and ends, before all others.
    const times = Array.from(
      { length: records },
      (_, i) => 100 + (file === files - 1 ? i : 200 + i * files + file),
    );
    pipe.push(...times.map(at => connect(at, address)));
    pipe.end();
    return { batches: pipe.batches(), isLive: false };
  });
  const { feed, joined, done } = feeding(inputs, 100, wide, most);
  await done;
  const times = joined.map(({ mono_us }) => mono_us as number);
  assert.equal(times.length, files * records);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  assert.equal(feed.hurried, 0);
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
  // Further apart than the slack: nine of them may go whether or not their input has been silent for as long by then.
  tcp.push(...Array.from({ length: 10 }, (_, i) => connect(10 + i, address, { seq: i })));
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

/** A source that has more than the 80 that may wait, so many seconds apart, and a DNS side that says nothing. */
async function bursting(
  slackMs: number,
  count: number,
  apart: number,
): Promise<{ hurried: number; ms: number }> {
  const [tcp, side] = [new Pipe(), new Pipe()];
  const inputs = [side, tcp].map(pipe => ({ batches: pipe.batches(), isLive: true }));
  const { feed, joined, done } = feeding(inputs, slackMs, wide, 80);
  for (let i = 0; i < count; i++) tcp.push(connect(100 + i * apart, address));
  const started = performance.now();
  while (joined.length < count) await new Promise(resolve => setImmediate(resolve));
  const ms = performance.now() - started;
  side.end();
  tcp.end();
  await done;
  return { hurried: feed.hurried, ms };
}

test('a live input with more than may be held is left alone until that has waited, and nothing goes early', async () => {
  const { hurried, ms } = await bursting(100, 400, 0.01);
  assert.equal(hurried, 0);
  assert.ok(ms > 100 * Math.floor(400 / 80), `${ms} ms for what waits 80 at a time`);
});

test('it is not left alone where that would be for long', async () => {
  assert.equal((await bursting(101, 180, 0.01)).hurried, 100);
});

test('it is not left alone again where that was in vain, as all is of one slack', async () => {
  assert.equal((await bursting(100, 180, 1e-6)).hurried, 100);
});

test('it is not left alone for long where the one that is behind goes on saying something', async () => {
  const [tcp, side] = [new Pipe(), new Pipe()];
  const inputs = [side, tcp].map(pipe => ({ batches: pipe.batches(), isLive: true }));
  const { feed, done } = feeding(inputs, 20, wide, 80);
  for (let i = 0; i < 400; i++) tcp.push(connect(100 + i * 0.01, address));
  const started = performance.now();
  while (tcp.unread > 0) {
    side.push(dns(1, 'old.example', [address]));
    await new Promise(resolve => setTimeout(resolve, 1));
  }
  const ms = performance.now() - started;
  assert.ok(ms < 2000, `${ms} ms, where 25 would do`);
  assert.ok(feed.hurried > 0);
  side.end();
  tcp.end();
  await done;
});

test('the one that is behind is not left alone, even where another has come less far', async () => {
  const [far, dnsSide, silent] = [new Pipe(), new Pipe(), new Pipe()];
  const inputs = [far, dnsSide, silent].map(pipe => ({ batches: pipe.batches(), isLive: true }));
  const { feed, joined, join, done } = feeding(inputs, 100, wide, 80);
  for (let i = 0; i < 72; i++) far.push(connect(100 + i * 0.01, `198.51.100.${i}`));
  for (let i = 0; i < 4; i++)
    dnsSide.push(dns(1 + i, `${i}.example`, [`198.51.100.${i}`]), dns(50, 'much.example', ['192.0.2.1']));
  while (joined.length < 60) await new Promise(resolve => setImmediate(resolve));
  assert.deepEqual([feed.hurried, join.late], [0, 0]);
  assert.deepEqual(
    joined.slice(0, 4).map(({ query }) => query),
    ['0.example', '1.example', '2.example', '3.example'],
  );
  for (const pipe of [far, dnsSide, silent]) pipe.end();
  await done;
});
