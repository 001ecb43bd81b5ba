import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DnsRecord, fieldNames } from '@tcppipe/events';
import packet from 'dns-packet';
import type { DnsEvent } from './decode.js';
import { Responses } from './responses.js';

const owner = { pid: 10, tid: 11, uid: 0, comm: 'curl', pid_start_us: 5 };

function event(kind: DnsEvent['kind'], bytes: Buffer, more: Partial<DnsEvent> = {}): DnsEvent {
  return {
    monoUs: 1000,
    kind,
    sock: '3',
    owner,
    netns: 1,
    places: { mntns: 2, cgroup: 3 },
    peers: 'socket 3, 192.0.2.53, port 53',
    server: '192.0.2.53',
    wireBytes: bytes.length,
    seq: 0,
    bytes,
    ...more,
  };
}

let seq = 0;
function stamp(mono_us: number) {
  return { ts: mono_us / 1e6, mono_us, run: '00000000', seq: seq++ };
}

/** `of` gives what an event comes to. At most `limit` responses are wanted in all. */
function newResponses(limit = Number.POSITIVE_INFINITY) {
  seq = 0;
  const emitted: DnsRecord[] = [];
  let undecodable = 0;
  const emitter = {
    stamp,
    get wanted() {
      return limit - emitted.length;
    },
    emit: (record: object) => emitted.push(record as DnsRecord),
    lose(count: number, reason: string) {
      assert.equal(reason, 'undecodable');
      undecodable += count;
    },
  };
  const responses = new Responses(emitter);
  const of = (event: DnsEvent) => {
    const [before, lostBefore] = [emitted.length, undecodable];
    responses.take(event);
    return { responses: emitted.slice(before), undecodable: undecodable - lostBefore };
  };
  return { of };
}

const questions = [{ type: 'A' as const, name: 'Example.com' }];
const query = packet.encode({ type: 'query', id: 7, questions });
const answers = [{ type: 'A' as const, name: 'Example.com', ttl: 60, data: '192.0.2.1' }];
const response = packet.encode({ type: 'response', id: 7, questions, answers });

test('a response carries its owner, its answers and the time since the query', () => {
  const responses = newResponses();
  assert.deepEqual(responses.of(event('query', query)), { responses: [], undecodable: 0 });
  assert.deepEqual(responses.of(event('response', response, { monoUs: 3500 })), {
    responses: [
      {
        type: 'dns',
        ...{ ts: 0.0035, mono_us: 3500, run: '00000000', seq: 0 },
        ...owner,
        netns: 1,
        mntns: 2,
        cgroup: 3,
        sock: '3',
        txid: 7,
        qname: 'example.com',
        qtype: 'A',
        rcode: 'NOERROR',
        answers: [{ name: 'example.com', type: 'A', ttl: 60, data: '192.0.2.1' }],
        resolver: '192.0.2.53',
        proto: 'udp',
        rtt_ms: 2.5,
        solicited: true,
      },
    ],
    undecodable: 0,
  });
});

test('the keys of a response stand in the order of the schema', () => {
  const truncated = packet.encode({
    type: 'response',
    id: 7,
    flags: packet.TRUNCATED_RESPONSE,
    questions,
    answers,
  });
  const responses = newResponses();
  responses.of(event('served', Buffer.alloc(0)));
  responses.of(event('query', query));
  const [only] = responses.of(event('response', truncated)).responses;
  assert.equal(Object.keys(only!).length, 25);
  assert.deepEqual(
    Object.keys(only!),
    fieldNames.filter(name => name in only!),
  );
});

test('a response that nobody asked for says so', () => {
  const [only] = newResponses().of(event('response', response)).responses;
  assert.equal(only!.solicited, false);
  assert.equal(only!.rtt_ms, undefined);
});

test('bytes that are no message are counted', () => {
  assert.deepEqual(newResponses().of(event('response', Buffer.alloc(11))), {
    responses: [],
    undecodable: 1,
  });
});

test('a query from a server is none of the responses, and answers nothing', () => {
  const responses = newResponses();
  const nothing = Buffer.alloc(0);
  for (const kind of ['tcp out', 'tcp in'] as const) responses.of(event(kind, nothing));
  responses.of(event('tcp out', overTcp(query)));
  assert.deepEqual(responses.of(event('tcp in', overTcp(query))), { responses: [], undecodable: 1 });
  const [only] = responses.of(event('tcp in', overTcp(response), { seq: query.length + 2 })).responses;
  assert.equal(only!.solicited, true);
});

test('the process that answers others is a daemon from then on', () => {
  const responses = newResponses();
  responses.of(event('served', response.subarray(0, 12)));
  assert.equal(responses.of(event('response', response)).responses[0]!.daemon, true);
  const other = event('response', response, { owner: { ...owner, pid_start_us: 6 } });
  assert.equal(responses.of(other).responses[0]!.daemon, undefined);
});

test('the owner of an answer is who sent the query, whoever used the socket since', () => {
  const responses = newResponses();
  responses.of(event('query', query));
  const child = { owner: { ...owner, pid: 20 }, places: { mntns: 9 } };
  const [asked] = responses.of(event('response', response, child)).responses;
  assert.deepEqual([asked!.pid, asked!.mntns, asked!.cgroup], [10, 2, 3]);
  const [duplicate] = responses.of(event('response', response, child)).responses;
  assert.deepEqual([duplicate!.pid, duplicate!.mntns, duplicate!.solicited], [20, 9, false]);
});

test('of a socket of which the kernel remembers nothing, the owner is who asked last', () => {
  const responses = newResponses();
  const child = { owner: { ...owner, pid: 20 }, places: { mntns: 9 } };
  const unknown = { owner: undefined, places: {}, netns: undefined };
  responses.of(event('query', query));
  responses.of(event('query', query, child));
  const ownerOf = (more: Partial<DnsEvent>) => {
    const [answer] = responses.of(event('response', response, { ...unknown, ...more })).responses;
    const { pid, mntns, netns, solicited } = answer!;
    return { pid, mntns, netns, solicited };
  };
  const asker = { pid: 20, mntns: 9, netns: 1 };
  assert.deepEqual(ownerOf({}), { ...asker, solicited: true });
  assert.deepEqual(ownerOf({}), { ...asker, solicited: false });
  const nobody = { pid: undefined, mntns: undefined, netns: undefined, solicited: false };
  assert.deepEqual(ownerOf({ sock: '4', peers: 'socket 4' }), nobody);
});

test('whatever differs from the query makes an answer unsolicited', () => {
  const responses = newResponses();
  const solicited = (bytes: Buffer, more: Partial<DnsEvent> = {}) =>
    responses.of(event('response', bytes, more)).responses[0]!.solicited;
  responses.of(event('query', query));
  assert.equal(solicited(response, { peers: 'socket 3, 192.0.2.54, port 53' }), false);
  assert.equal(solicited(packet.encode({ type: 'response', id: 8, questions, answers })), false);
  const other = [{ type: 'A' as const, name: 'example.org' }];
  assert.equal(solicited(packet.encode({ type: 'response', id: 7, questions: other, answers })), false);
  assert.equal(solicited(packet.encode({ type: 'response', id: 7, answers })), false);
  assert.equal(solicited(response), true);
});

function overTcp(message: Buffer): Buffer {
  return Buffer.concat([Buffer.of(message.length >> 8, message.length & 0xff), message]);
}

test('over TCP the query and the answer of one connection belong together', () => {
  const responses = newResponses();
  const nothing = Buffer.alloc(0);
  responses.of(event('tcp out', nothing, { seq: 100 }));
  responses.of(event('tcp in', nothing, { seq: 900 }));
  responses.of(event('tcp out', overTcp(query), { seq: 100 }));
  const both = Buffer.concat([overTcp(response), overTcp(response)]);
  const first = responses.of(event('tcp in', both.subarray(0, 9), { seq: 900 }));
  assert.deepEqual(first, { responses: [], undecodable: 0 });
  const rest = responses.of(event('tcp in', both.subarray(9), { seq: 909, monoUs: 1750 }));
  assert.deepEqual(
    rest.responses.map(r => [r.proto, r.solicited, r.rtt_ms]),
    [
      ['tcp', true, 0.75],
      ['tcp', false, undefined],
    ],
  );
});

test('of several answers in one segment no more are made than are wanted, and the others are not lost', () => {
  const responses = newResponses(2);
  responses.of(event('tcp in', Buffer.alloc(0)));
  const segment = Buffer.concat(Array(4).fill(overTcp(response)));
  const { responses: made, undecodable } = responses.of(event('tcp in', segment));
  assert.deepEqual(
    made.map(({ seq }) => seq),
    [0, 1],
  );
  assert.equal(seq, 2, 'each stamp is in a record');
  assert.equal(undecodable, 0);
});

test('a TCP stream whose beginning was not seen says nothing', () => {
  const responses = newResponses();
  assert.deepEqual(responses.of(event('tcp in', overTcp(response))), { responses: [], undecodable: 0 });
});

test('a TCP stream that cannot be put together is counted once', () => {
  const responses = newResponses();
  responses.of(event('tcp in', Buffer.alloc(0), { seq: 0 }));
  const ahead = (seq: number) => responses.of(event('tcp in', Buffer.alloc(4096), { seq })).undecodable;
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map(i => ahead(i * 10_000)),
    [0, 0, 0, 0, 1, 0],
  );
});
