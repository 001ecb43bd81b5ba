import type { Answer } from '../kept.js';
import type { Space } from '../shares.js';
import type { AnswerTable } from '../table.js';

/** Who asks, and when; microseconds of event time. */
export interface Asked {
  time?: number;
  pid?: number;
  uid?: number;
  /** Characters of text besides the name. */
  text?: number;
}

/** Has a table learn that a name led to an address, for a minute. */
export function add(
  table: AnswerTable,
  space: Space,
  address: string,
  qname: string,
  asked: Asked = {},
): void {
  const { time = 0, pid = 1, uid = 0, text = 0 } = asked;
  const owner = { pid, start: 0, netns: 0, mntns: 0, boot: 0 };
  const chain = text > 0 ? ['x'.repeat(text)] : [];
  const question = { qname, chain, resolver: undefined, isStatic: false, owner, uid };
  table.add(space, address, question, time, 60);
}

export function get(table: AnswerTable, space: Space, address: string, at = 0): readonly Answer[] {
  const known = table.find(address);
  return known ? table.get(space, known, at) : [];
}

/** Has a process of a user ask in a namespace for so many names, each with an address of its own. */
export function fill(table: AnswerTable, netns: number, count: number, asked: Asked = {}): void {
  for (let i = 0; i < count; i++) add(table, netns, `${netns}/${i}`, `${i}.example`, asked);
}

/** How many of them are still known. */
export function hits(table: AnswerTable, netns: number, count: number): number {
  let found = 0;
  for (let i = 0; i < count; i++) if (get(table, netns, `${netns}/${i}`).length > 0) found++;
  return found;
}
