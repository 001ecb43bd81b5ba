import type { Question } from '../bench/question.js';
import { fullRate } from './full-rate.js';
import { ledger } from './ledger.js';
import { soak } from './soak.js';
import { stoppedReader } from './stopped-reader.js';

/** All trials. `soakSeconds`: how long the long form of the soak takes. */
export function trials(soakSeconds = 3600): readonly Question[] {
  return [ledger, fullRate, stoppedReader, soak(soakSeconds)];
}
