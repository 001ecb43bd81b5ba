import type { answerFields, evidenceFields, FieldName, fields, RecordType, tcpTypes } from './fields.js';

type MembersOf<T extends Record<string, { kind: keyof Shapes }>> = { [K in keyof T]: Shapes[T[K]['kind']] };

export type Answer = MembersOf<typeof answerFields>;
export type Evidence = Partial<MembersOf<typeof evidenceFields>>;

interface Shapes {
  integer: number;
  number: number;
  string: string;
  boolean: boolean;
  strings: string[];
  answers: Answer[];
  evidence: Evidence;
}

type Value<K extends FieldName> =
  | Shapes[(typeof fields)[K]['kind']]
  | ((typeof fields)[K] extends { nullable: true } ? null : never);

type NamesIn<T extends RecordType> = {
  [K in FieldName]: T extends (typeof fields)[K]['in'][number] ? K : never;
}[FieldName];

type NamesAlwaysIn<T extends RecordType> = {
  [K in FieldName]: (typeof fields)[K] extends { always: readonly (infer A)[] }
    ? T extends A
      ? K
      : never
    : never;
}[FieldName];

/** A record of one type: what the list says it always has, and what it may have. */
export type RecordOf<T extends RecordType> = { type: T } & {
  [K in Exclude<NamesAlwaysIn<T>, 'type'>]: Value<K>;
} & { [K in Exclude<NamesIn<T>, NamesAlwaysIn<T>>]?: Value<K> };

export type TcpType = (typeof tcpTypes)[number];
export type TcpRecord = { [T in TcpType]: RecordOf<T> }[TcpType];
export type DnsRecord = RecordOf<'dns'>;
export type LostRecord = RecordOf<'lost'>;
export type ReadyRecord = RecordOf<'ready'>;

/**
 * Any JSON object that came in as a line. Nothing is known of it: filters check the fields that they use,
 * so that records of later versions and of other tools pass.
 */
export type AnyRecord = { [field: string]: unknown };
