import type { AnyRecord } from '@tcppipe/events';
import fc from 'fast-check';

/** Text of the kinds that people have made mischief with. */
export const hostile = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 16 }),
  fc
    .array(fc.constantFrom(...'=-",\\|<[ \t\n日x', '\x1b[31m', '\u202e', 'e\u0301', '\u00ad', '👨\u200d👩'), {
      maxLength: 8,
    })
    .map(parts => parts.join('')),
);
const plain = fc.constantFrom(
  'curl',
  'systemd-resolved',
  '192.0.2.1',
  '2001:db8:1111:2222:3333:4444:5555:6666',
  '',
);
const text = fc.oneof({ weight: 3, arbitrary: plain }, hostile);
const anything = fc.oneof({ weight: 3, arbitrary: text }, fc.nat(70_000), fc.constant(null), fc.jsonValue());
const epoch = fc.integer({ min: 1.6e15, max: 2e15 }).map(us => us / 1e6);

/** In the order in which sources write them, so that some are read without parsing JSON. */
export const recordOf = (types: string[]) =>
  fc
    .tuple(
      fc.record({ type: fc.constantFrom(...types) }),
      fc.record(
        {
          ts: fc.oneof(epoch, anything),
          mono_us: fc.oneof(fc.nat(), anything),
          pid: fc.nat(),
          uid: anything,
        },
        { requiredKeys: [] },
      ),
      fc.record(
        {
          comm: text,
          ip: fc.constantFrom(4, 6),
          saddr: anything,
          sport: fc.nat(65_535),
          daddr: text,
          dport: anything,
        },
        { requiredKeys: [] },
      ),
      fc.record(
        {
          netns: fc.nat(),
          latency_ms: fc.double(),
          errno: text,
          query: anything,
          dns: anything,
          qname: text,
          rtt_ms: anything,
          answers: anything,
        },
        { requiredKeys: [] },
      ),
    )
    .map(parts => Object.assign({}, ...parts) as AnyRecord);
