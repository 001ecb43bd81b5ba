export { addressText, ipv4Text, ipv6Text, isMapped } from './address.js';
export {
  answerFields,
  evidenceFields,
  type FieldName,
  type FieldSpec,
  fieldNames,
  fields,
  type RecordType,
  recordTypes,
  schemaVersion,
  tcpTypes,
} from './fields.js';
export {
  type FlatKind,
  FlatRecord,
  type FlatSource,
  flatFields,
  flatIndex,
  flatRecord,
  flatTypes,
} from './flat-record.js';
export { jsonSchema } from './json-schema.js';
export { type Path, valueAt } from './path.js';
export { inRecordOrder } from './record-order.js';
export { escapeDangerous, isPlain, printable, serialise } from './serialise.js';
export type {
  Answer,
  AnyRecord,
  CountRecord,
  DnsRecord,
  Evidence,
  LostRecord,
  ReadyRecord,
  RecordOf,
  TcpRecord,
  TcpType,
} from './types.js';
export { problemOf } from './validate.js';
