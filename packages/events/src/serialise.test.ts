import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isPlain, printable, serialise } from './serialise.js';

const controlOrBidi = /[\0-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(...'a\\"\n\r\t\x1b\x7f\x9b\u061c\u202e\u2066\u200b\ufeff', '\ud800', '\u{e0041}'),
  }),
);

test('a record is one line that parses to the same record, and holds nothing a terminal may obey', () => {
  fc.assert(
    fc.property(anyText, anyText, (comm, qname) => {
      const line = serialise({ type: 'dns', comm, qname });
      assert.doesNotMatch(line, controlOrBidi);
      assert.deepEqual(JSON.parse(line), { type: 'dns', comm, qname });
    }),
  );
});

test('every byte value in comm survives', () => {
  for (let code = 0; code < 256; code++) {
    const comm = `a${String.fromCharCode(code)}b`;
    assert.equal(JSON.parse(serialise({ comm })).comm, comm);
  }
});

test('numbers keep every digit', () => {
  assert.equal(
    serialise({ a: Number.MAX_SAFE_INTEGER, ts: 1795162665.123456 }),
    '{"a":9007199254740991,"ts":1795162665.123456}',
  );
});

test('printable text holds no control, bidi or invisible character', () => {
  fc.assert(
    fc.property(anyText, text => {
      const shown = printable(text);
      assert.doesNotMatch(shown, controlOrBidi);
      assert.doesNotMatch(shown, /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}]/u);
    }),
  );
});

test('what cannot be shown stands as an escape, everything else as it is', () => {
  assert.equal(printable('a\x1b[31m\x7f\x9b\n'), 'a\\x1b[31m\\x7f\\x9b\\x0a');
  assert.equal(printable('\u202eevil\ud800\u{e0041}\ufe0f'), '\\u202eevil\\ud800\\u{e0041}\\ufe0f');
  assert.equal(printable('café 日本 😀 \\ "'), 'café 日本 😀 \\ "');
});

test('plain text is what needs no look at single characters', () => {
  assert.equal(isPlain('curl ~'), true);
  for (const text of ['\x1f', '\x7f', 'é', 'a\n']) assert.equal(isPlain(text), false);
});
