import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Message, parseMessage } from '@tcppipe/dnssource/message';
import { violation } from './dns-checks.js';
import { fuzz } from './dns-fuzz.js';
import { seeds } from './dns-seeds.js';

/** Microseconds that a packet of 4 KiB may take. */
const BUDGET_US = 1000;

function parsed(bytes: Buffer): Message {
  const message = parseMessage(bytes, bytes.length);
  assert.ok(message);
  return message;
}

test('all seeds are messages with a clean bill', () => {
  for (const bytes of seeds) {
    assert.equal(violation(parsed(bytes), { bytes, wireBytes: bytes.length }), undefined);
  }
});

test('an address that is not in the packet, or not as such a record, is found out', () => {
  const [bytes] = seeds;
  assert.ok(bytes);
  const message = parsed(bytes);
  for (const data of ['192.0.2.2', '192.0.2.undefined', '0.1.192.0']) {
    const answers = message.answers.map(answer => ({ ...answer, data }));
    const found = violation({ ...message, answers }, { bytes, wireBytes: bytes.length });
    assert.match(found ?? '', /the packet has no A record/);
  }
});

test('200,000 mutated packets: no exception, no address that is not in its packet, each in time', t => {
  const { messages, addresses, slowest } = fuzz(200_000, 1);
  t.diagnostic(`slowest packet: ${slowest.us.toFixed(0)} us for ${slowest.bytes} bytes`);
  assert.ok(messages > 50_000);
  assert.ok(addresses > 100_000);
  assert.ok(slowest.us < BUDGET_US, `${slowest.us} us`);
});
