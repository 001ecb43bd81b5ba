import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveBytes } from '@tcppipe/cli/testing';
import fc from 'fast-check';
import { AnswerTable } from './table.js';
import { add, fill, get } from './testing/asking.js';

test('the least recently used address goes first', () => {
  const table = new AnswerTable(3);
  fill(table, 1, 3);
  assert.equal(get(table, 1, '1/0', 1).length, 1);
  add(table, 1, 'new', 'new.example', { time: 2 });
  assert.deepEqual(
    ['1/0', '1/1', '1/2', 'new'].map(address => get(table, 1, address, 2).length),
    [1, 0, 1, 1],
  );
});

test('a look-up finds what had been received by then, and in its own namespace', () => {
  const table = new AnswerTable(10);
  for (const time of [30, 10, 20]) add(table, 1, 'a', 'a.example', { time });
  add(table, 1, 'a', 'b.example', { time: 15 });
  const seen = (at: number) => get(table, 1, 'a', at).map(({ qname, time }) => `${qname} ${time}`);
  assert.deepEqual(seen(9), []);
  assert.deepEqual(seen(14), ['a.example 10']);
  assert.deepEqual(seen(29), ['a.example 20', 'b.example 15']);
  assert.deepEqual(seen(99), ['a.example 30', 'b.example 15']);
  assert.deepEqual(get(table, 2, 'a', 99), []);
});

test('of many answers to a question the latest 256 are found, in whatever order they came', () => {
  const times = fc.uniqueArray(fc.nat(100_000), { minLength: 1, maxLength: 600, size: 'max' });
  const disorder = fc.nat(30);
  fc.assert(
    fc.property(times, disorder, fc.array(fc.nat(100_000), { maxLength: 50 }), (times, disorder, looks) => {
      const came = times
        .toSorted((a, b) => a - b)
        .map((time, i) => ({ time, at: i + ((time * 7919) % (disorder + 1)) }))
        .sort((a, b) => a.at - b.at);
      const table = new AnswerTable(1000);
      for (const { time } of came) add(table, 1, 'a', 'a.example', { time });
      const kept = times.toSorted((a, b) => b - a).slice(0, 256);
      for (const at of [...looks, kept.at(-1)!, kept.at(-1)! - 1]) {
        const expected = kept.find(time => time <= at);
        assert.deepEqual(
          get(table, 1, 'a', at).map(({ time, ttl }) => [time, ttl]),
          expected === undefined ? [] : [[expected, 60]],
        );
      }
    }),
  );
});

test('-0, which JSON has too, is the namespace 0, and an unknown one is one', () => {
  for (const [space, same] of [
    [0, -0],
    [-0, 0],
    [Number.NaN, Number.NaN],
  ] as const) {
    const table = new AnswerTable(10);
    add(table, space, 'a', 'a.example');
    add(table, same, 'a', 'b.example');
    for (const asked of [space, same])
      assert.deepEqual(
        get(table, asked, 'a').map(({ qname }) => qname),
        ['a.example', 'b.example'],
      );
  }
});

test('long names take several places, so that memory is bounded and not only the number of addresses', () => {
  const table = new AnswerTable(1000);
  for (let i = 0; i < 1000; i++) add(table, 1, `${i}`, 'a.example', { text: 16_000 });
  let kept = 0;
  for (let i = 0; i < 1000; i++) kept += get(table, 1, `${i}`).length;
  assert.equal(kept, Math.floor(1000 / 11));
});

test('places are counted, and never more than allowed, whatever comes', () => {
  const steps = fc.array(
    fc.record({
      ...{ space: fc.integer({ min: 1, max: 6 }), address: fc.nat(30), name: fc.nat(9), gap: fc.nat(900e6) },
      ...{ pid: fc.nat(4), uid: fc.nat(3), text: fc.constantFrom(0, 0, 3000), looks: fc.boolean() },
    }),
    { maxLength: 300 },
  );
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 20 }), (steps, max) => {
      const table = new AnswerTable(max);
      let time = 0;
      for (const { space, address, name, gap, looks, ...asked } of steps) {
        time += gap;
        if (looks) get(table, space, `${address}`, time);
        else add(table, space, `${address}`, `${name}.example`, { ...asked, time });
        assert.ok(table.size <= max);
      }
      let found = 0;
      for (let space = 1; space <= 6; space++) {
        for (let address = 0; address <= 30; address++) found += get(table, space, `${address}`, time).length;
      }
      assert.ok(found <= table.size);
      assert.equal(found === 0, table.size === 0);
    }),
    { numRuns: 200 },
  );
});

test('random names at random addresses leave memory within 32 MB', () => {
  const table = new AnswerTable(10_000);
  const before = liveBytes();
  for (let i = 0; i < 300_000; i++) {
    const name = `${(i * 7919).toString(36)}.flood.example`;
    add(table, 1, `10.0.${i % 40}.${i % 251}`, name, { time: i, pid: i });
  }
  assert.ok(liveBytes() - before < 32e6);
  assert.equal(table.size, 10_000);
});
