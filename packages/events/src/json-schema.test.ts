import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { type FieldName, fieldNames, fields, recordTypes } from './fields.js';
import { jsonSchema } from './json-schema.js';

interface Schema {
  $defs: Record<string, { properties: Record<string, object>; required?: string[] }>;
}

test('schema.json is what the field list says; UPDATE=1 writes it anew (npm run format lays it out)', () => {
  const file = new URL('../schema.json', import.meta.url);
  if (process.env.UPDATE === '1') writeFileSync(file, `${JSON.stringify(jsonSchema(), null, 2)}\n`);
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), jsonSchema());
});

test('the schema has a definition for every type, with its fields in their order', () => {
  const { $defs } = jsonSchema() as Schema;
  for (const type of recordTypes) {
    const names = Object.keys($defs[type]!.properties) as FieldName[];
    assert.deepEqual(
      names,
      fieldNames.filter(name => names.includes(name)),
      type,
    );
    for (const name of names)
      if (type !== 'count')
        assert.ok(
          fields[name].in.some(known => known === type),
          name,
        );
  }
});

test('every field is described and required only where it can be', () => {
  const { $defs } = jsonSchema() as Schema;
  for (const type of recordTypes) {
    const { properties, required } = $defs[type]!;
    for (const name of required ?? []) assert.ok(name in properties, `${type}.${name}`);
    for (const [name, property] of Object.entries(properties)) {
      if (name !== 'type') assert.ok('description' in property, `${type}.${name}`);
    }
  }
});
