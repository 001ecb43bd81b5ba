import {
  answerFields,
  evidenceFields,
  type FieldName,
  fieldNames,
  fields,
  type RecordType,
  recordTypes,
} from './fields.js';
import type { AnyRecord } from './types.js';

type Kind = (typeof fields)[FieldName]['kind'];

const fits: Record<Kind, (value: unknown) => boolean> = {
  integer: value => Number.isSafeInteger(value),
  number: value => Number.isFinite(value),
  string: value => typeof value === 'string',
  boolean: value => typeof value === 'boolean',
  strings: value => Array.isArray(value) && value.every(fitting('string')),
  answers: value =>
    Array.isArray(value) &&
    value.every(
      answer =>
        isObject(answer) &&
        Object.entries(answerFields).every(([name, { kind }]) => fits[kind](answer[name])),
    ),
  evidence: value =>
    isObject(value) &&
    Object.entries(evidenceFields).every(
      ([name, { kind }]) => value[name] === undefined || fits[kind](value[name]),
    ),
};

function fitting(kind: Kind): (value: unknown) => boolean {
  return value => fits[kind](value);
}

function isObject(value: unknown): value is AnyRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What is wrong with a record of this schema, or undefined. Checks presence, shape, absence of fields that do
 * not belong, and key order: what the commands promise of what they write, not what they ask of what they read.
 */
export function problemOf(record: AnyRecord): string | undefined {
  const type = record.type as RecordType;
  if (!recordTypes.includes(type)) return `unknown type ${JSON.stringify(record.type)}`;
  for (const name of fieldNames) {
    const spec: (typeof fields)[FieldName] = fields[name];
    const value = record[name];
    if (value === undefined) {
      if ('always' in spec && (spec.always as readonly RecordType[]).includes(type))
        return `${type} without ${name}`;
      continue;
    }
    // A count record carries whatever fields it was counted by.
    if (type !== 'count' && !(spec.in as readonly RecordType[]).includes(type)) return `${name} in ${type}`;
    if (value === null && 'nullable' in spec) continue;
    if (!fits[spec.kind](value)) return `${name} is no ${spec.kind}: ${JSON.stringify(value)}`;
  }
  return orderProblem(Object.keys(record));
}

function orderProblem(keys: string[]): string | undefined {
  let last = -1;
  for (const key of keys) {
    const at = fieldNames.indexOf(key as FieldName);
    if (at < 0) return `unknown field ${JSON.stringify(key)}`;
    if (at < last) return `${key} out of order`;
    last = at;
  }
  return undefined;
}
