import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lowest, slopeOf } from './slope.js';

test('a straight line has its slope and no error', () => {
  const line = [0, 10, 20, 50].map(at => ({ at, value: 7 + at / 3600 }));
  const { perHour, error } = slopeOf(line);
  assert.ok(Math.abs(perHour - 1) < 1e-9, `${perHour}`);
  assert.ok(error < 1e-9, `${error}`);
});

test('what jumps up and down around a level has an error larger than its slope', () => {
  const saw = Array.from({ length: 40 }, (_, i) => ({ at: i * 60, value: i % 2 }));
  const { perHour, error } = slopeOf(saw);
  assert.ok(Math.abs(perHour) < error, `${perHour} ± ${error}`);
});

test('two points are no measurement', () => {
  assert.throws(() => slopeOf([1, 2].map(at => ({ at, value: at }))), /too few/);
});

test('of each stretch the lowest point counts', () => {
  const points = [
    { at: 0, value: 3 },
    { at: 59, value: 2 },
    { at: 60, value: 9 },
  ];
  assert.deepEqual(lowest(points, 60), points.slice(1));
});
