import type { Scope } from '../lib/cleanup.js';

/** One measured number, beside that of a peer (or of a host without tracing) from the same run. */
export interface Figure {
  what: string;
  value: number;
  unit: string;
  /** Measured in the same unit. */
  peer?: { name: string; value: number };
  /** Half the distance between the quartiles of the repetitions, in the same unit. */
  spread?: number;
  bound?: Bound;
}

/** What a figure must be: a fact, which holds however busy a machine is, or a limit on what takes time or room. */
export type Bound = { exactly: number } | { atMost: number };

export interface Bench {
  /** One short iteration: shows that it works, not how fast. */
  readonly quick: boolean;
  /** Ten times the records. */
  readonly large: boolean;
  /** Ends with the answer; what is undone at its end is undone on Ctrl-C as well. */
  readonly scope: Scope;
  /** An empty directory that is removed afterwards. */
  readonly directory: string;
  /** Adds something in Markdown to the answer, a table of its own for example. */
  tell(markdown: string): void;
}

export interface Question {
  readonly name: string;
  readonly asks: string;
  /** Whether the sources must be able to attach. */
  readonly isLive: boolean;
  /** Whether it boots a guest, which takes many minutes: it is answered only when it is named. */
  readonly isInGuest?: boolean;
  /** @throws Error when what was measured did not do its work */
  run(bench: Bench): Promise<Figure[]>;
}
