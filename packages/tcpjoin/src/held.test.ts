import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Line } from '@tcppipe/cli';
import fc from 'fast-check';
import { Held } from './held.js';
import type { Item } from './item.js';

/** Lines of a batch: text of their own, or plain ones of one block, in which there may be others. */
const batch = fc.array(
  fc.oneof(
    fc.record({ isPlain: fc.constant(true), text: fc.string({ unit: 'grapheme-ascii' }) }),
    fc.record({ isPlain: fc.boolean(), text: fc.nat(16_384).map(length => 'x'.repeat(length)) }),
    fc.record({ isPlain: fc.constant(false), text: fc.string() }),
  ),
  { minLength: 1, maxLength: 60 },
);

function linesOf(batch: readonly { isPlain: boolean; text: string }[]): Line[] {
  const before = 'of the batch before\n';
  const bytes = Buffer.from(before + batch.map(({ text }) => `${text}\n`).join(''));
  const block = { bytes, from: before.length, to: bytes.length };
  let end = before.length;
  return batch.map(({ isPlain, text }) => {
    const start = end;
    end += Buffer.byteLength(text) + 1;
    const place = { block, start, end: end - 1, place: () => -1 };
    return isPlain ? { text, record: {}, isPlain, bytes: place } : { text, record: {} };
  });
}

function textOf({ block, start, end, otherText }: Item): string {
  if (!block) return otherText;
  assert.equal(block.bytes[end], '\n'.charCodeAt(0));
  return block.bytes.toString('latin1', start, end);
}

test('lines that wait stay what they are, whatever comes and goes, and until all that went are recycled', () => {
  const steps = fc.array(fc.tuple(batch, fc.array(fc.nat(), { maxLength: 80 })), { maxLength: 20 });
  fc.assert(
    fc.property(steps, steps => {
      const held = new Held();
      const waiting: { text: string; item: Item }[] = [];
      const gone: { text: string; bytes: Uint8Array }[] = [];
      for (const [batch, turns] of steps) {
        const lines = linesOf(batch);
        for (const line of lines) waiting.push({ text: line.text, item: held.keep(line) });
        // The reader reads on into the same memory.
        for (const line of lines) line.bytes?.block.bytes.fill('#');
        for (const turn of turns) {
          const [one] = waiting.splice(turn % (waiting.length + 1), 1);
          if (!one) continue;
          const { text, item } = one;
          assert.equal(textOf(item), text);
          if (item.block) gone.push({ text, bytes: item.block.bytes.subarray(item.start, item.end) });
          held.release(item);
        }
        for (const { text, bytes } of gone.splice(0))
          assert.equal(Buffer.from(bytes).toString('latin1'), text);
        held.recycle();
      }
      for (const { text, item } of waiting) assert.equal(textOf(item), text);
    }),
    { numRuns: 300 },
  );
});

test('one line that waits in each of many batches does not keep the batches in memory', () => {
  const held = new Held();
  const waiting: Item[] = [];
  for (let n = 0; n < 4000; n++) {
    const lines = linesOf(Array.from({ length: 200 }, () => ({ isPlain: true, text: 'x'.repeat(300) })));
    const [first, ...others] = lines.map(line => held.keep(line));
    waiting.push(first!);
    for (const item of others) held.release(item);
    held.recycle();
  }
  const buffers = new Set(waiting.map(({ block }) => block!.bytes.buffer));
  const bytes = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
  assert.ok(bytes < 70e6, `${bytes} bytes`);
  assert.ok(waiting.every(item => textOf(item) === 'x'.repeat(300)));
});
