import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rcodeText, typeText } from './mnemonics.js';

test('types have the mnemonics of IANA', () => {
  const types = [1, 2, 5, 6, 12, 15, 16, 28, 33, 39, 41, 64, 65, 255, 257];
  assert.equal(
    types.map(typeText).join(' '),
    'A NS CNAME SOA PTR MX TXT AAAA SRV DNAME OPT SVCB HTTPS ANY CAA',
  );
});

test('types without a mnemonic are written as in RFC 3597', () => {
  assert.equal(typeText(0), 'TYPE0');
  assert.equal(typeText(65_280), 'TYPE65280');
});

test('response codes have the mnemonics of IANA, those of EDNS too', () => {
  const rcodes = [0, 1, 2, 3, 4, 5, 9, 11, 16, 23];
  assert.equal(
    rcodes.map(rcodeText).join(' '),
    'NOERROR FORMERR SERVFAIL NXDOMAIN NOTIMP REFUSED NOTAUTH DSOTYPENI BADVERS BADCOOKIE',
  );
  assert.equal(rcodeText(12), 'RCODE12');
  assert.equal(rcodeText(4095), 'RCODE4095');
});

test('no two types share a mnemonic', () => {
  const texts = Array.from({ length: 65_536 }, (_, type) => typeText(type));
  assert.equal(new Set(texts).size, texts.length);
});
