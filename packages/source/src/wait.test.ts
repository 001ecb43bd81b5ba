import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waited } from './wait.js';

test('a wait is as long as it should be, of timers that Node can set', async t => {
  const timers: number[] = [];
  t.mock.method(globalThis, 'setTimeout', (call: () => void, ms: number) => {
    timers.push(ms);
    call();
  });
  for (const days of [0, 1 / 86_400, 24, 25, 11_574]) {
    timers.length = 0;
    await waited(days * 86_400_000);
    assert.equal(
      timers.reduce((sum, ms) => sum + ms, 0),
      days * 86_400_000,
    );
    assert.ok(timers.every(ms => ms < 2 ** 31));
  }
});
