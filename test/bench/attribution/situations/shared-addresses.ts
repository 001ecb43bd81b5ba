import { ask, connect, type How, type Plan, wait } from '../plan.js';
import type { Situation } from '../situation.js';
import type { Host, Zone } from '../zone.js';

type Pair = readonly [Host, Host];

/** Several names have one address. */
export function sharedAddresses(zone: Zone, n: number): Situation[] {
  const pairs = (): Pair[] => zone.hosts(n).map(host => [host, zone.hostAt(host.addresses)]);
  const [two, twoNamespaces, byChildren, both] = [pairs(), pairs(), pairs(), pairs()];
  const inBothNamespaces = (of: Pair[], how?: How): Situation['run'] => {
    return lab =>
      lab.together(
        lab.start({}, inTurns(of, 0, how)),
        lab.start({ netns: 'neighbour' }, inTurns(of, 1, how)),
      );
  };
  return [
    {
      name: 'two names on one address, two processes',
      truth: 'named',
      run: lab => lab.run({}, inTurns(two, 0), inTurns(two, 1)),
    },
    { name: 'the same in two namespaces', truth: 'named', run: inBothNamespaces(twoNamespaces) },
    { name: 'the same, a child process asks', truth: 'named', run: inBothNamespaces(byChildren, 'child') },
    {
      name: 'one process asks for both names',
      truth: 'open',
      run: lab =>
        lab.run(
          {},
          both.flatMap(([a, b], i) => [ask(a), ask(b), connect(i % 2 === 0 ? a : b)]),
        ),
      says: ({ ambiguous, candidates = [] }, { name }) => {
        const names = both.map(pair => pair.map(host => host.name)).find(pair => pair.includes(name!))!;
        return ambiguous === true && names.toSorted().join() === candidates.toSorted().join();
      },
    },
  ];
}

/** Both processes have asked for the address's two names before both connect. */
function inTurns(pairs: readonly Pair[], which: 0 | 1, how?: How): Plan {
  return pairs.flatMap(pair => [ask(pair[which], how), wait, connect(pair[which]), wait]);
}
