import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { connect, dns, verdict } from './testing/fixtures.js';

const address = '198.51.100.7';

async function queryOf(records: AnyRecord[]): Promise<unknown> {
  return (await verdict(records)).query;
}

test('a joined record keeps its name where the answers are no longer there, and gets a new one where they are', async () => {
  const joined = { query: 'a.example', dns: { age_ms: 1, scope: 'process' } };
  assert.deepEqual(await verdict([connect(10, address, joined)]), joined);
  assert.equal(await queryOf([dns(9, 'b.example', [address]), connect(10, address, joined)]), 'b.example');
  assert.equal(
    await queryOf([dns(9, 'b.example', [address]), connect(10, address, { query: null })]),
    'b.example',
  );
});

test('the close of an accepted connection is passed on unchanged: its peer is a client', async () => {
  const close = (fields: AnyRecord) => ({ ...connect(10, address), type: 'close', ...fields });
  assert.equal(await queryOf([dns(9, 'a.example', [address]), close({})]), 'a.example');
  assert.equal(await queryOf([dns(9, 'a.example', [address]), close({ accepted: true })]), undefined);
});
