import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FlatLines, LineNumbers } from './flat-lines.js';

test('lines have the same number exactly when the bytes of their key fields are the same', () => {
  const value = fc.constantFrom(undefined, '"a"', '"b"', '"null"', 'null', '""');
  const port = fc.constantFrom(undefined, '1', '1.0', '10');
  const line = fc.tuple(value, port, value, fc.nat(3));
  fc.assert(
    fc.property(fc.array(line), lines => {
      const isFlat = (daddr: string | undefined) => daddr !== 'null';
      const text = lines.map(([daddr, dport, query, seq]) => {
        const fields = { type: '"connect"', seq, daddr, dport, query };
        const members = Object.entries(fields).filter(([, value]) => value !== undefined);
        return `{${members.map(([name, value]) => `"${name}":${value}`).join(',')}}\n`;
      });
      const numbers: number[] = [];
      const seqNumbers: number[] = [];
      new FlatLines(new LineNumbers([['seq'], ['daddr', 'dport', 'query']])).read(
        [Buffer.from(text.join(''))],
        {
          flat(line) {
            seqNumbers.push(line.key!(0));
            numbers.push(line.key!(1));
          },
          other() {},
          faulty() {},
        },
      );
      const flat = lines.filter(([daddr]) => isFlat(daddr));
      assert.deepEqual(seqNumbers, placesOfFirst(flat.map(([, , , seq]) => seq)));
      assert.deepEqual(numbers, placesOfFirst(flat.map(line => JSON.stringify(line.slice(0, 3)))));
    }),
  );
});

test('no number is ever given again, however many keys there are', () => {
  const lines = new FlatLines(new LineNumbers([['daddr']]));
  const seen = new Map<number, string>();
  for (let first = 0; first < 300_000; first += 1000) {
    const block = Array.from({ length: 1000 }, (_, i) => `{"type":"connect","daddr":"${first + i}"}\n`);
    // A key that comes again and again has a new number each time that all are forgotten: after 32,768.
    block.push('{"type":"connect","daddr":"again"}\n');
    lines.read([Buffer.from(block.join(''))], {
      flat(line) {
        const key = line.key!(0);
        const { daddr } = line.record;
        if (key >= 0) assert.equal(seen.get(key) ?? daddr, daddr);
        seen.set(key, daddr as string);
      },
      other: block => assert.fail(String(block)),
      faulty: (_, line) => assert.fail(String(line)),
    });
  }
  assert.ok(seen.size > 290_000);
  assert.ok([...seen.values()].filter(daddr => daddr === 'again').length <= 1 + 300_000 / 32_768);
});

test('lines have no number without key fields', () => {
  new FlatLines(new LineNumbers([['pid']])).read([Buffer.from('{"type":"close","pid":1}\n')], {
    flat: line => assert.ok(line.key!(1) < 0),
    other: block => assert.fail(String(block)),
    faulty: (_, line) => assert.fail(String(line)),
  });
});

/** Of each value, which of the different ones it is, in the order in which they came. */
function placesOfFirst(values: readonly unknown[]): number[] {
  const different = [...new Set(values)];
  return values.map(value => different.indexOf(value));
}
