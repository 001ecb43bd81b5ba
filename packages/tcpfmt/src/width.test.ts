import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cut, displayWidth, padded } from './width.js';

test('wide characters take two columns, combining marks none', () => {
  assert.equal(displayWidth('curl'), 4);
  assert.equal(displayWidth('日本'), 4);
  assert.equal(displayWidth('e\u0301'), 1);
  assert.equal(displayWidth('ＡＢ'), 4);
  assert.equal(displayWidth('é'), 1);
  assert.equal(displayWidth('😀'), 2);
  assert.equal(displayWidth('का'), 2); // a vowel sign with a column of its own
  assert.equal(displayWidth('\u1112\u1161\u11ab'), 2); // a syllable of three letters
});

test('padding fills columns, not characters, and leaves long text whole', () => {
  assert.equal(padded('日本', 6), '日本  ');
  assert.equal(padded('e\u0301', 3), 'e\u0301  ');
  assert.equal(padded('too long', 3), 'too long');
});

test('a cut never takes half a wide character', () => {
  assert.equal(cut('日本語', 5), '日本');
  assert.equal(cut('日本語', 6), '日本語');
  assert.equal(cut('systemd-resolved', 12), 'systemd-reso');
  assert.equal(cut('e\u0301e\u0301', 1), 'e\u0301');
});
