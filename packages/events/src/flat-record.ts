import { type FieldName, type FieldSpec, fieldNames, fields, type RecordType, tcpTypes } from './fields.js';
import type { AnyRecord } from './types.js';

/** How the value of a field stands in a flat record: lists and objects as JSON. */
export type FlatKind = 'type' | 'number' | 'boolean' | 'string' | 'string or null' | 'json';

/** Types of the records that can be flat: those that come in great numbers. */
export const flatTypes = [...tcpTypes, 'dns'] as const;

/** All fields of these types, in the order of the record. */
export const flatFields = fieldNames
  .filter(name => flatTypes.some(type => (fields[name].in as readonly RecordType[]).includes(type)))
  .map(name => ({ name: name as string, kind: flatKind(name, fields[name]) }));

function flatKind(name: FieldName, { kind, nullable }: FieldSpec): FlatKind {
  if (name === 'type') return 'type';
  if (kind === 'integer' || kind === 'number') return 'number';
  if (kind === 'string') return nullable ? 'string or null' : 'string';
  return kind === 'boolean' ? 'boolean' : 'json';
}

const indexOf = new Map(flatFields.map(({ name }, index) => [name, index]));

/** The place in `flatFields` of the field called `name`; -1 where it is none of them. */
export function flatIndex(name: string): number {
  return indexOf.get(name) ?? -1;
}

/** Where the values of flat records stand, decoded when somebody asks. */
export interface FlatSource {
  /** The value of a field by its place in `flatFields`; undefined where the record does not have it. */
  value(row: number, field: number): unknown;
  /** The value of a member of a field that holds an object or a list; undefined where there is none. */
  member(row: number, field: number, name: string): unknown;
}

/**
 * A record of one of `flatTypes` that has fields of `flatFields` alone. It reads like any record, but has no properties
 * of its own, so that only what is asked for is ever decoded. Valid as long as its source.
 */
export class FlatRecord {
  readonly #source: FlatSource;
  readonly #row: number;

  constructor(source: FlatSource, row: number) {
    this.#source = source;
    this.#row = row;
  }

  /** The value of the field called `name`. */
  static valueOf(record: FlatRecord, name: string): unknown {
    const field = indexOf.get(name);
    return field === undefined ? undefined : record.#source.value(record.#row, field);
  }

  /** The value of a member of the field called `name`. */
  static memberOf(record: FlatRecord, name: string, member: string): unknown {
    const field = indexOf.get(name);
    return field === undefined ? undefined : record.#source.member(record.#row, field, member);
  }

  static {
    for (const [field, { name }] of flatFields.entries()) {
      Object.defineProperty(FlatRecord.prototype, name, {
        get(this: FlatRecord) {
          return this.#source.value(this.#row, field);
        },
      });
    }
  }
}

/** The record as what filters take: they read fields, and nothing else. */
export function flatRecord(source: FlatSource, row: number): AnyRecord {
  return new FlatRecord(source, row) as unknown as AnyRecord;
}
