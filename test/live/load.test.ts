import { testShortForms } from '../load/short.js';
import { trials } from '../load/trials.js';

testShortForms(trials().filter(({ isLive }) => isLive));
