import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonMember } from './json-member.js';

test('a member has the value that a parse of the whole gives it', () => {
  const name = fc.constantFrom('age_ms', 'a', '__proto__', '0');
  const leaf = fc.oneof(
    fc.nat(),
    fc.integer(),
    fc.nat(1e9).map(n => n / 1000),
    fc.constantFrom('', '5', 'a', 'x', null, true),
  );
  const value = fc.oneof(leaf, fc.array(leaf), fc.dictionary(name, leaf));
  const object = fc.array(fc.tuple(name, value), { maxLength: 4 }).map(members => {
    // The same name may come twice, of which the last counts.
    return `{${members.map(([name, value]) => `"${name}":${JSON.stringify(value)}`).join()}}`;
  });
  const json = fc.oneof(
    { weight: 5, arbitrary: object },
    value.map(value => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(json, name, (json, name) => {
      const parsed = JSON.parse(json);
      const expected =
        typeof parsed === 'object' && parsed !== null && Object.hasOwn(parsed, name)
          ? parsed[name]
          : undefined;
      assert.deepEqual(jsonMember(json, name), expected);
    }),
    { numRuns: 2000 },
  );
});
