import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ReaderGone } from './errors.js';
import { Output } from './output.js';
import type { Sink } from './sink.js';

/** A sink whose writes end when the test says so. */
class FakeSink implements Sink {
  readonly chunkBytes = 4096;
  readonly written: string[] = [];
  inFlight = 0;
  mostInFlight = 0;
  readerLeaves = () => {};
  failure: Error | undefined;
  private release: (() => void)[] = [];

  constructor(private readonly held = false) {}

  async write(lines: Buffer): Promise<void> {
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    if (this.held) await new Promise<void>(resolve => this.release.push(resolve));
    else await Promise.resolve();
    this.inFlight--;
    if (this.failure) throw this.failure;
    this.written.push(String(lines));
  }

  onReaderGone(gone: () => void): void {
    this.readerLeaves = gone;
  }

  releaseOne(): void {
    this.release.shift()?.();
  }
}

function outputTo(sink: Sink): { output: Output; failures: Error[] } {
  const failures: Error[] = [];
  return { output: new Output(sink, error => failures.push(error)), failures };
}

test('lines leave whole and in order, at most 4,096 bytes at once, one write in flight', async () => {
  const line = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.nat(6000).map(n => 'é'.repeat(n / 2)),
  );
  const step = fc.record({
    line: line.map(text => text.replaceAll('\n', ' ')),
    fill: fc.boolean(),
    flush: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step), async steps => {
      const sink = new FakeSink();
      const { output } = outputTo(sink);
      for (const { line, fill, flush } of steps) {
        if (fill) output.fill(block => block.write(`${line}\n`));
        else output.write(line);
        if (flush) output.flush();
      }
      await output.drained();
      assert.equal(sink.written.join(''), steps.map(({ line }) => `${line}\n`).join(''));
      for (const chunk of sink.written) {
        assert.ok(chunk.endsWith('\n'));
        assert.ok(Buffer.byteLength(chunk) <= 4096 || chunk.indexOf('\n') === chunk.length - 1);
      }
      assert.ok(sink.mostInFlight <= 1);
    }),
  );
});

test('lines leave as they are, whether they are known to be ASCII or not', async () => {
  const sink = new FakeSink();
  const { output } = outputTo(sink);
  const lines = ['plain', 'é\u{1f600}', 'plain again', '\u0141'];
  for (const line of lines) {
    output.write(line, line.startsWith('plain'));
    if (line === 'plain') await output.drained();
  }
  await output.drained();
  assert.equal(sink.written.join(''), lines.map(line => `${line}\n`).join(''));
});

test('a line longer than 16 KiB is counted, not written', async () => {
  const sink = new FakeSink();
  const { output } = outputTo(sink);
  output.write('x'.repeat(16 * 1024));
  output.write('x'.repeat(16 * 1024 + 1));
  output.write('é'.repeat(8 * 1024 + 1));
  await output.drained();
  assert.equal(output.oversized, 2);
  assert.deepEqual(sink.written, [`${'x'.repeat(16 * 1024)}\n`]);
});

test('lines of pieces leave in order with the others, the longer ones counted', async () => {
  const sink = new FakeSink();
  const { output } = outputTo(sink);
  const source = Buffer.from(`{"a":1}${'x'.repeat(16 * 1024)}`);
  output.write('é');
  output.cut(source, 0, 6);
  output.text(',"b":2}');
  output.endLine();
  output.cut(source, 7, source.length);
  output.text('y');
  output.endLine();
  output.write('plain', true);
  await output.drained();
  assert.equal(sink.written.join(''), 'é\n{"a":1,"b":2}\nplain\n');
  assert.equal(output.oversized, 1);
});

test('a source may change once there is room, even if nothing is written yet', async () => {
  const sink = new FakeSink(true);
  const { output } = outputTo(sink);
  const source = Buffer.from('a');
  for (const letter of 'abc') {
    source.write(letter);
    output.cut(source, 0, 1);
    output.endLine();
    await output.room();
  }
  const drained = output.drained();
  for (let n = 0; n < 3; n++) {
    sink.releaseOne();
    await turn();
  }
  await drained;
  assert.equal(sink.written.join(''), 'a\nb\nc\n');
});

test('a producer has room until too much is queued, and again when it is written', async () => {
  const sink = new FakeSink(true);
  const { output } = outputTo(sink);
  const line = 'x'.repeat(4095);
  while (!output.full) output.write(line);
  let hasRoom = false;
  const room = output.room().then(() => {
    hasRoom = true;
  });
  await turn();
  assert.equal(hasRoom, false);
  while (output.full || sink.inFlight > 0) {
    sink.releaseOne();
    await turn();
  }
  await room;
  assert.equal(hasRoom, true);
  assert.equal(output.full, false);
});

test('room does not wait while there is little', async () => {
  const { output } = outputTo(new FakeSink(true));
  output.write('a');
  await output.room();
  assert.equal(output.full, false);
});

test('a failure is heard at once, ends the wait, and stops what comes after', async () => {
  const sink = new FakeSink(true);
  const { output, failures } = outputTo(sink);
  output.write('a');
  const drained = output.drained();
  sink.failure = new Error('disk full');
  sink.releaseOne();
  await assert.rejects(drained, sink.failure);
  assert.deepEqual(failures, [sink.failure]);
  assert.throws(() => output.write('b'), sink.failure);
  assert.throws(() => output.endLine(), sink.failure);
  await assert.rejects(output.room(), sink.failure);
  assert.deepEqual(sink.written, []);
});

test('a reader that leaves ends writing at once, and is told of once', async () => {
  const sink = new FakeSink();
  const { output, failures } = outputTo(sink);
  sink.readerLeaves();
  sink.readerLeaves();
  assert.equal(failures.length, 1);
  assert.ok(failures[0] instanceof ReaderGone);
  assert.throws(() => output.write('x'), ReaderGone);
  await assert.rejects(output.drained(), ReaderGone);
});

function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

test('few lines that wait behind others take little more memory than their own', async () => {
  const sink = new FakeSink(true);
  const { output } = outputTo(sink);
  const before = process.memoryUsage().arrayBuffers;
  for (let n = 0; n < 1000; n++) {
    output.write(`line ${n}`);
    output.flush();
  }
  const bytes = process.memoryUsage().arrayBuffers - before;
  assert.ok(bytes < 2e6, `${bytes} bytes`);
  const written = output.drained();
  while (sink.written.length < 1000) {
    sink.releaseOne();
    await Promise.resolve();
  }
  await written;
  assert.equal(sink.written.join(''), Array.from({ length: 1000 }, (_, n) => `line ${n}\n`).join(''));
});

test('a block that nothing is put into is not written, and a failure is thrown instead of asking for one', async () => {
  const sink = new FakeSink();
  const { output, failures } = outputTo(sink);
  output.fill(() => 0);
  await output.drained();
  assert.deepEqual(sink.written, []);
  sink.failure = new Error('full');
  output.fill(block => block.write('lost\n'));
  await assert.rejects(output.drained(), sink.failure);
  assert.deepEqual(failures, [sink.failure]);
  assert.throws(() => output.fill(() => assert.fail('asked')), sink.failure);
});
