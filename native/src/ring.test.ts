import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { BpfError, type Ring } from './index.js';
import {
  countFromZero,
  DRAIN_MS,
  emit,
  needsRoot,
  openRing,
  type ProbeRecord,
  probeFor,
  recordsOf,
  seqs,
  u32,
  until,
} from './testing.js';

const root = { skip: needsRoot };

test('every record arrives once and in order', root, async t => {
  const object = probeFor(t);
  const records: ProbeRecord[] = [];
  openRing(object, { onBatch: batch => records.push(...recordsOf(batch)) });
  for (let i = 0; i < 100; i++) {
    emit(10);
    await nextTurn();
  }
  await until('1000 records', () => records.length >= 1000);
  assert.deepEqual(seqs(records), countFromZero(1000));
});

test('records that waited before the ring was opened arrive', root, async t => {
  const object = probeFor(t);
  emit(5);
  const records: ProbeRecord[] = [];
  openRing(object, { onBatch: batch => records.push(...recordsOf(batch)) });
  await until('5 records', () => records.length >= 5);
  assert.deepEqual(seqs(records), countFromZero(5));
});

for (const bytes of [5001, 32760, 40000, 65528]) {
  test(`records of ${bytes} bytes that do not fit the rest of a batch come with the next`, root, async t => {
    const object = probeFor(t, { bytes });
    const perBatch = Math.floor(65536 / (8 + Math.ceil(bytes / 8) * 8));
    const batches: ProbeRecord[][] = [];
    const ring = openRing(object, { onBatch: batch => batches.push(recordsOf(batch)) });
    emit(15);
    ring.drain();
    assert.deepEqual(seqs(batches.flat()), countFromZero(15));
    assert.deepEqual(
      batches.map(batch => batch.length),
      Array.from({ length: Math.ceil(15 / perBatch) }, (_, i) => Math.min(perBatch, 15 - i * perBatch)),
    );
    assert.ok(batches.flat().every(record => record.bytes === bytes));
    emit(15);
    await until('15 more, by the event loop', () => batches.flat().length >= 30);
    assert.deepEqual(seqs(batches.flat()), countFromZero(30));
  });
}

test('records that begin at the end of the ring and go on at its beginning come whole', root, t => {
  const object = probeFor(t, { bytes: 5001 });
  const records: ProbeRecord[] = [];
  const ring = openRing(object, { onBatch: batch => records.push(...recordsOf(batch)) });
  // Five times around a ring of 1 MiB, whose size is no multiple of a record's.
  for (let round = 0; round < 10; round++) {
    emit(105);
    ring.drain();
  }
  assert.deepEqual(seqs(records), countFromZero(1050));
});

test('records larger than a whole batch are reported with their number', root, async t => {
  const object = probeFor(t, { bytes: 65529 });
  const errors: Error[] = [];
  openRing(object, { onBatch: () => assert.fail('no record fits'), onError: error => errors.push(error) });
  emit(3);
  await until('the report', () => errors.length > 0);
  assert.ok(errors[0] instanceof BpfError);
  assert.equal(errors[0].code, 'EMSGSIZE');
  assert.match(errors[0].message, /^3 records larger than a batch of 65536 bytes were skipped/);
});

test('a batch whose memory was given away takes no more records, and says so', root, async t => {
  const object = probeFor(t);
  let batches = 0;
  const errors: Error[] = [];
  openRing(object, {
    onBatch(batch) {
      batches++;
      structuredClone(batch.buffer, { transfer: [batch.buffer as ArrayBuffer] });
    },
    onError: error => errors.push(error),
  });
  emit(1);
  await until('a batch', () => batches === 1);
  emit(2);
  await until('an error', () => errors.length === 1);
  assert.match(errors[0]!.message, /^2 records larger than a batch of 0 bytes/);
  assert.equal(batches, 1);
});

test('pause inside onBatch stops delivery until resume, and loses nothing', root, async t => {
  const object = probeFor(t, { bytes: 5000 });
  const batches: ProbeRecord[][] = [];
  const ring = openRing(object, {
    onBatch(batch) {
      batches.push(recordsOf(batch));
      ring.pause();
    },
  });
  emit(40);
  for (let expected = 1; expected <= 4; expected++) {
    await until(`batch ${expected}`, () => batches.length === expected);
    await delay(3 * DRAIN_MS);
    emit(1);
    await delay(3 * DRAIN_MS);
    assert.equal(batches.length, expected);
    assert.deepEqual(object.readGlobal('awake'), u32(1));
    ring.resume();
  }
  assert.deepEqual(seqs(batches.flat()), countFromZero(43));
});

test('drain delivers everything at once, also while paused', root, t => {
  const object = probeFor(t, { bytes: 5000 });
  const records: ProbeRecord[] = [];
  const ring = openRing(object, { onBatch: batch => records.push(...recordsOf(batch)) });
  ring.pause();
  emit(100);
  ring.drain();
  assert.deepEqual(seqs(records), countFromZero(100));
});

test('drain stops behind so many bytes, tells them, and what is left can be counted', root, t => {
  const object = probeFor(t, { bytes: 5000 });
  const records: ProbeRecord[] = [];
  const ring = openRing(object, { onBatch: batch => records.push(...recordsOf(batch)) });
  ring.pause();
  emit(100);
  assert.deepEqual([ring.countAbove(0), ring.countAbove(4999), ring.countAbove(5000)], [100, 100, 0]);
  const delivered = ring.drain(1);
  assert.ok(records.length > 0 && records.length < 100);
  assert.equal(delivered, records.length * 5008);
  assert.equal(ring.countAbove(0), 100 - records.length);
  while (ring.drain(1) > 0);
  assert.deepEqual(seqs(records), countFromZero(100));
  assert.equal(ring.countAbove(0), 0);
});

test('drain ends although every batch causes another record', root, t => {
  const object = probeFor(t, { bytes: 60000 });
  let batches = 0;
  const ring = openRing(object, {
    onBatch() {
      batches++;
      emit(1);
    },
  });
  emit(1);
  ring.drain();
  assert.ok(batches >= 1 && batches <= (1024 * 1024) / 60000 + 1);
});

test('what onBatch throws goes to onError, and the ring goes on', root, async t => {
  const object = probeFor(t);
  const errors: unknown[] = [];
  let batches = 0;
  const ring: Ring = openRing(object, {
    onBatch() {
      batches++;
      if (batches === 1) throw new Error('first');
      if (batches === 2) throw 'second';
      ring.drain();
    },
    onError: error => errors.push(error.message),
  });
  for (let expected = 1; expected <= 3; expected++) {
    emit(1);
    await until(`batch ${expected}`, () => batches === expected);
  }
  await until('3 errors', () => errors.length === 3);
  assert.deepEqual(errors, [
    'first',
    'second',
    'drain() cannot be called inside onBatch: its batch would be overwritten',
  ]);
});

test('after detach no records come, and those that waited are still there', root, t => {
  const object = probeFor(t);
  const records: ProbeRecord[] = [];
  const ring = openRing(object, { onBatch: batch => records.push(...recordsOf(batch)) });
  emit(7);
  object.detach();
  emit(7);
  ring.drain();
  assert.deepEqual(seqs(records), countFromZero(7));
});
