import type { AnyRecord } from '@tcppipe/events';
import { type Link, linksIn } from './answers.js';
import { numberOr } from './number-or.js';
import type { Owner } from './owners.js';

/** What a `dns` record tells. */
export interface Response {
  readonly qname: string;
  readonly resolver: string | undefined;
  /** Addresses, and how the name leads to them. */
  readonly links: readonly Link[];
  /** Whether it is a line of a hosts file. */
  readonly isStatic: boolean;
  /** Whether a resolver daemon of the host received it. */
  readonly isOfDaemon: boolean;
  readonly isUnsolicited: boolean;
  readonly owner: Owner;
  readonly uid: number;
}

export function responseIn(record: AnyRecord, owner: Owner): Response {
  const { qname, resolver, proto, daemon, solicited, uid } = record;
  return {
    qname: typeof qname === 'string' ? qname : '',
    resolver: typeof resolver === 'string' ? resolver : undefined,
    links: linksIn(record),
    isStatic: proto === 'hosts',
    isOfDaemon: daemon === true,
    isUnsolicited: solicited === false,
    owner,
    uid: numberOr(uid, Number.NaN),
  };
}
