import { ask, connect, type How, type Plan, wait } from '../plan.js';
import type { Situation } from '../situation.js';
import type { Host, Zone } from '../zone.js';

type Pair = readonly [Host, Host];

/** Several names have one address. */
export function sharedAddresses(zone: Zone, n: number): Situation[] {
  const pairs = (): Pair[] => zone.hosts(n).map(host => [host, zone.hostAt(host.addresses)]);
  const [two, twoNamespaces, byChildren, both, oneNamespace] = [pairs(), pairs(), pairs(), pairs(), pairs()];
  const [once, often] = pairs()[0]!;
  const times = <T>(steps: readonly T[]) => Array.from({ length: n }, () => steps).flat();
  const inBothNamespaces = (of: Pair[], how?: How): Situation['run'] => {
    return lab =>
      lab.together(
        lab.start({}, inTurns(of, 0, how)),
        lab.start({ place: 'neighbour' }, inTurns(of, 1, how)),
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
      name: 'asked for once by one process, the other name again and again by others',
      truth: 'named',
      run: lab =>
        lab.run(
          {},
          [ask(once), wait, ...times([connect(once), wait])],
          times([ask(often, 'child'), ask(often, 'child'), wait]),
        ),
    },
    {
      name: 'one process asks for both names',
      truth: 'open',
      run: lab =>
        lab.run(
          {},
          both.flatMap(([a, b], i) => [ask(a), ask(b), connect(i % 2 === 0 ? a : b)]),
        ),
      says: namesBothOf(both),
    },
    {
      name: 'child processes ask, in one namespace',
      truth: 'open',
      run: lab => lab.run({}, inTurns(oneNamespace, 0, 'child'), inTurns(oneNamespace, 1, 'child')),
      says: namesBothOf(oneNamespace),
    },
  ];
}

/** That both names are said to fit. */
function namesBothOf(pairs: readonly Pair[]): Required<Situation>['says'] {
  const names = new Map(pairs.flatMap(([a, b]) => [a, b].map(({ name }) => [name, [a.name, b.name]])));
  return ({ ambiguous, candidates = [] }, { name }) =>
    ambiguous === true && names.get(name!)!.toSorted().join() === candidates.toSorted().join();
}

/** Both processes have asked for the address's two names before both connect. */
function inTurns(pairs: readonly Pair[], which: 0 | 1, how?: How): Plan {
  return pairs.flatMap(pair => [ask(pair[which], how), wait, connect(pair[which]), wait]);
}
