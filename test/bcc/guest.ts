/**
 * guest.js [WORDS]: run in a guest, both versions of the tools look on at the same scenario, with all option sets or
 * those that contain the words. Exit code 1 when something is not explained.
 */
import { staged } from '../bench/stage.js';
import type { Scope } from '../lib/cleanup.js';
import { pinMap, putKey } from '../lib/pinned-map.js';
import { Cast } from './cast.js';
import { comparison } from './comparison.js';
import { countsComparison } from './counts.js';
import { has, type OptionSet } from './option-set.js';
import { optionSets, type PinnedMaps } from './option-sets.js';
import { type Compared, report, textOf } from './report.js';
import { played, steps, stepsBefore } from './scenario.js';
import { Watcher } from './watcher.js';

/** bcc needs 200 MB for each. */
const setsAtOnce = 8;

function pinnedMaps(cast: Cast): PinnedMaps {
  const { cgroup, mntns } = cast.hello('boxed');
  const cgroups = pinMap('/sys/fs/bpf/cgroups', 8, 8);
  const mountNamespaces = pinMap('/sys/fs/bpf/mount-namespaces', 8, 4);
  putKey(cgroups, cgroup, 8);
  putKey(mountNamespaces, mntns, 4);
  return { cgroups, mountNamespaces };
}

/** Plays the scenario before the tools with these options. */
async function compared(scope: Scope, cast: Cast, sets: readonly OptionSet[]): Promise<Compared[]> {
  await played(cast, stepsBefore(cast), async () => {});
  const pairs = sets.map(set => ({ set, ours: Watcher.ours(scope, set), bcc: Watcher.bcc(scope, set) }));
  const watchers = pairs.flatMap(({ ours, bcc }) => [ours, bcc]);
  const begin = performance.now();
  for (const watcher of watchers) await watcher.ready();
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  process.stderr.write(`test:bcc: ${sets.length} pairs look on, after ${seconds} s\n`);
  const events = await played(cast, steps(cast), async () => {
    for (const watcher of watchers) await watcher.quiet();
  });
  const results: Compared[] = [];
  for (const { set, ours, bcc } of pairs) {
    const [ourEnd, bccEnd] = [await ours.stop('SIGINT'), await bcc.stop('SIGINT')];
    const compare = has(set, '-c') ? countsComparison : comparison;
    const result = compare(set, events, ours.rows, bcc.rows);
    const problems = [...result.problems];
    if (ours.heading.join('\n') !== bcc.heading.join('\n'))
      problems.push(['ours:', ...ours.heading, 'bcc:', ...bcc.heading].join('\n'));
    if (ourEnd.code !== bccEnd.code || ourEnd.code !== 0)
      problems.push(`ended with ${ourEnd.code}, bcc ${bccEnd.code}`);
    if (ourEnd.stderr !== '') problems.push(`stderr: ${ourEnd.stderr}`);
    results.push({ set, comparison: { ...result, problems } });
  }
  return results;
}

process.exitCode = await staged(async scope => {
  const cast = await Cast.start(scope);
  const [wanted = ''] = process.argv.slice(2);
  const sets = optionSets(cast, pinnedMaps(cast)).filter(set => textOf(set).includes(wanted));
  const results: Compared[] = [];
  for (let from = 0; from < sets.length; from += setsAtOnce)
    results.push(...(await compared(scope, cast, sets.slice(from, from + setsAtOnce))));
  process.stdout.write(`${report(results)}\n`);
  return results.some(({ comparison }) => comparison.problems.length > 0) ? 1 : 0;
});
