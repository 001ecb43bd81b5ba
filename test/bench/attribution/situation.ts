import type { Evidence } from '@tcppipe/events';
import type { Lab } from './lab.js';
import type { Made, Workload } from './workload.js';

/**
 * What there is to be known of a connect: `named`, the name it was made under was in an answer on the wire, to the
 * process itself or to a resolver on its behalf; `unnamed`, nothing said the name, or there was none; `open`, what was
 * on the wire fits several names, or a name and none, equally well.
 */
export type Truth = 'named' | 'unnamed' | 'open';

export interface Situation {
  readonly name: string;
  readonly truth: Truth;
  /** What must be there before the tracer starts. */
  prepare?(lab: Lab): Promise<Workload[]>;
  /** Makes the connects. `prepared` is what `prepare` gave. */
  run(lab: Lab, prepared: Workload[]): Promise<Made[]>;
  /**
   * Whether the evidence is true, where the truth is not a name. @param query the name that was given, if any
   * @param made the connect, with the name that was really used
   */
  says?(evidence: Evidence, made: Made, query: string | null): boolean;
}

/** That no name is given, for one of these reasons. */
export function because(...reasons: string[]): Required<Situation>['says'] {
  return ({ reason }, _made, query) => query === null && reasons.includes(reason!);
}
