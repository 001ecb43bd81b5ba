import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DroppingSink } from './dropping-sink.js';
import { IoError, NoRoomError } from './errors.js';
import type { Sink } from './sink.js';

/** A file in memory with room for so many bytes. */
class SmallFile implements Sink {
  readonly chunkBytes = 4096;
  content = '';

  constructor(public room: number) {}

  onReaderGone(): void {}

  write(lines: Buffer): undefined {
    const fits = lines.toString('utf8', 0, this.room);
    const whole = fits.slice(0, fits.lastIndexOf('\n') + 1);
    this.content += whole;
    this.room -= whole.length;
    if (whole.length < lines.length) throw new NoRoomError('FILE: full', whole.length);
  }
}

function dropping(room: number) {
  const file = new SmallFile(room);
  const said: string[] = [];
  return { file, said, sink: new DroppingSink(file, message => said.push(message)) };
}

test('lines without room are dropped and counted, and said the first time; the next go in again', () => {
  const { file, said, sink } = dropping(4);
  sink.write(Buffer.from('a\nb\nc\n'));
  assert.equal(sink.dropped, 1);
  sink.write(Buffer.from('d\ne\n'));
  assert.equal(sink.dropped, 3);
  file.room = 100;
  sink.write(Buffer.from('f\n'));
  assert.equal(file.content, 'a\nb\nf\n');
  assert.deepEqual([sink.dropped, said], [3, ['FILE: full; lines are dropped until there is room']]);
});

test('a line stands in for the dropped ones as soon as there is room, once', () => {
  const { file, sink } = dropping(0);
  sink.standIn = (first, next) => `${first}..${next}`;
  sink.write(Buffer.from('a\nb\n'));
  sink.write(Buffer.from('c\n'));
  file.room = 100;
  sink.write(Buffer.from('d\n'));
  sink.write(Buffer.from('e\n'));
  assert.equal(file.content, 'a..d\nd\ne\n');
});

test('at the end a line stands in for those that were dropped last, if there is room', async () => {
  const { file, sink } = dropping(0);
  sink.standIn = (first, next) => `${first}..${next}`;
  sink.write(Buffer.from('a\nb\n'));
  await sink.settle('end');
  assert.equal(file.content, '');
  file.room = 100;
  await sink.settle('end');
  await sink.settle('end');
  assert.equal(file.content, 'a..end\n');
  assert.equal(sink.dropped, 2);
});

test('where there is room for the line that stands in and no more, the next one is for what is dropped then', () => {
  const { file, sink } = dropping(0);
  sink.standIn = (first, next) => `${first}..${next}`;
  sink.write(Buffer.from('a\n'));
  file.room = 5;
  sink.write(Buffer.from('b\n'));
  file.room = 100;
  sink.write(Buffer.from('c\n'));
  assert.equal(file.content, 'a..b\nb..c\nc\n');
  assert.equal(sink.dropped, 2);
});

test('where there is not even room for that, it is for all that was dropped', () => {
  const { file, sink } = dropping(0);
  sink.standIn = (first, next) => `${first}..${next}`;
  sink.write(Buffer.from('a\n'));
  file.room = 3;
  sink.write(Buffer.from('b\n'));
  file.room = 100;
  sink.write(Buffer.from('c\n'));
  assert.equal(file.content, 'a..c\nc\n');
});

test('other errors go on as they are', () => {
  const failure = new IoError('FILE: input/output error');
  const file: Sink = {
    chunkBytes: 4096,
    onReaderGone() {},
    write() {
      throw failure;
    },
  };
  assert.throws(() => new DroppingSink(file, () => {}).write(Buffer.from('a\n')), failure);
});
