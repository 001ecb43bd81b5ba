/** The join itself, for a command that has both kinds of records in its own process. */
export { Join } from './join.js';
export { itemOf } from './telling.js';
export { Boot } from './timeline.js';
