import type { Asker } from './askers.js';

/** How long an answer may take (resolvers give up after 5 to 30 s). */
const patienceUs = 30_000_000;

/** A query that waits for its answer. */
export interface Query extends Asker {
  readonly monoUs: number;
}

/**
 * Decides which responses were asked for, so that a forged one, or one to another socket, is told apart. A query
 * is answered once: what comes later for it is not solicited. Bounded; the oldest queries are forgotten first.
 */
export class Solicitor {
  /** Open queries, by what makes an answer theirs: socket, server, port, id and question. The oldest first. */
  private readonly asked = new Map<string, Query>();

  constructor(private readonly most = 16_384) {}

  ask(exchange: string, query: Query): void {
    this.asked.delete(exchange); // a repeated query moves to the end
    this.asked.set(exchange, query);
    this.forget(query.monoUs);
  }

  /** The query that a response of this time answers, or undefined where nobody asked. */
  answer(exchange: string, monoUs: number): Query | undefined {
    const query = this.asked.get(exchange);
    if (query === undefined || monoUs - query.monoUs > patienceUs) return undefined;
    this.asked.delete(exchange);
    return query;
  }

  private forget(monoUs: number): void {
    for (const [exchange, query] of this.asked) {
      if (this.asked.size <= this.most && monoUs - query.monoUs <= patienceUs) return;
      this.asked.delete(exchange);
    }
  }
}
