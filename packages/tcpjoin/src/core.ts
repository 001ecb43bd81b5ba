/** The join itself, for a command that has both kinds of records in its own process. */
export type { Verdict } from './evidence.js';
export { Join, type JoinOptions } from './join.js';
export { itemOf } from './telling.js';
export { Boot } from './timeline.js';
