import { testShortForms } from './short.js';
import { trials } from './trials.js';

testShortForms(trials().filter(({ isLive }) => !isLive));
