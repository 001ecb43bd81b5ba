export { addressText, ipv4Text, ipv6Text, isMapped } from './address.js';
export {
  evidenceFields,
  type FieldName,
  fieldNames,
  fields,
  ownCountFields,
  type RecordType,
  recordTypes,
  schemaVersion,
  tcpTypes,
} from './fields.js';
export {
  type FlatKind,
  type FlatSource,
  flatFields,
  flatIndex,
  flatRecord,
  flatTypes,
} from './flat-record.js';
export { sameBootUs, timeOf } from './moment.js';
export { type Path, valueAt } from './path.js';
export { byText, inRecordOrder } from './record-order.js';
export { escapeDangerous, isPlain, printable, serialise } from './serialise.js';
export type {
  Answer,
  AnyRecord,
  DnsRecord,
  Evidence,
  LostRecord,
  ReadyRecord,
  RecordOf,
  TcpRecord,
  TcpType,
} from './types.js';
export { fairShare, userId } from './users.js';
export { problemOf } from './validate.js';
