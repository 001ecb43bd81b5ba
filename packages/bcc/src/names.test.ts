import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Tally } from '@tcppipe/cli';
import { type Reading, Tracing } from '@tcppipe/source';
import { showWithNames } from './names.js';

/** Shows nothing, beside a DNS tracer whose ring does what `reading` does. Returns what was said, and the tally. */
async function shown(t: TestContext, reading: (ring: Reading) => void, lost = 0) {
  const said: string[] = [];
  const tally = new Tally();
  const ends: string[] = [];
  const { sayLostBeside } = Tracing.prototype;
  const tracing = {
    read: reading,
    drain() {},
    finish: () => ends.push('finish'),
    lostBeside: () => (lost > 0 ? [{ count: lost, noun: 'question', what: 'lost' }] : []),
    sayLostBeside,
    close: () => ends.push('close'),
  };
  t.mock.method(Tracing, 'start', () => tracing);
  const view = { heading: [], event() {} };
  const context = { say: (message: string) => said.push(message), tally };
  let counters: readonly string[] = [];
  await showWithNames('test', context, view, async named => {
    counters = named.counters!();
  }).finally(() => assert.equal(ends.at(-1), 'close'));
  return { said, counters, lost: tally.lost };
}

test('questions that the DNS side lost are said and counted: names may be missing', async t => {
  assert.deepEqual(await shown(t, () => {}, 3), {
    said: ['3 questions lost'],
    counters: ['0 DNS events lost', '3 questions lost'],
    lost: 3,
  });
  assert.deepEqual(await shown(t, () => {}), { said: [], counters: ['0 DNS events lost'], lost: 0 });
});

test("answers that the DNS side lost are said in bcc's words, and counted", async t => {
  const written: string[] = [];
  t.mock.method(process.stderr, 'write', (text: string) => written.push(text) > 0);
  const losing = ({ emitter }: Reading) => {
    emitter.lose(2, 'ring_full');
    emitter.sayLost();
  };
  assert.deepEqual(await shown(t, losing), { said: [], counters: ['2 DNS events lost'], lost: 2 });
  assert.deepEqual(written, ['Possibly lost 2 samples\n']);
});

test('a failure of the DNS side is one although no event came after it', async t => {
  const failing = ({ onError }: Reading) => onError(new Error('the ring has failed'));
  await assert.rejects(shown(t, failing), /the ring has failed/);
});
