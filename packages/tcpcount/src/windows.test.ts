import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyRecord, problemOf } from '@tcppipe/events';
import fc from 'fast-check';
import { weightOf } from './weight.js';
import { type CountOptions, Windows } from './windows.js';

const defaults: CountOptions = {
  by: [['daddr'], ['dport']],
  maxKeys: 100,
  top: Number.POSITIVE_INFINITY,
  interval: undefined,
};

function counted(options: Partial<CountOptions>, records: readonly AnyRecord[]): AnyRecord[] {
  const windows = new Windows({ ...defaults, ...options });
  const early = records.flatMap(record => {
    const connects = weightOf(record, 'connect');
    return connects === undefined ? [] : [...windows.add(record, connects)];
  });
  return [...early, ...windows.end()].map(record => JSON.parse(JSON.stringify(record)));
}

function connect(ts: number | undefined, daddr: unknown = '192.0.2.1', dport: unknown = 443): AnyRecord {
  return { type: 'connect', ...(ts === undefined ? {} : { ts }), daddr, dport };
}

function sum(records: readonly AnyRecord[]): number {
  return records.reduce((total, { connects }) => total + (connects as number), 0);
}

test('the most frequent key comes first, equal counts by key, with the first and last ts', () => {
  const records = [
    connect(5, 'b'),
    connect(3, 'c'),
    connect(9, 'c'),
    connect(4, 'a', 80),
    connect(4, 'a', 9),
  ];
  assert.deepEqual(counted({}, records), [
    { type: 'count', daddr: 'c', dport: 443, connects: 2, from: 3, to: 9 },
    { type: 'count', daddr: 'a', dport: 9, connects: 1, from: 3, to: 9 },
    { type: 'count', daddr: 'a', dport: 80, connects: 1, from: 3, to: 9 },
    { type: 'count', daddr: 'b', dport: 443, connects: 1, from: 3, to: 9 },
  ]);
});

test('a record without a key field counts under the key without it', () => {
  assert.deepEqual(counted({}, [{ type: 'connect', ts: 1, dport: 80 }]), [
    { type: 'count', dport: 80, connects: 1, from: 1, to: 1 },
  ]);
});

test('past the number of keys and past the top the rest is one other record, the last', () => {
  const records = ['a', 'a', 'b', 'c', 'c', 'c', 'd'].map(name => connect(1, name));
  const own = (daddr: string, connects: number) => ({
    type: 'count',
    daddr,
    dport: 443,
    connects,
    from: 1,
    to: 1,
  });
  const other = (connects: number) => ({ type: 'count', connects, from: 1, to: 1, other: true });
  assert.deepEqual(counted({ maxKeys: 2 }, records), [own('a', 2), own('b', 1), other(4)]);
  assert.deepEqual(counted({ top: 1 }, records), [own('c', 3), other(4)]);
});

test('nested keys are written so that counting again finds them', () => {
  const by = [['dns', 'scope']];
  const once = counted({ by }, [{ type: 'connect', ts: 1, dns: { scope: 'netns', age_ms: 3 } }]);
  assert.deepEqual(once, [{ type: 'count', dns: { scope: 'netns' }, connects: 1, from: 1, to: 1 }]);
  assert.deepEqual(counted({ by }, once), once);
});

test('__proto__ is a key and a value like any other', () => {
  const record = JSON.parse('{"type":"connect","ts":1,"comm":"__proto__","__proto__":{"x":"constructor"}}');
  const [count] = counted({ by: [['comm'], ['__proto__', 'x']] }, [record, record]);
  assert.equal(
    JSON.stringify(count),
    '{"type":"count","comm":"__proto__","__proto__":{"x":"constructor"},"connects":2,"from":1,"to":1}',
  );
});

test('windows are aligned to the epoch and reported when a later one begins', () => {
  const windows = new Windows({ ...defaults, interval: 10 });
  assert.deepEqual(windows.add(connect(1009.999999), 1), []);
  const [report] = windows.add(connect(1010), 1);
  assert.deepEqual([report?.from, report?.to, report?.connects], [1000, 1010, 1]);
  assert.deepEqual(
    windows.end().map(({ from, to }) => [from, to]),
    [[1010, 1020]],
  );
});

test('windows of a tenth of a second have exact bounds', () => {
  const [report] = counted({ interval: 0.1 }, [connect(1.35)]);
  assert.deepEqual([report!.from, report!.to], [1.3, 1.4]);
});

test('a late record is reported under its own window, with the next that ends', () => {
  const reports = counted({ interval: 10 }, [connect(5), connect(15), connect(7), connect(25)]);
  assert.deepEqual(
    reports.map(({ from, connects }) => [from, connects]),
    [
      [0, 1],
      [0, 1],
      [10, 1],
      [20, 1],
    ],
  );
});

test('few windows are open at once, whatever the clock does', () => {
  const windows = new Windows({ ...defaults, interval: 1 });
  windows.add(connect(1e9), 1);
  const reported = Array.from({ length: 50 }, (_, i) => windows.add(connect(49 - i), 1).length);
  assert.equal(
    reported.reduce((total, count) => total + count),
    47,
  );
  assert.equal(windows.end().length, 4);
});

test('a record from the future does not keep windows from being reported as the next begins', () => {
  const windows = new Windows({ ...defaults, interval: 1 });
  windows.add(connect(1e9), 1);
  const reported = Array.from({ length: 5 }, (_, ts) => windows.add(connect(ts), 1).map(({ from }) => from));
  assert.deepEqual(reported, [[], [0], [1], [2], [3]]);
});

test('an input whose last record comes more than a minute late is a recording', () => {
  const windows = new Windows({ ...defaults, interval: 10 });
  const isBehind = (...times: number[]) => times.map(now => windows.isBehind(now));
  windows.add(connect(undefined), 1);
  assert.deepEqual(isBehind(1e9), [false]);
  windows.add(connect(2e9), 1);
  windows.add(connect(1005), 1);
  assert.deepEqual(isBehind(1064.9, 1065.1), [false, true]);
  windows.add({ type: 'count', connects: 1, from: 700, to: 1000 }, 1);
  assert.deepEqual(isBehind(1059.9, 1060.1), [false, true]);
});

test('an idle input has its windows reported once they and the grace are over', () => {
  const windows = new Windows({ ...defaults, interval: 10 });
  windows.add(connect(1005), 1);
  assert.deepEqual(windows.ended(1010.9), []);
  assert.equal(windows.ended(1011).length, 1);
  assert.deepEqual(windows.end(), []);
});

test('a record without a usable time is counted, in a report without bounds', () => {
  const reports = counted({ interval: 10 }, [connect(undefined), connect(1e300), connect(5)]);
  assert.deepEqual(
    reports.map(({ connects, from }) => [connects, from]),
    [
      [2, undefined],
      [1, 0],
    ],
  );
});

test('counts are summed, other into other, and bad ones are no counts', () => {
  const reports = counted({}, [
    { type: 'count', daddr: 'a', dport: 1, connects: 5, from: 10, to: 20 },
    { type: 'count', connects: 7, from: 5, to: 15, other: true },
    connect(30, 'a', 1),
    { type: 'count', daddr: 'a', dport: 1, connects: -5 },
    { type: 'count', daddr: 'a', dport: 1, connects: 1.5 },
  ]);
  assert.deepEqual(reports, [
    { type: 'count', daddr: 'a', dport: 1, connects: 6, from: 5, to: 30 },
    { type: 'count', connects: 7, from: 5, to: 30, other: true },
  ]);
});

test('where a sum would not be exact any more a report begins anew', () => {
  const huge = { type: 'count', daddr: 'a', dport: 1, connects: Number.MAX_SAFE_INTEGER, from: 1, to: 1 };
  assert.deepEqual(counted({}, [huge, connect(1, 'a', 1)]), [
    huge,
    { type: 'count', daddr: 'a', dport: 1, connects: 1, from: 1, to: 1 },
  ]);
});

const anyRecord = fc.record({
  type: fc.constantFrom('connect', 'accept'),
  ts: fc.nat(1000),
  daddr: fc.constantFrom('a', 'b', '__proto__', 'constructor', 'a,b', 1),
  dport: fc.constantFrom(1, '1', 2, null),
}) as fc.Arbitrary<AnyRecord>;
const anyRecords = fc.array(anyRecord, { maxLength: 60 });

test('the sum of the counts is the number of connects, whatever the bounds', () => {
  const options = fc.record({
    by: fc.constant(defaults.by),
    maxKeys: fc.integer({ min: 1, max: 8 }),
    top: fc.integer({ min: 1, max: 8 }),
    interval: fc.option(fc.constantFrom(0.5, 7, 60), { nil: undefined }),
  });
  fc.assert(
    fc.property(options, anyRecords, (options, records) => {
      const reports = counted(options, records);
      assert.equal(sum(reports), records.filter(({ type }) => type === 'connect').length);
    }),
  );
});

test('counts of parts merge into the count of the whole', () => {
  fc.assert(
    fc.property(anyRecords, anyRecords, fc.constantFrom(undefined, 50), (a, b, interval) => {
      const whole = counted({ interval }, [...a, ...b]);
      const parts = [...counted({ interval }, a), ...counted({ interval }, b)];
      assert.deepEqual(counted({}, parts), counted({}, whole));
    }),
  );
});

test('counting a count again changes nothing', () => {
  fc.assert(
    fc.property(anyRecords, records => {
      const once = counted({ top: 3 }, records);
      assert.deepEqual(counted({ top: 3 }, once), once);
    }),
  );
});

test('reports keep to the schema', () => {
  const by = [['comm'], ['daddr'], ['query'], ['dns', 'scope']];
  const joined = { ...connect(1), comm: 'curl', query: null, dns: { scope: 'host' } };
  for (const report of counted({ by, top: 1, interval: 5 }, [joined, connect(2)])) {
    assert.equal(problemOf(report), undefined);
  }
});
