import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import fc from 'fast-check';
import { connect, dns, linesFrom, linesFromBytes } from './testing/fixtures.js';

/** A day in which two sources write what they saw with some disorder, in the order in which it was written. */
const recording = fc
  .array(
    fc.record({
      gapMs: fc.oneof(fc.constant(0), fc.nat(40), fc.nat(2000)),
      delayMs: fc.nat(99),
      isDns: fc.boolean(),
      host: fc.nat(3),
      name: fc.nat(2),
      pid: fc.integer({ min: 40, max: 42 }),
      netns: fc.integer({ min: 1, max: 2 }),
    }),
    { maxLength: 60 },
  )
  .map(steps => {
    let atMs = 10_000;
    const written = steps.map(({ gapMs, delayMs, isDns, host, name, pid, netns }) => {
      atMs += gapMs;
      const daddr = `192.0.2.${host}`;
      const record = isDns
        ? dns(atMs / 1e3, `${name}.example`, [daddr], { pid, netns })
        : connect(atMs / 1e3, daddr, { pid, netns });
      return { writtenMs: atMs + delayMs, record };
    });
    return written.sort((a, b) => a.writtenMs - b.writtenMs).map(({ record }) => record);
  });

test('a recording gives the same lines however it is chunked and in one file or two', async () => {
  const chunkSizes = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(recording, chunkSizes, async (records, sizes) => {
      const answers = records.filter(({ type }) => type === 'dns');
      const connects = records.filter(({ type }) => type !== 'dns');
      const expected = await linesFrom([records]);
      assert.equal(expected.length, connects.length);
      assert.deepEqual(await linesFromBytes([records], sizes), expected);
      assert.deepEqual(await linesFromBytes([answers, connects], sizes), expected);
      assert.deepEqual(await linesFromBytes([connects, answers], sizes), expected);
      assert.deepEqual(await linesFromBytes([[...answers, ...connects]], sizes), expected);
    }),
    { numRuns: 50 },
  );
});

test('every connect sees exactly the answers up to its time', async () => {
  await fc.assert(
    fc.asyncProperty(recording, async records => {
      const answers = records.filter(({ type }) => type === 'dns');
      for (const line of await linesFrom([records])) {
        const joined = JSON.parse(line) as AnyRecord;
        const seen = answers.filter(({ mono_us, netns, pid, answers }) => {
          const [answer] = answers as AnyRecord[];
          const isNear = netns === joined.netns || pid === joined.pid;
          return (mono_us as number) <= (joined.mono_us as number) && isNear && answer!.data === joined.daddr;
        });
        const ofProcess = seen.filter(({ pid }) => pid === joined.pid);
        const best = ofProcess.length > 0 ? ofProcess : seen;
        const times = best.map(({ mono_us }) => mono_us as number);
        const names = best.filter(({ mono_us }) => mono_us === Math.max(...times)).map(({ qname }) => qname);
        assert.ok(names.length > 0 ? names.includes(joined.query) : joined.query === null);
      }
    }),
    { numRuns: 100 },
  );
});
