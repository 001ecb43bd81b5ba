import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import {
  countFromZero,
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

test('an idle reader sleeps, and the first record after that wakes it', root, async t => {
  const object = probeFor(t);
  let records = 0;
  openRing(object, { onBatch: batch => (records += recordsOf(batch).length) });
  const asleep = () => object.readGlobal('awake').equals(u32(0));
  for (let round = 1; round <= 5; round++) {
    emit(1);
    await until(`record ${round}`, () => records === round);
    assert.ok(!asleep());
    await until('the reader sleeps', asleep);
  }
});

// Each record waits for the one before, so a lost wake-up is not repaired by the next record. The pauses sweep
// over the moment at which the reader goes to sleep; `linger` widens the window between the program's look and
// its record.
test('no wake-up is lost while the reader falls asleep', root, async t => {
  const rounds = 800;
  const child = emitter(t);
  const object = probeFor(t, { pid: child.pid!, linger: 2000 });
  const records: ProbeRecord[] = [];
  openRing(object, { drainMs: 1, onBatch: batch => records.push(...recordsOf(batch)) });
  for (let round = 1; round <= rounds; round++) {
    child.stdin.write(Buffer.of(round % 250));
    await until(`record ${round}`, () => records.length === round);
  }
  assert.deepEqual(seqs(records), countFromZero(rounds));
  child.stdin.end();
  await once(child, 'exit');
});

// The reader is woken for the second record while it cannot have it, as the first is not complete.
test(
  'a record behind one that takes its time is read when that is complete, though it wakes nobody',
  root,
  async t => {
    const rounds = 20;
    const child = emitter(t);
    const object = probeFor(t, { pid: child.pid!, hold: 200_000 });
    const records: ProbeRecord[] = [];
    openRing(object, { drainMs: 1, onBatch: batch => records.push(...recordsOf(batch)) });
    for (let round = 1; round <= rounds; round++) {
      child.stdin.write(Buffer.of(0));
      await until(`both records of round ${round}`, () => records.length === 2 * round);
      await until('the reader sleeps', () => object.readGlobal('awake').equals(u32(0)));
    }
    assert.deepEqual(seqs(records), countFromZero(2 * rounds));
    child.stdin.end();
    await once(child, 'exit');
  },
);

/** A process that emits when told to: after as many times 10 us as the byte says that it is told. */
function emitter(t: TestContext) {
  const code = `
    const { readSync } = require('node:fs');
    const order = Buffer.alloc(1);
    while (readSync(0, order) === 1) {
      const start = process.hrtime.bigint();
      while (process.hrtime.bigint() - start < BigInt(order[0]) * 10_000n);
      process.umask(0o22);
    }`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['pipe', 'inherit', 'inherit'] });
  t.after(() => child.kill());
  return child;
}
