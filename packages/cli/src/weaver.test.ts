import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { maxNumberBytes, maxThousandths } from '@tcppipe/native/weave';
import fc from 'fast-check';
import { maxLineBytes } from './lines.js';
import { collectGarbage } from './testing.js';
import { Weaver } from './weaver.js';

const sources = [Buffer.from('0123456789é\x00€'), Buffer.from('abcdef'), Buffer.alloc(20_000, 'x')];
const ascii = fc.string({ unit: 'grapheme-ascii', maxLength: 20 });

const most = sources.at(-1)!;
const nearBound = fc
  .integer({ min: maxLineBytes - 40, max: maxLineBytes })
  .map(end => ({ source: most, start: 0, end }));
const bytes = fc
  .tuple(fc.nat(sources.length - 1), fc.nat(), fc.nat())
  .map(([n, a, b]) => ({ source: sources[n]!, range: [a, b].map(at => at % (sources[n]!.length + 1)) }))
  .map(({ source, range }) => ({ source, start: Math.min(...range), end: Math.max(...range) }));
const line = fc.oneof(
  ascii.map(text => ({ text, isAscii: true })),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map(text => ({ text, isAscii: false })),
  fc.array(fc.oneof(ascii, bytes, nearBound, fc.integer({ min: -maxThousandths, max: maxThousandths })), {
    maxLength: 6,
  }),
);

test('lines are what they were put together from, in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.array(line, { maxLength: 12 })), fc.boolean(), (batches, givesBack) => {
      const weaver = new Weaver();
      for (const lines of batches) {
        const expected: Uint8Array[] = [];
        for (const one of lines) {
          if (!Array.isArray(one)) {
            weaver.addLine(one.text, one.isAscii);
            expected.push(Buffer.from(`${one.text}\n`));
            continue;
          }
          for (const piece of one) {
            if (typeof piece === 'string') weaver.addText(piece);
            else if (typeof piece === 'number') weaver.addThousandths(piece);
            else weaver.addBytes(piece.source, piece.start, piece.end);
          }
          const hasRoom = sumOf(one.map(mostBytesOf)) <= maxLineBytes;
          assert.equal(weaver.endLine(), hasRoom);
          if (hasRoom) expected.push(...one.map(bytesOf), Buffer.from('\n'));
        }
        assert.equal(weaver.isEmpty, expected.length === 0);
        const taken = weaver.take();
        assert.deepEqual(taken, Buffer.concat(expected));
        if (givesBack) weaver.giveBack(taken.subarray(taken.length / 2));
        assert.equal(weaver.isEmpty, true);
      }
    }),
  );
});

type Piece = string | number | { source: Buffer; start: number; end: number };

/** Of a number as many as the longest has. */
function mostBytesOf(piece: Piece): number {
  return typeof piece === 'number' ? maxNumberBytes : bytesOf(piece).length;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function bytesOf(piece: Piece): Uint8Array {
  if (typeof piece === 'number') return Buffer.from(JSON.stringify(piece / 1e3));
  return typeof piece === 'string' ? Buffer.from(piece) : piece.source.subarray(piece.start, piece.end);
}

test('what was taken is left alone by the lines that follow until it is given back', () => {
  const weaver = new Weaver();
  const taken = ['first', 'other'].map(text => {
    weaver.addBytes(sources[1]!, 0, 3);
    weaver.addText(text);
    weaver.endLine();
    return weaver.take();
  });
  assert.deepEqual(taken.map(String), ['abcfirst\n', 'abcother\n']);
  const [first] = taken as [Buffer, Buffer];
  weaver.giveBack(first);
  weaver.addLine('again', true);
  assert.equal(weaver.take().buffer, first.buffer);
});

test('it is full of many bytes, whatever they are, and of many pieces; until then it takes a line of any kind', () => {
  const longest = 'é'.repeat(maxLineBytes / 2);
  const fillers: ((weaver: Weaver) => void)[] = [
    weaver => weaver.addLine('€'.repeat(1000), false),
    weaver => weaver.addLine('plain'.repeat(500), true),
    weaver => {
      weaver.addBytes(sources[2]!, 0, 1000);
      weaver.endLine();
    },
    weaver => {
      weaver.addBytes(sources[2]!, 0, 1);
      weaver.endLine();
    },
  ];
  const last: ((weaver: Weaver) => void)[] = [
    weaver => weaver.addLine(longest, false),
    weaver => {
      weaver.addBytes(Buffer.from(longest), 0, maxLineBytes);
      weaver.endLine();
    },
  ];
  for (const fill of fillers) {
    for (const addLast of last) {
      let lines = 0;
      for (const full = new Weaver(); !full.isFull; lines++) fill(full);
      const weaver = new Weaver();
      for (let n = 1; n < lines; n++) fill(weaver);
      addLast(weaver);
      const taken = String(weaver.take()).split('\n');
      assert.equal(taken.length, lines + 1);
      assert.deepEqual(taken.slice(-2), [longest, '']);
    }
  }
});

test('a line may have more pieces than most flushes', () => {
  const weaver = new Weaver();
  for (let n = 0; n < 8000; n++) {
    weaver.addBytes(sources[0]!, n % 10, (n % 10) + 1);
    weaver.addText('-');
  }
  assert.equal(weaver.endLine(), true);
  assert.equal(String(weaver.take()), `${'0-1-2-3-4-5-6-7-8-9-'.repeat(800)}\n`);
});

test('a line that was taken back leaves its source to the garbage collector', async () => {
  const weaver = new Weaver();
  const source = takenBack(weaver);
  await nextTurn(); // until then it is kept for whoever made the reference
  collectGarbage();
  assert.equal(source.deref(), undefined);
  assert.equal(weaver.isEmpty, true);
});

function takenBack(weaver: Weaver): WeakRef<Buffer> {
  const source = Buffer.alloc(maxLineBytes + 1);
  weaver.addBytes(source, 0, source.length);
  assert.equal(weaver.endLine(), false);
  return new WeakRef(source);
}

test('a line that may be too long is taken back for its numbers, whatever they are', () => {
  const weaver = new Weaver();
  weaver.addBytes(Buffer.alloc(maxLineBytes, 'x'), 0, maxLineBytes - 16);
  weaver.addThousandths(0);
  assert.equal(weaver.endLine(), false);
  assert.equal(weaver.isEmpty, true);
});
