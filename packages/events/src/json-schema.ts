import {
  answerFields,
  evidenceFields,
  type FieldName,
  fieldNames,
  fields,
  type RecordType,
  recordTypes,
  schemaVersion,
} from './fields.js';

const shapes = {
  integer: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  number: { type: 'number' },
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  strings: { type: 'array', items: { type: 'string' } },
  answers: { type: 'array', items: { $ref: '#/$defs/answer' } },
  evidence: { $ref: '#/$defs/evidence' },
} as const;

function property(spec: { kind: keyof typeof shapes; doc: string; unit?: string; nullable?: true }): object {
  const shape = shapes[spec.kind];
  const description = spec.unit ? `${spec.doc} [${spec.unit}]` : spec.doc;
  return spec.nullable ? { anyOf: [shape, { type: 'null' }], description } : { ...shape, description };
}

function objectOf(
  members: Record<string, { kind: keyof typeof shapes; doc: string }>,
  required: string[],
): object {
  const properties = Object.fromEntries(
    Object.entries(members).map(([name, spec]) => [name, property(spec)]),
  );
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
}

function recordSchema(type: RecordType): object {
  const has = (name: FieldName) =>
    type === 'count' || (fields[name].in as readonly RecordType[]).includes(type);
  const always = (name: FieldName) => {
    const spec: (typeof fields)[FieldName] = fields[name];
    return 'always' in spec && (spec.always as readonly RecordType[]).includes(type);
  };
  const properties = Object.fromEntries(fieldNames.filter(has).map(name => [name, property(fields[name])]));
  return {
    type: 'object',
    properties: { ...properties, type: { const: type } },
    required: fieldNames.filter(always),
  };
}

/** JSON Schema (2020-12) of every record; further fields are allowed, as later minor versions add some. */
export function jsonSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'tcppipe record',
    description: `One line of NDJSON as tcppipe writes it, schema version ${schemaVersion}.`,
    oneOf: recordTypes.map(type => ({ $ref: `#/$defs/${type}` })),
    $defs: {
      ...Object.fromEntries(recordTypes.map(type => [type, recordSchema(type)])),
      answer: objectOf(answerFields, Object.keys(answerFields)),
      evidence: objectOf(evidenceFields, []),
    },
  };
}
