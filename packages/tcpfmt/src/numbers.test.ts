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

/** By the digits of the double, all of them: what is nearest, and of two the even one (C17, 7.21.6.1; IEEE 754). */
function printed(seconds: number): string {
  const [whole, fraction] = Math.abs(seconds).toFixed(100).split('.') as [string, string];
  const below = BigInt(whole + fraction.slice(0, 3));
  const rest = fraction.slice(3);
  const half = '5'.padEnd(rest.length, '0');
  const isUp = rest > half || (rest === half && below % 2n === 1n);
  const digits = String(below + BigInt(isUp)).padStart(4, '0');
  return `${seconds < 0 ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`;
}

test('seconds have the three decimals that printf gives them', () => {
  const text = secondsText();
  for (const [us, expected] of [
    [62_500, '0.062'],
    [187_500, '0.188'],
    [312_500, '0.312'],
    [1_062_500, '1.062'],
    [1500, '0.002'],
    [-62_500, '-0.062'],
  ] as const) {
    assert.equal(text(us), expected);
  }
  const us = fc.oneof(
    fc.nat(5000),
    fc.maxSafeNat(),
    fc.integer(),
    fc.nat(1e9).map(half => half * 500),
    fc.integer().map(sixteenth => sixteenth * 62_500),
  );
  fc.assert(
    fc.property(us, us => assert.equal(text(us), printed(us / 1e6))),
    { numRuns: 5000 },
  );
});
