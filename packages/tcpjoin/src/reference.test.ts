import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import fc from 'fast-check';
import { FindingCache } from './finding-cache.js';
import type { JoinOptions } from './join.js';
import { asWritten, defaults, linesFrom, linesFromBytes, stamp } from './testing/fixtures.js';
import { referenceLines } from './testing/reference.js';

const addresses = ['192.0.2.1', '192.0.2.2', '::ffff:192.0.2.2', '2001:db8::1', '127.0.0.1', '9.9.9.9'];
const names = ['a.example', 'b.example', 'c\u200b.example', 'd"\\.example'];

/** Rarely what stands behind the first. */
function mostly<T>(usual: T, ...others: T[]) {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, fc.constantFrom(usual, ...others));
}

const owner = fc.record({
  pid: mostly(40, 41, 42, undefined),
  pid_start_us: mostly(5e6, undefined),
  netns: mostly(1, 2, 4_026_531_840, undefined),
  mntns: mostly(8, 9, undefined),
  uid: mostly(0, 1000),
});

const answersOf = fc
  .record({
    aliases: fc.subarray(['x.example', 'y.example'], { maxLength: 2 }),
    ttls: fc.array(fc.constantFrom(0, 1, 5, 60, 90_000), { minLength: 3, maxLength: 3 }),
    data: fc.subarray(addresses, { minLength: 1 }),
    qname: fc.constantFrom(...names),
  })
  .map(({ aliases, ttls, data, qname }) => {
    const chain = [qname, ...aliases];
    const cnames = aliases.map((alias, i) => ({ name: chain[i], type: 'CNAME', ttl: ttls[i], data: alias }));
    const name = chain.at(-1);
    const found = data.map(data => ({ name, type: data.includes(':') ? 'AAAA' : 'A', ttl: ttls[2], data }));
    const astray = { name: 'elsewhere.example', type: 'A', ttl: 60, data: addresses[0] };
    return { qname, answers: [astray, ...found, ...cnames] };
  });

const dnsFields = fc
  .tuple(
    answersOf,
    owner,
    fc.record({ rcode: mostly('NOERROR', 'NXDOMAIN'), resolver: mostly<unknown>('192.0.2.53', undefined) }),
    fc.oneof(
      { weight: 6, arbitrary: fc.constant({ proto: 'udp', solicited: true }) },
      fc.constant({ proto: 'udp', solicited: false }),
      fc.constant({ proto: 'udp', daemon: true }),
      fc.constant({ proto: 'hosts', pid: undefined, pid_start_us: undefined }),
      fc.constant({
        proto: 'hosts',
        pid: undefined,
        pid_start_us: undefined,
        netns: undefined,
        mntns: undefined,
      }),
    ),
  )
  .map(parts => Object.assign({ type: 'dns' }, ...parts) as AnyRecord);

const duration = fc.oneof(fc.constant(0), fc.nat(20_000_000)).map(us => us / 1e3);
const tcpFields = fc
  .tuple(
    owner,
    fc.record({ daddr: fc.constantFrom(...addresses), dport: mostly<unknown>(443, 853, 80) }),
    fc.oneof(
      { weight: 6, arbitrary: fc.constant({ type: 'connect' }) },
      {
        weight: 2,
        arbitrary: fc.record({ type: fc.constantFrom('failed', 'established'), latency_ms: duration }),
      },
      {
        weight: 2,
        arbitrary: fc.record(
          { type: fc.constant('close'), latency_ms: duration, duration_ms: duration },
          { requiredKeys: ['type'] },
        ),
      },
      fc.constant({ type: 'connect', query: 'before.example', dns: { age_ms: 1, scope: 'process' } }),
      fc.constant({ type: 'connect', query: null, dns: { reason: 'not_seen' } }),
      fc.constant({ type: 'close', duration_ms: 1, accepted: true }),
      fc.constant({ type: 'accept' }),
    ),
  )
  .map(parts => Object.assign({}, ...parts) as AnyRecord);

const sourceFields = fc.constantFrom<AnyRecord>(
  { type: 'ready', tool: 'dnssource', boot_id: 'b' },
  { type: 'lost', tool: 'dnssource', count: 3, reason: 'ring_full' },
  { type: 'lost', tool: 'tcpsource', count: 3, reason: 'ring_full' },
);

/** When pid 40 is given to another process. */
const pidUsedAgainUs = 60e6;

const gaps = fc.oneof(fc.constant(0), fc.nat(40_000), fc.nat(9_000_000));
const fields = fc.oneof(
  { weight: 4, arbitrary: dnsFields },
  { weight: 8, arbitrary: tcpFields },
  { weight: 1, arbitrary: sourceFields },
);
const someone = { pid: 40, pid_start_us: 5e6, netns: 1, mntns: 8 };
/** The same few connections are made again and again, and little is learnt. */
const againAndAgain = fc.oneof(
  { weight: 1, arbitrary: fields },
  { weight: 7, arbitrary: tcpFields.map(record => ({ ...record, ...someone })) },
  {
    weight: 7,
    arbitrary: fc.constant<AnyRecord>({ type: 'connect', ...someone, daddr: addresses[0], dport: 80 }),
  },
);

/** What sources on one host write, in the order in which it is written: up to 99 ms late. */
const recordingOf = (fields: fc.Arbitrary<AnyRecord>, gapUs: fc.Arbitrary<number>, maxLength: number) =>
  fc.array(fc.record({ gapUs, delayUs: fc.nat(99_000), fields }), { maxLength, size: 'max' }).map(steps => {
    let us = 10_000_000;
    const written = steps.map(({ gapUs, delayUs, fields }) => {
      // Which of two answers at one time is the latest is anyone's guess.
      us += fields.type === 'dns' ? gapUs + 1 : gapUs;
      const isAgain = fields.pid === 40 && fields.pid_start_us !== undefined && us >= pidUsedAgainUs;
      const start = isAgain ? { pid_start_us: pidUsedAgainUs } : {};
      const isDns = fields.type === 'dns' || fields.tool === 'dnssource';
      return { at: us + delayUs, record: { ...fields, ...start, ...stamp(us / 1e6, isDns ? 'dns' : 'tcp') } };
    });
    return written
      .sort((a, b) => a.at - b.at)
      .map(({ record }) => asWritten(JSON.parse(JSON.stringify(record)) as AnyRecord));
  });

const options: fc.Arbitrary<JoinOptions> = fc.record({
  scope: fc.constantFrom('process', 'netns', 'host'),
  ttlUs: fc.constantFrom(10e6, 86_400e6),
  max: fc.constant(10_000),
  unsolicited: fc.boolean(),
  passDns: fc.boolean(),
});

test('the join says of any recording what the reference says', async () => {
  await fc.assert(
    fc.asyncProperty(recordingOf(fields, gaps, 80), options, async (records, given) => {
      const expected = referenceLines([records], given);
      assert.deepEqual(await linesFrom([records], given), expected);
      assert.deepEqual(await linesFromBytes([records], [4096], given), expected);
    }),
    { numRuns: 500 },
  );
});

test('it says the same where it remembers what it has just found', async t => {
  const write = t.mock.method(FindingCache.prototype, 'write');
  let joined = 0;
  await fc.assert(
    fc.asyncProperty(recordingOf(againAndAgain, fc.nat(400_000), 300), options, async (records, given) => {
      assert.deepEqual(await linesFromBytes([records], [4096], given), referenceLines([records], given));
      joined += records.length;
    }),
    { numRuns: 200 },
  );
  const remembered = write.mock.calls.filter(({ result }) => result).length;
  assert.ok(remembered > joined / 40, `${remembered} of ${joined}`);
});

test('whatever it forgets it says the same', async () => {
  const somewhere = fc
    .tuple(againAndAgain, fc.constantFrom(1, 2), fc.constantFrom(40, 41, 42))
    .map(([record, netns, pid]) => ({ ...record, netns, pid }));
  const recordings = fc.array(recordingOf(somewhere, fc.nat(200_000), 100), { minLength: 1, maxLength: 2 });
  await fc.assert(
    fc.asyncProperty(recordings, options, fc.constantFrom(1, 2, 5), async (inputs, given, max) => {
      const known = { ...given, max };
      assert.deepEqual(await linesFromBytes(inputs, [4096], known), await linesFrom(inputs, known));
    }),
    { numRuns: 200 },
  );
});

test('the reference joins', () => {
  const answer = { name: 'a.example', type: 'A', ttl: 60, data: '192.0.2.1' };
  const records = [
    {
      type: 'dns',
      ...stamp(10, 'dns'),
      pid: 1,
      netns: 1,
      qname: 'a.example',
      rcode: 'NOERROR',
      answers: [answer],
    },
    { type: 'connect', ...stamp(11, 'tcp'), pid: 2, netns: 1, daddr: '192.0.2.1' },
  ];
  const [line] = referenceLines([records], defaults);
  const { query, dns } = JSON.parse(line!) as AnyRecord;
  assert.deepEqual(
    { query, dns },
    { query: 'a.example', dns: { age_ms: 1000, scope: 'netns', ttl_left_s: 59 } },
  );
});
