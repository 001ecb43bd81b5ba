import type { Scope } from '../../../lib/cleanup.js';
import type { Situation } from '../situation.js';
import type { Zone } from '../zone.js';
import { daemons } from './daemons.js';
import { forgeries } from './forgeries.js';
import { hostsFiles } from './hosts-files.js';
import { flood, underLoad } from './load.js';
import { ordinary } from './ordinary.js';
import { sharedAddresses } from './shared-addresses.js';
import { unanswered } from './unanswered.js';

/** All of them; each asks for about `n` names, which go into the zone. */
export function allSituations(zone: Zone, n: number, t: Scope): Situation[] {
  return [
    ...ordinary(zone, n),
    ...sharedAddresses(zone, n),
    ...daemons(zone, n),
    ...unanswered(zone, n),
    ...hostsFiles(zone, n),
    ...forgeries(zone, n),
    flood(zone, n, 'neighbour'),
    flood(zone, n, 'client'),
    underLoad(zone, n, t),
  ];
}
