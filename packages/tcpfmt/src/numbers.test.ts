import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { numberText, secondsText } from './numbers.js';

test('numbers have the text that String gives', () => {
  const micros = fc.maxSafeNat().map(us => us / 1e6);
  const recent = fc.integer({ min: 1.6e15, max: 2e15 }).map(us => us / 1e6);
  const around = fc.tuple(fc.nat(100), fc.nat(1e6)).map(([whole, us]) => whole + us / 1e6);
  const number = fc.oneof(
    micros,
    recent,
    around,
    fc.double(),
    fc.integer(),
    fc.nat(1_100_000),
    fc.constant(-0),
  );
  fc.assert(
    fc.property(number, number => assert.equal(numberText(number), String(number))),
    { numRuns: 5000 },
  );
});

test('seconds have the three decimals that printf gives them', () => {
  const text = secondsText();
  const us = fc.oneof(
    fc.nat(5000),
    fc.maxSafeNat(),
    fc.integer(),
    fc.nat(1e9).map(half => half * 500),
  );
  fc.assert(
    fc.property(us, us => assert.equal(text(us), (us / 1e6).toFixed(3))),
    { numRuns: 2000 },
  );
});
