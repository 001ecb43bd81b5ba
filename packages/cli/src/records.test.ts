import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordReader, Tally } from './records.js';

function read(...chunks: string[]): { texts: string[]; tally: Tally } {
  const tally = new Tally();
  const reader = new RecordReader(tally);
  const lines = [...chunks.flatMap(chunk => reader.push(Buffer.from(chunk))), ...reader.end()];
  for (const { text, record } of lines) assert.deepEqual(record, JSON.parse(text));
  return { texts: lines.map(({ text }) => text), tally };
}

test('only objects are records; null, lists and plain values end nothing', () => {
  const { texts, tally } = read('{"a":1}\nnull\n[1]\n7\n"x"\n{"b":\n{"c":2}\n');
  assert.deepEqual(texts, ['{"a":1}', '{"c":2}']);
  assert.equal(tally.notJson, 5);
});

test('a last line that ends within a character is cut off, one with bytes of none in it is not UTF-8', () => {
  const tallyOf = (last: string) => {
    const tally = new Tally();
    const reader = new RecordReader(tally);
    reader.push(Buffer.from(last, 'latin1'));
    reader.end();
    return [tally.cutOff, tally.notUtf8];
  };
  for (const part of ['\xc3', '\xe2\x82', '\xf0\x9f\x98'])
    assert.deepEqual(tallyOf(`{"comm":"${part}`), [1, 0]);
  for (const bad of ['\xff"}', '\xc3"}', '\x80\x80\x80\x80'])
    assert.deepEqual(tallyOf(`{"comm":"${bad}`), [0, 1]);
});

test('the last line counts when it is whole, and is cut off when it is not', () => {
  assert.deepEqual(read('{"a":1}\n{"b":2}').texts, ['{"a":1}', '{"b":2}']);
  const { texts, tally } = read('{"a":1}\n{"b":', '2');
  assert.deepEqual(texts, ['{"a":1}']);
  assert.deepEqual([tally.cutOff, tally.notJson], [1, 0]);
});

test('a record nested deeper than it could be written again is rejected', () => {
  const nested = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
  const { texts, tally } = read(`${nested(400)}\n${nested(8000)}\n{"b":1}\n`);
  assert.deepEqual(texts, [nested(400), '{"b":1}']);
  assert.equal(tally.notJson, 1);
});

test('what sources say they lost is added up, as far as it is a number', () => {
  const { tally } = read(
    '{"type":"lost","count":3}\n{"type":"lost","count":"4"}\n{"type":"lost","count":5}\n{"count":9}\n',
  );
  assert.equal(tally.lost, 8);
});

test('no loss makes another undone, however they are counted', () => {
  const lost = (...counts: number[]) =>
    read(counts.map(count => `{"type":"lost","count":${count}}\n`).join('')).tally.lost;
  assert.equal(lost(-1, 1), 1);
  assert.equal(lost(1, -5, 0.5), 1);
  const most = Number.MAX_SAFE_INTEGER;
  assert.equal(lost(most, most, 3, -most), most);
});

test('the summary names each kind of bad line once', () => {
  assert.equal(new Tally().summary(), undefined);
  const { tally } = read(`x\ny\n${'z'.repeat(20_000)}\n{"a"`);
  assert.equal(tally.rejected, 4);
  assert.equal(
    tally.summary(),
    '4 lines rejected (2 not a JSON object, 1 longer than 16 KiB, 1 cut off at the end of input)',
  );
  assert.match(read('x\n').tally.summary()!, /^1 line rejected/);
});
