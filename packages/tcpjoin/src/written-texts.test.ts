import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Address } from './addresses.js';
import { Kept, Place } from './kept.js';
import { Marks } from './marks.js';
import type { Tier } from './names.js';
import { Shares } from './shares.js';
import { WrittenTexts } from './written-texts.js';

const shares = new Shares<Kept>(1000);

function place(): Place {
  return new Place(new Address('198.51.100.7', new Marks()), shares.namespace(1));
}

/** What process `pid` asked, in a place. */
function kept(where: Place, qname: string, pid: number, chain: string[] = [], resolver?: string): Kept {
  const owner = { pid, start: 1, netns: 1, mntns: 1, boot: 0 };
  const asked = { qname, chain, resolver, isStatic: false, owner, uid: 0 };
  const one = new Kept(asked, qname, resolver, where, shares);
  where.add(one);
  return one;
}

function textOf({ bytes }: WrittenTexts, start: number, end: number): string {
  return bytes.toString('latin1', start, end);
}

test('the texts of an answer stand where it says, once', () => {
  const texts = new WrittenTexts();
  const answer = kept(place(), 'a.example', 1, ['b.example', 'c.example'], '192.0.2.53');
  const written = texts.of(answer)!;
  assert.equal(textOf(texts, written.beforeAge, written.behindLeft), ',"query":"a.example","dns":{"age_ms":');
  assert.equal(
    textOf(texts, written.behindLeft, written.end),
    ',"chain":["b.example","c.example"],"resolver":"192.0.2.53"}}',
  );
  assert.equal(texts.of(answer), written);
});

test('answers of one address that say the same have the same texts, others their own', () => {
  const texts = new WrittenTexts();
  const where = place();
  const written = texts.of(kept(where, 'a.example', 1, ['b.example'], '192.0.2.53'));
  assert.equal(texts.of(kept(where, 'a.example', 2, ['b.example'], '192.0.2.53')), written);
  const others = [
    kept(where, 'b.example', 3, ['b.example'], '192.0.2.53'),
    kept(where, 'a.example', 4, ['c.example'], '192.0.2.53'),
    kept(where, 'a.example', 5, [], '192.0.2.53'),
    kept(where, 'a.example', 6, ['b.example']),
  ];
  for (const other of others) {
    const { beforeAge, end } = texts.of(other)!;
    const text = textOf(texts, beforeAge, end);
    for (const part of [other.qname, ...other.chain]) assert.ok(text.includes(`"${part}"`), text);
    assert.equal(text.includes('resolver'), other.resolver !== undefined);
    assert.equal(text.includes('chain'), other.chain.length > 0);
  }
});

test('what stands before the time left goes by tier, and by whether there is one', () => {
  const texts = new WrittenTexts();
  for (const tier of ['process', 'netns', 'resolver', 'host'] satisfies Tier[]) {
    for (const hasTtl of [false, true]) {
      const number = texts.beforeLeft(tier, hasTtl);
      assert.equal(
        textOf(texts, texts.startOf(number), texts.endOf(number)),
        `,"scope":"${tier}"${hasTtl ? ',"ttl_left_s":' : ''}`,
      );
    }
  }
});

test('where there is no room for its texts an answer goes without, until others have given way', () => {
  const texts = new WrittenTexts();
  const first = kept(place(), 'a.example', 1);
  const before = texts.of(first);
  const name = `${'x'.repeat(60)}.`.repeat(4);
  let count = 0;
  while (texts.of(kept(place(), name, 1))) count++;
  assert.ok(count > 5000, `${count} answers`);

  const { bytes } = texts;
  texts.renew();
  assert.notEqual(texts.bytes, bytes);
  const { beforeAge, behindLeft, generation } = texts.of(first)!;
  assert.notEqual(generation, before!.generation);
  assert.equal(textOf(texts, beforeAge, behindLeft), ',"query":"a.example","dns":{"age_ms":');
});
