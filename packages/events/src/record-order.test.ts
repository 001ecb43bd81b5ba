import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inRecordOrder } from './record-order.js';

test('key fields stand in the order of the field list, unknown ones last', () => {
  const order = inRecordOrder([['zone'], ['dport'], ['dns', 'scope'], ['comm'], ['dns', 'resolver']]);
  assert.deepEqual(
    order.map(path => path.join('.')),
    ['comm', 'dport', 'dns.resolver', 'dns.scope', 'zone'],
  );
});
