import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fields } from './fields.js';
import { flatFields, flatRecord } from './flat-record.js';
import { valueAt } from './path.js';

const record = flatRecord(
  {
    value: (row, field) => `${row} ${field}`,
    member: (row, field, name) =>
      flatFields[field]!.kind === 'json' ? `${row} ${field} ${name}` : undefined,
  },
  7,
);

test('a flat record reads like a record, and asks for what is read', () => {
  for (const [index, { name }] of flatFields.entries()) {
    assert.equal(record[name], `7 ${index}`);
    assert.equal(valueAt(record, [name]), `7 ${index}`);
  }
  assert.equal(record.hooks, undefined);
  const dns = flatFields.findIndex(({ name }) => name === 'dns');
  assert.equal(valueAt(record, ['dns', 'age_ms']), `7 ${dns} age_ms`);
});

test('it has no other fields, inherited ones least of all', () => {
  for (const name of ['hooks', 'connects', 'constructor', '__proto__', 'toString']) {
    assert.equal(valueAt(record, [name]), undefined);
  }
  assert.equal(valueAt(record, ['pid', 'length']), undefined);
  assert.deepEqual(Object.keys(record), []);
});

test('flat fields stand in the order of the record, the type first', () => {
  const names = flatFields.map(({ name }) => name);
  assert.equal(names[0], 'type');
  assert.deepEqual(
    names,
    Object.keys(fields).filter(name => names.includes(name)),
  );
  for (const name of ['answers', 'query', 'dns', 'accepted']) assert.ok(names.includes(name), name);
  for (const name of ['connects', 'count', 'hooks']) assert.ok(!names.includes(name), name);
});
