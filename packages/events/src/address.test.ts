import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressText, ipv4Text, ipv6Text, isMapped } from './address.js';

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(':', ''), 'hex'));
}

test('IPv6 is written as RFC 5952 recommends', () => {
  const examples = [
    ['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'], // 4.2.3: the first of equal runs
    ['2001:0db8:0000:0001:0001:0001:0001:0001', '2001:db8:0:1:1:1:1:1'], // 4.2.2: one group is not shortened
    ['2001:0000:0000:0001:0000:0000:0000:0001', '2001:0:0:1::1'], // 4.2.3: the longest run
    ['2001:0db8:aaaa:bbbb:cccc:dddd:eeee:0aaa', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaa'],
    ['0000:0000:0000:0000:0000:0000:0000:0000', '::'],
    ['0000:0000:0000:0000:0000:0000:0000:0001', '::1'],
    ['fe80:0000:0000:0000:0000:0000:0000:0000', 'fe80::'],
    ['0000:0000:0000:0000:0000:ffff:c000:0201', '::ffff:192.0.2.1'], // section 5
  ] as const;
  for (const [hex, text] of examples) assert.equal(ipv6Text(bytesOf(hex)), text);
});

const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
const address = fc.array(group, { minLength: 8, maxLength: 8 }).map(groups => {
  return Uint8Array.from(groups.flatMap(value => [value >> 8, value & 0xff]));
});

test('IPv6 text is what the URL standard writes, IPv4-mapped addresses aside', () => {
  fc.assert(
    fc.property(address, bytes => {
      fc.pre(!isMapped(bytes));
      const text = ipv6Text(bytes);
      assert.equal(new URL(`http://[${text}]/`).hostname, `[${text}]`);
      assert.equal(
        new URL(`http://[${Buffer.from(bytes).toString('hex').match(/.{4}/g)!.join(':')}]/`).hostname,
        `[${text}]`,
      );
    }),
  );
});

test('addresses are read where they stand', () => {
  const bytes = Uint8Array.from([9, 9, 192, 0, 2, 1, ...new Array(15).fill(0), 1]);
  assert.equal(ipv4Text(bytes, 2), '192.0.2.1');
  assert.equal(ipv6Text(bytes, 6), '::1');
});

test('an IPv4-mapped address is written as the IPv4 address it is on the wire', () => {
  const mapped = bytesOf('0000:0000:0000:0000:0000:ffff:c000:0201');
  assert.equal(addressText(mapped, 0, false), '192.0.2.1');
  assert.equal(addressText(bytesOf('c0000201'), 0, true), '192.0.2.1');
  assert.equal(addressText(bytesOf('20010db8000000000000000000000001'), 0, false), '2001:db8::1');
});
