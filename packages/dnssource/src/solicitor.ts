/** How long an answer may take (resolvers give up after 5 to 30 s). */
const patienceUs = 30_000_000;

/** What makes an answer that of a query: all of it has to be equal. */
export interface Exchange {
  /** Socket cookie. */
  sock: string;
  txid: number;
  server: string;
  port: number;
  /** Comparable form of name, type and class. */
  question: string;
}

/**
 * Decides which responses were asked for, so that a forged one, or one to another socket, is told apart. A query
 * is answered once: what comes later for it is not solicited. Bounded; the oldest queries are forgotten first.
 */
export class Solicitor {
  /** Time of each open query, by exchange, the oldest first. */
  private readonly asked = new Map<string, number>();

  constructor(private readonly most = 16_384) {}

  ask(exchange: Exchange, monoUs: number): void {
    const key = keyOf(exchange);
    this.asked.delete(key); // a repeated query moves to the end
    this.asked.set(key, monoUs);
    this.forget(monoUs);
  }

  /** Microseconds from query to answer, or undefined where nobody asked. */
  answer(exchange: Exchange, monoUs: number): number | undefined {
    const key = keyOf(exchange);
    const since = this.asked.get(key);
    if (since === undefined || monoUs - since > patienceUs) return undefined;
    this.asked.delete(key);
    return Math.max(0, monoUs - since);
  }

  private forget(monoUs: number): void {
    for (const [key, since] of this.asked) {
      if (this.asked.size <= this.most && monoUs - since <= patienceUs) return;
      this.asked.delete(key);
    }
  }
}

function keyOf({ sock, txid, server, port, question }: Exchange): string {
  return `${sock} ${txid} ${server} ${port} ${question}`;
}
