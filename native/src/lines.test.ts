import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLineWriter, type Piece, type WriteLines } from './lines.js';
import { framed } from './testing.js';

const structBytes = 24;
/** More than any line here takes, and what the addon wants to be free behind it. */
const room = 200;

function writerOf(
  pieces: readonly Piece[],
  jsonOf = (text: Buffer) => `<${text.toString('hex')}>`,
): WriteLines {
  return createLineWriter(pieces, structBytes, jsonOf);
}

/** The line of one struct, without its newline; undefined where it is refused. */
function lineOf(pieces: Piece[], struct: Uint8Array, sequence = 0, offsetUs = 0): string | undefined {
  const target = Buffer.alloc(room);
  const batch = framed(struct);
  const { read, lines, bytes, refused } = writerOf(pieces)(
    ...([batch, 0, target, 0, 1, sequence, offsetUs] as const),
  );
  if (refused) {
    assert.deepEqual([read, lines, bytes], [0, 0, 0]);
    return undefined;
  }
  assert.deepEqual([read, lines], [batch.length, 1]);
  const text = target.toString('latin1', 0, bytes);
  assert.equal(text.at(-1), '\n');
  return text.slice(0, -1);
}

/** A struct of numbers: u64s. */
function u64s(...numbers: bigint[]): Buffer {
  const struct = Buffer.alloc(structBytes);
  numbers.forEach((number, i) => {
    struct.writeBigUInt64LE(number, i * 8);
  });
  return struct;
}

const u64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.nat(100_000).map(BigInt),
  fc.constantFrom(0n, 9n, 10n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 64n - 1n),
);

test('numbers of any width are in decimal, and refused where JavaScript has them no more', () => {
  fc.assert(
    fc.property(u64, fc.nat(7), fc.constantFrom<(1 | 2 | 4 | 8)[]>(1, 2, 4, 8), (number, at, bytes) => {
      const struct = Buffer.alloc(structBytes);
      struct.writeBigUInt64LE(number, at);
      const value = BigInt.asUintN(bytes * 8, number);
      const isSafe = value <= BigInt(Number.MAX_SAFE_INTEGER);
      assert.equal(lineOf([{ what: 'number', at, bytes }], struct), isSafe ? String(value) : undefined);
      assert.equal(lineOf([{ what: 'digits', at }], struct), String(number));
    }),
    { numRuns: 1000 },
  );
});

test('times are whole microseconds, and written as JavaScript writes the seconds and milliseconds they make', () => {
  const ns = fc.oneof(u64, fc.bigInt({ min: 0n, max: 2n ** 62n }), fc.constantFrom(999n, 1000n));
  fc.assert(
    fc.property(ns, ns, fc.integer({ min: -(10 ** 12), max: 2 * 10 ** 15 }), (from, to, offsetUs) => {
      const struct = u64s(from, to);
      const [fromUs, toUs] = [Number(from / 1000n), Number(to / 1000n)];
      const isSafe = fromUs <= Number.MAX_SAFE_INTEGER;
      assert.equal(lineOf([{ what: 'micros', at: 0 }], struct), isSafe ? String(fromUs) : undefined);
      const wallUs = fromUs + offsetUs;
      const isWithin = wallUs >= 0 && wallUs < 2 ** 32 * 1e6;
      const wall = lineOf([{ what: 'wall clock', at: 0 }], struct, 0, offsetUs);
      assert.equal(wall, isWithin ? String(wallUs / 1e6) : undefined);
      if (!isSafe || toUs > Number.MAX_SAFE_INTEGER) return;
      const elapsedUs = toUs - fromUs;
      const isShort = Math.abs(elapsedUs) <= 999_999_999_999_999;
      const elapsed = lineOf([{ what: 'elapsed', from: 0, to: 8 }], struct);
      assert.equal(elapsed, isShort ? String(elapsedUs / 1000) : undefined);
    }),
    { numRuns: 1000 },
  );
});

test('IPv4 addresses, and those of IPv6 as RFC 5952 has them', () => {
  const ipv6s: [string, number[]][] = [
    ['::', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['::1', [0, 0, 0, 0, 0, 0, 0, 1]],
    ['1::', [1, 0, 0, 0, 0, 0, 0, 0]],
    ['2001:db8::1', [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1]],
    ['2001:db8:0:1:1:1:1:1', [0x2001, 0xdb8, 0, 1, 1, 1, 1, 1]],
    ['2001:0:0:1::1', [0x2001, 0, 0, 1, 0, 0, 0, 1]],
    ['1::2:0:0:3:4', [1, 0, 0, 2, 0, 0, 3, 4]],
    ['fe80::a00:27ff:fe4e:66a1', [0xfe80, 0, 0, 0, 0xa00, 0x27ff, 0xfe4e, 0x66a1]],
    ['1:2:3:4:5:6:7:8', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['::3:4:5:6:7:8', [0, 0, 3, 4, 5, 6, 7, 8]],
    ['192.0.2.255', [0, 0, 0, 0, 0, 0xffff, 0xc000, 0x02ff]],
  ];
  for (const [text, groups] of ipv6s) {
    const struct = Buffer.alloc(structBytes);
    groups.forEach((group, i) => {
      struct.writeUInt16BE(group, 8 + i * 2);
    });
    assert.equal(lineOf([{ what: 'ipv6', at: 8 }], struct), text);
  }
  fc.assert(
    fc.property(fc.ipV4(), text => {
      const struct = Buffer.alloc(structBytes);
      struct.set(text.split('.').map(Number), 3);
      assert.equal(lineOf([{ what: 'ipv4', at: 3 }], struct), text);
    }),
  );
});

const chars: Piece[] = [{ what: 'chars', at: 2, bytes: 16 }];

function structWith(text: string): Buffer {
  const bytes = Buffer.alloc(structBytes, 'behind');
  bytes.fill(0, 2, 18);
  bytes.write(text, 2, 16, 'latin1');
  return bytes;
}

test('text ends at a zero or with its place; what JSON or a terminal would not have as it is, is asked for', () => {
  for (const text of ['', 'curl', 'kworker/0:1', 'sixteen letters!'])
    assert.equal(lineOf(chars, structWith(text)), text);
  for (let code = 1; code < 256; code++) {
    const text = `a${String.fromCharCode(code)}`;
    const isPlain = code >= 0x20 && code < 0x7f && text !== 'a"' && text !== 'a\\';
    const asked = `<${Buffer.from(text, 'latin1').toString('hex')}>`;
    assert.equal(lineOf(chars, structWith(text)), isPlain ? text : asked, `byte ${code}`);
  }
});

test('text is asked for once and kept, refused if it is too long, and a failure to give it is passed on', () => {
  const asked: string[] = [];
  const write = writerOf(chars, text => {
    asked.push(text.toString('latin1'));
    if (text.length > 3) throw new Error('unknown');
    return text.length > 2 ? 'x'.repeat(19) : 'é'.repeat(6);
  });
  const written = (...texts: string[]) => {
    const target = Buffer.alloc(600);
    const batch = framed(...texts.map(structWith));
    const { lines, bytes, refused } = write(batch, 0, target, 0, 100, 0, 0);
    return { lines, refused, text: target.toString('utf8', 0, bytes) };
  };
  const line = `${'é'.repeat(6)}\n`;
  assert.deepEqual(written('\x80a', 'ok', '\x80a'), { lines: 3, refused: false, text: `${line}ok\n${line}` });
  assert.deepEqual(written('\x80a', '\x80ab'), { lines: 1, refused: true, text: line });
  assert.throws(() => written('\x80abc'), /unknown/);
  assert.deepEqual(asked, ['\x80a', '\x80ab', '\x80abc']);
  const many = Array.from({ length: 500 }, (_, i) => String.fromCharCode(128 + (i % 100), 1 + (i % 99)));
  for (const name of [...many, ...many]) assert.equal(written(name).text, line);
});

test('a piece of two or of several, and those within it', () => {
  const number: Piece = { what: 'number', at: 0, bytes: 1 };
  const either: Piece = {
    ...({ what: 'either', at: 1, equals: Buffer.from('xyz') } as const),
    same: ['<', number, '>'],
    other: [],
  };
  const line: Piece[] = [
    { what: 'choice', at: 0, bytes: 1, of: [['none'], undefined, [either, 'two'], [either]] },
    '.',
  ];
  const struct = (first: number, text: string) =>
    Buffer.from(`${String.fromCharCode(first)}${text}`.padEnd(24));
  assert.equal(lineOf(line, struct(0, '')), 'none.');
  assert.equal(lineOf(line, struct(1, '')), undefined);
  assert.equal(lineOf(line, struct(2, 'xyz')), '<2>two.');
  assert.equal(lineOf(line, struct(2, 'xyy')), 'two.');
  assert.equal(lineOf(line, struct(3, 'xyz')), '<3>.');
  assert.equal(lineOf(line, struct(4, 'xyz')), undefined);
  for (const size of [1, 2, 4, 8]) {
    const equals = Buffer.alloc(size, 7);
    const test: Piece[] = [{ what: 'either', at: 4, equals, same: ['same'], other: ['other'] }];
    const bytes = Buffer.alloc(structBytes, 7);
    assert.equal(lineOf(test, bytes), 'same');
    bytes[4 + size - 1] = 8;
    assert.equal(lineOf(test, bytes), 'other');
  }
});

test('lines are numbered, stop at a struct of another size, and at the most that is wanted', () => {
  const write = writerOf(['#', { what: 'sequence' }]);
  const struct = Buffer.alloc(structBytes);
  const batch = framed(struct, struct, Buffer.alloc(8), struct);
  const target = Buffer.alloc(room, '.');
  assert.deepEqual(write(batch, 0, target, 5, Number.POSITIVE_INFINITY, 9, 0), {
    ...{ read: 64, lines: 2, bytes: 7, refused: true },
  });
  assert.equal(target.toString('latin1', 0, 12), '.....#9\n#10\n');
  assert.deepEqual(write(batch, 32, target, 0, 1, 0, 0), { read: 64, lines: 1, bytes: 3, refused: false });
  assert.deepEqual(write(batch, 80, target, 0, 0, 0, 0), { read: 80, lines: 0, bytes: 0, refused: false });
  assert.deepEqual(write(batch, batch.length, target, 0, 1, 0, 0), {
    ...{ read: batch.length, lines: 0, bytes: 0, refused: false },
  });
});

test('no more is written than there is room for, and no frame read that is not whole', () => {
  const write = writerOf(['0123456789'.repeat(3)]);
  const batch = framed(...Array(20).fill(Buffer.alloc(structBytes)));
  fc.assert(
    fc.property(fc.nat(700), fc.nat(batch.length), fc.nat(800), (size, cut, at) => {
      const memory = Buffer.alloc(size + 64, '.');
      const written = write(batch.subarray(0, cut), 0, memory.subarray(0, size), at, 100, 0, 0);
      const { read, lines, bytes, refused } = written;
      assert.equal(bytes, lines * 31);
      assert.equal(read, lines * 32);
      // Of a line with its newline, and a word that may be copied too far.
      const hasRoom = at + bytes + 31 + 16 <= size;
      const isCut = cut - read >= 8 && cut - read < 32;
      assert.equal(refused, hasRoom && isCut);
      assert.equal(memory.toString('latin1', size), '.'.repeat(64));
      assert.match(memory.toString('latin1', at, Math.min(at + bytes, size)), /^((0123456789){3}\n)*$/);
    }),
    { numRuns: 2000 },
  );
});

test('a piece beside the struct is refused when the writer is made', () => {
  const beside: Piece[] = [
    ...([1, 2, 4, 8] as const).map(
      bytes => ({ what: 'number', at: structBytes - bytes + 1, bytes }) as const,
    ),
    ...(['digits', 'micros', 'wall clock'] as const).map(what => ({ what, at: structBytes - 7 })),
    ...[
      { what: 'elapsed', from: 0, to: structBytes - 7 } as const,
      { what: 'elapsed', from: 30, to: 0 } as const,
    ],
    ...[{ what: 'ipv4', at: structBytes - 3 } as const, { what: 'ipv6', at: structBytes - 15 } as const],
    { what: 'chars', at: 9, bytes: 16 },
    { what: 'choice', at: structBytes, bytes: 1, of: [[]] },
    { what: 'either', at: structBytes - 2, equals: Buffer.from('abc'), same: [], other: [] },
    { what: 'number', at: 0xffff_ffff, bytes: 8 },
    { what: 'number', at: 0, bytes: 3 as 4 },
  ];
  for (const piece of beside) assert.throws(() => writerOf([piece]), RangeError, JSON.stringify(piece));
});
