import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escapeDangerous, isPlain, printable, serialise } from './serialise.js';

const unprintable = /[\p{Cc}\p{Cs}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u;
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      ...'a\\"\n\r\t\x1b\x7f\x9b\u061c\u202e\u2066\u200b\ufeff',
      '\u00ad\u0600\u3164',
      '\ud800',
      '\u{e0041}',
    ),
  }),
);

test('a record is one line that parses to the same record, and holds nothing a terminal may obey', () => {
  fc.assert(
    fc.property(anyText, anyText, (comm, qname) => {
      const line = serialise({ type: 'dns', comm, qname });
      assert.doesNotMatch(line, unprintable);
      assert.deepEqual(JSON.parse(line), { type: 'dns', comm, qname });
    }),
  );
});

test('blanks of other kinds between the tokens of a line become blanks', () => {
  assert.equal(escapeDangerous('{"a":\t1,\r"b":"\\t"}'), '{"a": 1, "b":"\\t"}');
});

test('what is unprintable stands in JSON as its code units', () => {
  assert.equal(serialise(['a\u00adb', '\u{e0041}']), '["a\\u00adb","\\udb40\\udc41"]');
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
      assert.doesNotMatch(shown, unprintable);
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
