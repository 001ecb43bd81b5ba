import type { Asker } from './askers.js';
import { FairMap } from './fair-map.js';

/** How long an answer may take (resolvers give up after 5 to 30 s). */
const patienceUs = 30_000_000;

/** Queries that may wait for their answers at once. */
export const mostOpenQueries = 16_384;

/** A query that waits for its answer. */
export interface Query extends Asker {
  readonly monoUs: number;
}

/**
 * Decides which responses were asked for, so that a forged one, or one to another socket, is told apart. A query
 * is answered once: what comes later for it is not solicited. Bounded; the oldest queries are forgotten first, fairly.
 */
export class Solicitor {
  /** Open queries, by what makes an answer theirs: socket, server, port, id and question. The oldest first. */
  private readonly asked: FairMap<Query>;
  /** How many were forgotten before their time. */
  forgotten = 0;

  constructor(most = mostOpenQueries) {
    this.asked = new FairMap(most);
  }

  ask(exchange: string, query: Query): void {
    this.asked.deleteWhile(({ monoUs }) => query.monoUs - monoUs > patienceUs);
    if (this.asked.set(exchange, query, query.owner?.uid)) this.forgotten++;
  }

  /** The query that a response of this time answers, or undefined where nobody asked. */
  answer(exchange: string, monoUs: number): Query | undefined {
    const query = this.asked.get(exchange);
    if (query === undefined || monoUs - query.monoUs > patienceUs) return undefined;
    this.asked.delete(exchange);
    return query;
  }
}
