import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { startSource } from '../lib/command.js';
import { assertConnect } from '../lib/expected.js';
import { Netns } from '../lib/namespaces.js';
import { type Made, Workload } from '../lib/workload.js';

const kinds = { blocking: 3, refused: 2, ipv6: 3, mapped: 2, nobody: 2, forked: 1 };

/** What a filter lets through: fields that a connect as made and a record of it share. */
type Seen = Pick<Made, 'pid' | 'uid' | 'dport' | 'netns' | 'daddr'>;

test('filters let through what they name, alone and combined, and nothing else of the whole host', async t => {
  const namespace = new Netns(t);
  const [here, there] = [new Workload(t, kinds), new Workload(t, kinds, namespace.enter)];
  const [hello, far] = [await here.hello, await there.hello];
  const isIpv4 = ({ daddr }: Seen) => !daddr.includes(':');
  const ports = [hello.v4_port, hello.v6_port, hello.closed_port, far.v4_port];
  // Where a filter lets through others' connects too, -P keeps them away.
  const own = ['-P', ports.join(',')];
  const isOwn = ({ dport }: Seen) => ports.includes(dport);
  const filters: [args: string[], passes: (seen: Seen) => boolean][] = [
    [['-p', `${hello.pid}`], seen => seen.pid === hello.pid],
    [['-P', `${hello.v4_port}`], seen => seen.dport === hello.v4_port],
    [['-P', `${hello.v6_port},${far.v4_port}`], seen => [hello.v6_port, far.v4_port].includes(seen.dport)],
    [[...own, '-4'], seen => isOwn(seen) && isIpv4(seen)],
    [[...own, '-6'], seen => isOwn(seen) && !isIpv4(seen)],
    [[...own, '-u', '65534'], seen => isOwn(seen) && seen.uid === 65534],
    [[...own, '-u', '0'], seen => isOwn(seen) && seen.uid === 0],
    [['-N', `${far.netns}`], seen => seen.netns === far.netns],
    [['-N', `${far.netns}`, '-6'], seen => seen.netns === far.netns && !isIpv4(seen)],
    [['-p', `${far.pid}`, '-N', `${hello.netns}`], () => false],
    [
      ['-p', `${hello.pid}`, '-P', `${hello.v4_port}`, '-4', '-u', '0', '-N', `${hello.netns}`],
      seen => seen.pid === hello.pid && seen.dport === hello.v4_port,
    ],
  ];
  const tracers = await Promise.all(filters.map(([args]) => startSource(t, 'tcpsource', args)));
  const made = [...(await here.round()), ...(await there.round())];

  for (const [i, tracer] of tracers.entries()) {
    const [args, passes] = filters[i]!;
    const [, ...records] = await tracer.stopped();
    const wanted = made.filter(passes);
    assert.equal(records.length, wanted.length, `records with ${args.join(' ')}`);
    for (const one of wanted) assertConnect(records, one);
    assert.ok(
      records.every((record: AnyRecord) => passes(record as unknown as Seen)),
      `${args.join(' ')} let something else through`,
    );
  }
});
