import { attribution } from './attribution/attribution.js';
import { connectCost } from './connect-cost.js';
import { dnsCost } from './dns-cost.js';
import { dnsHook } from './dns-hook.js';
import { filters } from './filters.js';
import { flood } from './flood.js';
import { idle } from './idle.js';
import { loss } from './loss.js';
import { memory } from './memory.js';
import { connectPeers } from './peers/connect-peers.js';
import type { Question } from './question.js';
import { filterStart, liveStart } from './start.js';

export const questions: readonly Question[] = [
  connectCost,
  dnsCost,
  dnsHook,
  loss,
  filters,
  flood,
  memory,
  filterStart,
  liveStart,
  idle,
  attribution,
  connectPeers,
];

/** Those that are answered when none is named. */
export const usualQuestions = questions.filter(({ isInGuest }) => !isInGuest);
