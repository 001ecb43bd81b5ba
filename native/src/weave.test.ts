import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  createWeave,
  maxNumberBytes,
  maxThousandths,
  negativeThousandths,
  numbersPerPiece,
  thousandths,
  type Weave,
  weaveSlowly,
} from './weave.js';

const native = createWeave();
assert.ok(native, 'the addon is built');

const source = fc.uint8Array({ maxLength: 50 });
const pieceOf = (sources: readonly Uint8Array[]) =>
  fc
    .tuple(fc.nat(sources.length - 1), fc.nat(50), fc.nat(50))
    .map(([n, a, b]) => [n, ...[a, b].sort((x, y) => x - y).map(at => Math.min(at, sources[n]!.length))]);
const piecesOfSources = fc
  .array(source, { minLength: 1, maxLength: 5 })
  .chain(sources => fc.tuple(fc.constant(sources), fc.array(pieceOf(sources), { maxLength: 30 })));

for (const [name, weave] of [
  ['the addon', native],
  ['JavaScript', weaveSlowly],
] as [string, Weave][]) {
  test(`${name} puts pieces one behind the other, and leaves the rest of the target`, () => {
    fc.assert(
      fc.property(piecesOfSources, fc.nat(5), ([sources, pieces], room) => {
        const expected = Buffer.concat(pieces.map(([n, start, end]) => sources[n!]!.subarray(start, end)));
        const target = Buffer.alloc(expected.length + room, 0xaa);
        const numbers = Uint32Array.from([...pieces.flat(), 0xffffffff, 7]);
        assert.equal(weave(target, sources, numbers, pieces.length), expected.length);
        assert.deepEqual(target, Buffer.concat([expected, Buffer.alloc(room, 0xaa)]));
      }),
    );
  });

  const written = (count: number, kind: number) => {
    const target = Buffer.alloc(maxNumberBytes);
    const piece = Uint32Array.of(kind, count % 2 ** 32, count / 2 ** 32);
    return target.toString('latin1', 0, weave(target, [], piece, 1));
  };

  test(`${name} writes thousandths as JavaScript writes their number`, () => {
    const edges = fc.constantFrom(0, 1, 10, 100, 999, 1000, 1010, 2 ** 32 - 1, 2 ** 32, maxThousandths);
    fc.assert(
      fc.property(fc.oneof(edges, fc.nat(), fc.nat(100_000), fc.maxSafeNat()), size => {
        const count = Math.min(size, maxThousandths);
        assert.equal(written(count, thousandths), String(count / 1e3));
        assert.equal(written(count, negativeThousandths), String(-count / 1e3));
      }),
      { numRuns: 1000 },
    );
    assert.equal(written(maxThousandths, negativeThousandths).length, maxNumberBytes);
    for (const count of [maxThousandths + 1, 2 ** 53, 2 ** 64 - 2 ** 12])
      assert.throws(() => written(count, thousandths), RangeError);
    assert.throws(() => weave(Buffer.alloc(2), [], Uint32Array.of(thousandths, 123_000, 0), 1), RangeError);
  });

  test(`${name} takes views for what they are`, () => {
    const memory = Buffer.from('0123456789');
    const target = memory.subarray(8);
    const pieces = Uint32Array.of(9, 9, 9, 0, 1, 3).subarray(numbersPerPiece);
    assert.equal(weave(target, [memory.subarray(2, 5)], pieces, 1), 2);
    assert.equal(String(memory), '0123456734');
  });

  test(`${name} refuses what is outside of a source, the target or the pieces`, () => {
    const sources = [Buffer.from('abc'), Buffer.alloc(0)];
    const refused = (pieces: number[], room = 100, count = pieces.length / numbersPerPiece) =>
      assert.throws(() => weave(Buffer.alloc(room), sources, Uint32Array.from(pieces), count), RangeError);
    refused([0, 0, 4]);
    refused([0, 2, 1]);
    refused([1, 0, 1]);
    refused([2, 0, 0]);
    refused([0, 0xffffffff, 0xffffffff]);
    refused([0, 0, 3], 2);
    refused([0, 0, 3, 0, 0, 3], 5);
    refused([0, 0, 3], 100, 2);
    refused([0, 0, 3, 0, 0], 100, 2);
    refused([0, 0, 3], 100, -1);
    refused([0, 0, 3], 100, Number.NaN);
  });
}

test('the addon refuses what has no bytes', () => {
  const call = native as (...given: unknown[]) => number;
  const pieces = Uint32Array.of(0, 0, 1);
  const bytes = Buffer.from('abc');
  assert.throws(() => call('abc', [bytes], pieces, 1), TypeError);
  assert.throws(() => call(new Float64Array(4), [bytes], pieces, 1), TypeError);
  assert.throws(() => call(Buffer.alloc(4), bytes, pieces, 1), TypeError);
  assert.throws(() => call(Buffer.alloc(4), ['abc'], pieces, 1), TypeError);
  assert.throws(() => call(Buffer.alloc(4), [bytes], [0, 0, 1], 1), TypeError);
  const gone = new Uint8Array(new ArrayBuffer(4));
  structuredClone(gone.buffer, { transfer: [gone.buffer] });
  assert.throws(() => call(Buffer.alloc(4), [gone], pieces, 1), RangeError);
});
