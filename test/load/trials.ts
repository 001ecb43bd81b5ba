import type { Question } from '../bench/question.js';
import { accepts } from './accepts.js';
import { firstRow } from './ends/first-row.js';
import { neighbours } from './ends/neighbours.js';
import { queuedFilter } from './ends/queued-filter.js';
import { queuedSource } from './ends/queued-source.js';
import { restarts } from './ends/restarts.js';
import { twoAtOnce } from './ends/two-at-once.js';
import { fullRate } from './full-rate.js';
import { corrupt } from './input/corrupt.js';
import { cutLine } from './input/cut-line.js';
import { noNewline } from './input/no-newline.js';
import { strangeValues } from './input/strange-values.js';
import { ledger } from './ledger.js';
import { soak } from './soak.js';
import { stoppedReader } from './stopped-reader.js';

/** All trials. `soakSeconds`: how long the long form of the soak takes. */
export function trials(soakSeconds = 7200): readonly Question[] {
  return [
    ledger,
    fullRate,
    accepts,
    stoppedReader,
    queuedSource,
    queuedFilter,
    neighbours,
    firstRow,
    restarts,
    twoAtOnce,
    corrupt,
    noNewline,
    cutLine,
    strangeValues,
    soak(soakSeconds),
  ];
}
