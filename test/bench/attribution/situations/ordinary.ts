import { ask, connect, sleep, visits } from '../plan.js';
import type { Situation } from '../situation.js';
import type { Zone } from '../zone.js';

/** A process asks through the C library, and connects. */
export function ordinary(zone: Zone, n: number): Situation[] {
  const single = zone.hosts(n);
  const aliases = zone.hosts(n).map((host, i) => zone.alias(host, 1 + (i % 4)));
  const rotating = zone.hosts(n, { addresses: 8 });
  const dual = Array.from({ length: Math.min(n, 40) }, () => zone.dualHost());
  const shortLived = zone.hosts(n, { ttl: 1 });
  const overTcp = zone.hosts(n);
  const large = zone.hosts(n, { addresses: 60 });
  const everyAnswerThenSleep = [...shortLived.map(host => ask(host)), sleep(2000)];
  return [
    { name: 'one name', truth: 'named', run: lab => lab.run({}, visits(single), visits(single)) },
    { name: 'CNAME chain', truth: 'named', run: lab => lab.run({}, visits(aliases), visits(aliases)) },
    {
      name: 'round-robin, any of 8 addresses',
      truth: 'named',
      run: lab => {
        const plan = rotating.flatMap(host => [ask(host), connect(host, 'any')]);
        return lab.run({}, plan, plan);
      },
    },
    {
      name: 'A and AAAA in parallel, connects to both',
      truth: 'named',
      run: lab => {
        const plan = dual.flatMap(host => [ask(host), connect(host, 'each')]);
        return lab.run({}, plan, plan);
      },
    },
    {
      name: 'cached by the application beyond the TTL',
      truth: 'named',
      run: lab => lab.run({}, [...everyAnswerThenSleep, ...shortLived.map(host => connect(host))]),
    },
    {
      name: 'DNS over TCP',
      truth: 'named',
      run: lab => lab.run({ env: { RES_OPTIONS: 'use-vc' } }, visits(overTcp)),
    },
    {
      name: 'truncated over UDP, then over TCP',
      truth: 'named',
      run: lab =>
        lab.run(
          {},
          large.flatMap(host => [ask(host), connect(host, 'any')]),
        ),
    },
  ];
}
