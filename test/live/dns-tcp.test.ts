import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { checked, startSource } from '../lib/command.js';
import { Netns } from '../lib/namespaces.js';
import { Script } from '../lib/workload.js';

/** From byte, to byte of the stream of answers; null is its end. */
type Piece = readonly [number, number | null];

spawnSync('modprobe', ['--quiet', 'tun']); // the device has no node before, so opening it cannot load it
const skip = existsSync('/dev/net/tun') ? false : 'this kernel has no TUN devices (CONFIG_TUN)';

/** What dnssource says of connections whose answers come in these pieces, and their cookies in turn. */
async function traced(
  t: TestContext,
  conversations: { messages: number; pieces: readonly Piece[]; forged?: boolean }[],
  options: string[] = [],
) {
  const namespace = new Netns(t);
  const peer = new Script(t, 'tcp_peer.py', [], namespace.enter);
  await peer.saying('hello');
  const tracer = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`, ...options]);
  const socks: string[] = [];
  for (const conversation of conversations) {
    peer.send(`${JSON.stringify(conversation)}\n`);
    socks.push((await peer.saying('conversed', socks.length + 1)).sock);
  }
  const { code } = await tracer.stop('SIGINT');
  assert.equal(code, 0);
  const [, ...records] = checked(tracer.records);
  return { records, socks, pid: peer.pid };
}

/** Each answer comes to some 50 bytes. */
const cuts: Record<string, { messages: number; pieces: Piece[] }> = {
  'several answers in one segment': { messages: 3, pieces: [[0, null]] },
  'an answer over many segments': {
    messages: 1,
    pieces: [...Array.from({ length: 12 }, (_, i): Piece => [i * 3, i * 3 + 3]), [36, null]],
  },
  'answers whose ends are not those of segments': {
    messages: 3,
    pieces: [
      [0, 1],
      [1, 70],
      [70, 101],
      [101, null],
    ],
  },
  'segments in the wrong order': {
    messages: 3,
    pieces: [
      [100, null],
      [60, 100],
      [30, 60],
      [0, 30],
    ],
  },
  'segments that come twice and overlap': {
    messages: 3,
    pieces: [
      [40, 80],
      [20, 60],
      [0, 30],
      [0, 50],
      [70, null],
      [10, null],
    ],
  },
};

for (const [what, conversation] of Object.entries(cuts)) {
  test(`${what}: each answer once, as it was asked for`, { skip }, async t => {
    const { records, socks, pid } = await traced(t, [conversation]);
    assert.deepEqual(
      records.map(record => [record.sock, record.pid, record.qname, record.proto, record.solicited]),
      Array.from({ length: conversation.messages }, (_, i) => [socks[0], pid, `m${i}.test`, 'tcp', true]),
    );
    assert.deepEqual(
      records.map(({ answers }) => (answers as { data: string }[])[0]!.data),
      Array.from({ length: conversation.messages }, (_, i) => `192.0.2.${i + 1}`),
    );
  });
}

test('no more answers are told than are asked for, although one segment has them all', { skip }, async t => {
  const { records } = await traced(t, [{ messages: 3, pieces: [[0, null]] }], ['-n', '1']);
  assert.deepEqual(
    records.map(({ type, qname }) => [type, qname]),
    [['dns', 'm0.test']],
  );
});

test('a connection whose segments stay away is given up, counted once, and no other suffers', {
  skip,
}, async t => {
  const all: Piece[] = [[0, null]];
  const beyond = Array.from({ length: 80 }, (_, i): Piece => [20 + i * 20, 40 + i * 20]);
  const { records, socks } = await traced(t, [
    { messages: 40, pieces: [...beyond, [0, 20]] },
    { messages: 2, pieces: all },
  ]);
  assert.deepEqual(
    records.filter(({ type }) => type === 'lost').map(({ reason, count }) => [reason, count]),
    [['undecodable', 1]],
  );
  assert.deepEqual(
    records.filter(({ type }) => type === 'dns').map(({ sock, qname }) => [sock, qname]),
    [
      [socks[1], 'm0.test'],
      [socks[1], 'm1.test'],
    ],
  );
});

test('segments that TCP does not take begin no stream, and say nothing', { skip }, async t => {
  const { records } = await traced(t, [
    {
      messages: 3,
      pieces: [
        [0, 60],
        [60, null],
      ],
      forged: true,
    },
  ]);
  assert.deepEqual(
    records.map(({ qname, solicited, answers }) => [
      qname,
      solicited,
      (answers as { data: string }[])[0]!.data,
    ]),
    [1, 2, 3].map(i => [`m${i - 1}.test`, true, `192.0.2.${i}`]),
  );
});
