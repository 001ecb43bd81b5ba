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
  await showWithNames('test', context, view, async () => {}).finally(() =>
    assert.equal(ends.at(-1), 'close'),
  );
  return { said, lost: tally.lost };
}

test('questions that the DNS side lost are said and counted: names may be missing', async t => {
  assert.deepEqual(await shown(t, () => {}, 3), { said: ['3 questions lost'], lost: 3 });
  assert.deepEqual(await shown(t, () => {}), { said: [], lost: 0 });
});

test('answers that the DNS side lost are counted', async t => {
  t.mock.method(process.stderr, 'write', () => true);
  const losing = ({ emitter }: Reading) => {
    emitter.lose(2, 'ring_full');
    emitter.sayLost();
  };
  assert.deepEqual(await shown(t, losing), { said: [], lost: 2 });
});

test('a failure of the DNS side is one although no event came after it', async t => {
  const failing = ({ onError }: Reading) => onError(new Error('the ring has failed'));
  await assert.rejects(shown(t, failing), /the ring has failed/);
});
