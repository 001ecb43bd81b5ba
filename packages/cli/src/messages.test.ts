import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { Messages } from './messages.js';

/** Takes a text when told to. */
function slowReader() {
  const taken: string[] = [];
  let take: (error?: Error) => void = () => {};
  const stream = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      take = error => {
        if (!error) taken.push(text);
        done(error);
      };
    },
  });
  return { stream, taken, take: (error?: Error) => take(error) };
}

test('what was said is heard when the last of it is taken', async () => {
  const { stream, taken, take } = slowReader();
  const messages = new Messages('tcpfmt', stream);
  await messages.heard();
  messages.say('one\x1b');
  messages.say('two');
  let isHeard = false;
  const heard = messages.heard().then(() => {
    isHeard = true;
  });
  take();
  await new Promise(setImmediate);
  assert.equal(isHeard, false);
  while (taken.length < 3) {
    take();
    await new Promise(setImmediate);
  }
  await heard;
  assert.deepEqual(taken, ['tcpfmt: one\\x1b\n', 'tcpfmt: two\n', '']);
});

test('nobody has to hear it', async () => {
  const { stream, take } = slowReader();
  const messages = new Messages('tcpfmt', stream);
  messages.say('one');
  messages.say('two');
  const heard = messages.heard();
  take(new Error('EPIPE'));
  await heard;
});

test('a long message is cut', () => {
  const { stream, taken, take } = slowReader();
  new Messages('tcpfmt', stream).say('x'.repeat(100_000));
  take();
  assert.deepEqual(taken, [`tcpfmt: ${'x'.repeat(1000)}…\n`]);
});
