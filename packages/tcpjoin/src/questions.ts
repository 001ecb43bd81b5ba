import { fairShare } from '@tcppipe/events';
import type { Kept } from './kept.js';
import type { Accounted, User } from './shares.js';

/** Questions kept for one address in one space. */
export const maxQuestions = 32;

/**
 * Of the user who asked most of these questions, and of the process among his that asked more than its share, the one that
 * was needed longest ago; of several such the one that was answered longest ago.
 */
export function dispensable(all: readonly Kept[]): Kept {
  const ofUser = ofBusiest(all, userOf);
  const share = maxQuestions * fairShare;
  // Most have less in the whole table.
  const ofProcess = ofUser.some(({ process }) => process!.size > share) ? ofBusiest(ofUser, processOf) : [];
  const some = ofProcess.length > share ? ofProcess : ofUser;
  return some.reduce((first, kept) => (isDispensedBefore(kept, first) ? kept : first));
}

function isDispensedBefore(a: Kept, b: Kept): boolean {
  return a.needed === b.needed ? a.time < b.time : a.needed < b.needed;
}

/** Those of who asked most; in most cases nobody else asked. */
function ofBusiest<T>(all: readonly Kept[], who: (kept: Kept) => T): readonly Kept[] {
  const first = who(all[0]!);
  if (all.every(kept => who(kept) === first)) return all;
  const questions = new Map<T, number>();
  for (const kept of all) questions.set(who(kept), (questions.get(who(kept)) ?? 0) + 1);
  const most = Math.max(...questions.values());
  const busiest = [...questions.keys()].find(one => questions.get(one) === most)!;
  return all.filter(kept => who(kept) === busiest);
}

function processOf({ process }: Kept): Accounted['process'] {
  return process;
}

function userOf({ process }: Kept): User {
  return process!.part.user;
}
