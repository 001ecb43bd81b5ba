import type { Event } from './event.js';

export type Tool = 'tcpconnect' | 'tcptracer';

/** A command line that both versions of a tool understand, and what it shall show. */
export interface OptionSet {
  tool: Tool;
  args: readonly string[];
  /** Whether the filters among the options let an event through. */
  passes(event: Event): boolean;
}

export function has(set: OptionSet, option: string): boolean {
  return set.args.includes(option);
}

/** Whether the tool owes a row to an event. */
export function owes(set: OptionSet, event: Event): boolean {
  const isKind =
    set.tool === 'tcpconnect' ? event.type === 'connect' : event.type !== 'connect' && event.connected;
  return isKind && set.passes(event);
}

const types = {
  established: ['C', 'connect'],
  accept: ['A', 'accept'],
  release: ['X', 'close'],
} as const;

/** The row of an event with one space between columns; the time, which no event knows, is not among them. */
export function squeezedRow(set: OptionSet, event: Event): string {
  const { type, pid, uid, comm, ip, saddr, sport, daddr, dport, netns } = event;
  if (type === 'connect') {
    const cells = [pid, comm.slice(0, 12), ip, saddr, ...(has(set, '-L') ? [sport] : []), daddr, dport];
    return [...(has(set, '-U') ? [uid] : []), ...cells, ...(has(set, '-d') ? [nameText(event)] : [])].join(
      ' ',
    );
  }
  const isVerbose = has(set, '-v');
  const [source, destination] = [saddr, daddr].map(address => (ip === 6 ? `[${address}]` : address));
  const cells = [types[type][isVerbose ? 1 : 0], pid, comm, ip, source, destination, sport, dport];
  return [...cells, ...(isVerbose && !has(set, '-N') ? [netns] : [])].join(' ');
}

/** Actors connect to what they were answered with only when the answer is so old that its age is shown. */
function nameText({ name, daddr }: Event): string {
  if (name) return `${name} (ms)`;
  return ['127.0.0.1', '::1'].includes(daddr) ? 'localhost' : 'No DNS Query';
}

/** A line with the figures that two tools cannot share put aside: time, in as many columns, and age of an answer. */
export function withoutTimes(set: OptionSet, line: string): string {
  const rest = line.replace(/\(\d+\.\d{3}ms\)$/, '(ms)');
  return has(set, '-t') ? rest.replace(/^\d+(\.\d{3})? */, time => ' '.repeat(time.length)) : rest;
}

export function squeezed(line: string): string {
  return line.trim().replaceAll(/ +/g, ' ');
}
