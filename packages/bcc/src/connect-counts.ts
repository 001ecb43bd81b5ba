import type { AnyRecord } from '@tcppipe/events';
import { Counter } from '@tcppipe/tcpcount/counter';
import { countColumns, headerLine, rowLine } from '@tcppipe/tcpfmt/layouts';

const key = [['saddr'], ['daddr'], ['dport']];
/** Places in bcc's maps. What finds none is counted in one row `(other)`, so that the sum stays right. */
const maxKeys = 10_240;

/** What tcpconnect -c counts: connects by both addresses and the port, IPv4 and IPv6 apart. */
export class ConnectCounts {
  private readonly v4: Counter;
  private readonly v6: Counter;

  constructor(max = maxKeys) {
    this.v4 = new Counter(key, max);
    this.v6 = new Counter(key, max);
  }

  add(record: AnyRecord): void {
    (record.ip === 6 ? this.v6 : this.v4).add(record, 1);
  }

  /** The table, after an empty line: IPv4 first, each by falling count. */
  lines(): string[] {
    const columns = countColumns(key);
    const rows = [this.v4, this.v6].flatMap(counter => counter.records(Number.POSITIVE_INFINITY, undefined));
    return ['', headerLine(columns), ...rows.map(record => rowLine(columns, record))];
  }
}
