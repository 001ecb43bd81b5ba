import { type AnyRecord, inRecordOrder, ownCountFields, type Path, valueAt } from '@tcppipe/events';
import { type Column, column, tight } from '../columns.js';
import { addressWidth } from './connect.js';
import { fieldColumn } from './fields.js';
import { type Leading, timeColumns } from './time.js';

export interface CountOptions extends Leading {
  readonly wide?: boolean;
}

/** Stands in the first column of what has no key. */
const other = '(other)';

/** What tcpconnect -c counts by, with its titles and widths. */
const bccKey = [
  { name: 'saddr', title: 'LADDR', width: 25 },
  { name: 'daddr', title: 'RADDR', width: 25 },
  { name: 'dport', title: 'RPORT', width: 20 },
] as const;

/** The fields a record was counted by, in no order; none of the rest, and of what has none of them. */
export function ownKeyOf(record: AnyRecord): Path[] {
  const names = Object.keys(record).filter(name => !ownCountFields.includes(name));
  return names.flatMap(name => leaves(name, record[name]));
}

/** The fields that records were counted by, in the order of tcpcount; those of tcpconnect -c where there are none. */
export function keyOf(record: AnyRecord): Path[] {
  const paths = ownKeyOf(record);
  return paths.length > 0 ? inRecordOrder(paths) : bccKey.map(({ name }) => [name]);
}

/** Counts by `key`: as tcpconnect -c shows them where it has the column, else by the field's own name and width. */
export function countColumns(key: readonly Path[], options: CountOptions = {}): Column[] {
  const keyColumns = key.map(path => {
    const bcc = bccKey.find(({ name }) => path.length === 1 && path[0] === name);
    if (!bcc) return fieldColumn(path, options.wide);
    const width = bcc.name === 'dport' ? bcc.width : Math.max(bcc.width, addressWidth(options.wide));
    return column(bcc.title, width, record => valueAt(record, path));
  });
  const [first, ...others] = keyColumns;
  const leading = first
    ? [
        tight(first.title, Math.max(first.width, other.length), record =>
          record.other === true ? other : first.value(record),
        ),
      ]
    : [];
  return [...timeColumns(options), ...leading, ...others, column('CONNECTS', 10, record => record.connects)];
}

/** Names of what stands in a count record with this key, in the order of the record. */
export function countFields(key: readonly Path[]): Path[] {
  const [type, ...others] = ownCountFields.map(name => [name]);
  return [type!, ...key, ...others];
}

/** Keys are nested one deep at most (`dns.scope`); what is deeper than that is one value. */
function leaves(name: string, value: unknown): Path[] {
  const nested = typeof value === 'object' && value !== null && !Array.isArray(value);
  const members = nested ? Object.keys(value) : [];
  return members.length > 0 ? members.map(member => [name, member]) : [[name]];
}
