import type { Scope } from '../../lib/cleanup.js';
import { namesByBccsRule } from './bcc.js';
import { Lab } from './lab.js';
import { replays } from './replay.js';
import { type Case, casesOf } from './score.js';
import type { Situation } from './situation.js';
import { allSituations } from './situations/all.js';
import { Trace } from './trace.js';
import type { Made } from './workload.js';
import { Zone } from './zone.js';

export interface Measured {
  readonly cases: Case[];
  /** Ways of replaying the recorded run that gave something else than it gave live. */
  readonly differingReplays: string[];
  /** DNS answers that came so late that connects had been joined without them, as tcpjoin says. */
  readonly overtaken: number;
  /** What the commands said on stderr. */
  readonly warnings: string;
}

/**
 * Runs every situation under one live tracer, each with about `n` names, and holds what was said of each connect
 * against what its process says. `directory` must be empty.
 */
export async function measured(t: Scope, n: number, directory: string): Promise<Measured> {
  const zone = new Zone();
  const situations = allSituations(zone, n, t);
  const lab = await Lab.open(t, zone, directory);
  const prepared = new Map<Situation, Awaited<ReturnType<Required<Situation>['prepare']>>>();
  for (const situation of situations) prepared.set(situation, (await situation.prepare?.(lab)) ?? []);
  const trace = await Trace.start(t, lab);
  const made = new Map<Situation, Made[]>();
  for (const situation of situations) made.set(situation, await situation.run(lab, prepared.get(situation)!));
  const recording = await trace.stop();
  const outputs = await replays(t, recording, directory);
  return {
    cases: casesOf(made, recording.records, namesByBccsRule(recording.records)),
    differingReplays: [...outputs].filter(([, output]) => output !== recording.joined).map(([way]) => way),
    overtaken: Number(/^tcpjoin: (\d+) DNS answers? came later/m.exec(recording.warnings)?.[1] ?? 0),
    warnings: recording.warnings,
  };
}
