import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerLine, rowLine } from '../columns.js';
import { countColumns, countFields, keyOf } from './count.js';
import { answersText, dnsColumns } from './dns.js';
import { fieldColumns } from './fields.js';

test('dns: who asked whom for what, and what came back', () => {
  const record = {
    type: 'dns',
    pid: 700,
    comm: 'curl',
    resolver: '192.0.2.53',
    rtt_ms: 1.5,
    rcode: 'NOERROR',
    qtype: 'A',
    qname: 'www.example.com',
    answers: [
      { name: 'www.example.com', type: 'CNAME', ttl: 60, data: 'example.com' },
      { name: 'example.com', type: 'A', ttl: 60, data: '198.51.100.7' },
    ],
  };
  const columns = dnsColumns();
  assert.equal(
    headerLine(columns),
    'PID     COMM            RESOLVER         RTT(ms)  RCODE    QTYPE QNAME                          ANSWERS',
  );
  assert.equal(
    rowLine(columns, record),
    '700     curl            192.0.2.53       1.500    NOERROR  A     www.example.com                example.com 198.51.100.7',
  );
});

test('dns: doubtful answers say why', () => {
  const answers = [{ data: '198.51.100.7' }];
  assert.equal(
    answersText({ answers, solicited: false, truncated: true }),
    '198.51.100.7 [truncated] [unsolicited]',
  );
  assert.equal(answersText({ answers, solicited: true }), '198.51.100.7');
  assert.equal(answersText({ answers: [] }), '-');
  assert.equal(answersText({ answers: [null, 7, { data: 'a\nb' }] }), '- - a\\x0ab');
  assert.equal(answersText({ answers: 'none' }), '-');
});

test('count: any key has its columns, nested ones included', () => {
  const record = { type: 'count', comm: 'curl', dns: { scope: 'process' }, connects: 7, from: 0, to: 10 };
  const key = keyOf(record);
  assert.deepEqual(key, [['comm'], ['dns', 'scope']]);
  const columns = countColumns(key);
  assert.equal(headerLine(columns), 'COMM             DNS.SCOPE        CONNECTS  ');
  assert.equal(rowLine(columns, record), 'curl             process          7         ');
  assert.deepEqual(
    countFields(key).map(path => path.join('.')),
    ['type', 'comm', 'dns.scope', 'connects', 'from', 'to', 'other'],
  );
});

test('count: what is left over fits the first column, however narrow that is', () => {
  const columns = countColumns([['ip'], ['uid']]);
  assert.equal(headerLine(columns), 'IP      UID    CONNECTS  ');
  assert.equal(rowLine(columns, { ip: 4, uid: 0, connects: 3 }), '4       0      3         ');
  assert.equal(rowLine(columns, { connects: 7, other: true }), '(other) -      7         ');
});

test('count: a record without a key is taken to be counted as tcpconnect does', () => {
  assert.deepEqual(keyOf({ type: 'count', connects: 7, other: true }), [['saddr'], ['daddr'], ['dport']]);
});

test('chosen fields: titles are their names, the last column is not filled', () => {
  const columns = fieldColumns([['comm'], ['dns', 'age_ms'], ['answers', '0', 'data'], ['daddr']]);
  const record = { comm: 'curl', dns: { age_ms: 2.5 }, answers: [{ data: '::1' }], daddr: '::1' };
  assert.equal(headerLine(columns), 'COMM             DNS.AGE_MS       ANSWERS.0.DATA   DADDR');
  assert.equal(rowLine(columns, record), 'curl             2.5              ::1              ::1');
  assert.equal(rowLine(columns, {}), '-                -                -                -');
});

test('chosen fields: wide makes address columns 39 wide', () => {
  const columns = fieldColumns([['daddr'], ['pid']], { wide: true });
  assert.equal(headerLine(columns), `${'DADDR'.padEnd(39)} PID`);
});

test('chosen fields: only what a record itself has is shown', () => {
  const columns = fieldColumns([['constructor'], ['__proto__'], ['comm', 'length']]);
  assert.match(rowLine(columns, { comm: 'curl' }), /^- +- +-$/);
  assert.match(rowLine(columns, JSON.parse('{"__proto__":"own"}')), /^- +own +-$/);
});
