import { fieldNames, fields, type RecordType, tcpTypes } from './fields.js';
import type { AnyRecord } from './types.js';

const kindOf = { integer: 'number', number: 'number', string: 'string', boolean: 'boolean' } as const;

/** The fields of TCP records that hold one plain value and never null, in the order of the record. */
export const flatFields = fieldNames.flatMap(name => {
  const spec: (typeof fields)[typeof name] = fields[name];
  const isTcp = (spec.in as readonly RecordType[]).some(type =>
    (tcpTypes as readonly RecordType[]).includes(type),
  );
  if (!isTcp || 'nullable' in spec || !(spec.kind in kindOf)) return [];
  return [{ name: name as string, kind: kindOf[spec.kind as keyof typeof kindOf] }];
});

const indexOf = new Map(flatFields.map(({ name }, index) => [name, index]));

/** Where the values of flat records stand, decoded when somebody asks. */
export interface FlatSource {
  /** The value of a field by its place in `flatFields`; undefined where the record does not have it. */
  value(row: number, field: number): unknown;
}

/**
 * A TCP record that has fields of `flatFields` alone. It reads like any record, but has no properties of its own, so
 * that only what is asked for is ever decoded. Valid as long as its source.
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
