import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseOptions, UsageError } from '@tcppipe/cli';
import { command } from './command.js';
import { passes } from './weight.js';

function parsed(...argv: string[]) {
  return parseOptions(command.options, argv, { positionals: true }).options;
}

test('the key defaults to that of tcpconnect -c and is put into record order', () => {
  assert.deepEqual(parsed().by, [['saddr'], ['daddr'], ['dport']]);
  assert.deepEqual(parsed('--by', 'dport,comm,dns.scope').by, [['comm'], ['dport'], ['dns', 'scope']]);
});

test('what cannot be counted by is a usage error', () => {
  for (const by of [
    'connects',
    'type',
    'a,a',
    'dns,dns.scope',
    'dns.scope,dns',
    'a b',
    '',
    'a,',
    '.a',
    'a..b',
  ]) {
    assert.throws(() => parsed('--by', by), UsageError, by);
  }
  assert.deepEqual(parsed('--by', 'dns,dnssec').by, [['dns'], ['dnssec']]);
});

test('windows have a length', () => {
  assert.equal(parsed('-i', '0.5').interval, 0.5);
  for (const length of ['0', '-1', 'abc', '86401', '0x10']) {
    assert.throws(() => parsed(`-i${length}`), UsageError, length);
  }
});

test('records of other event types end here, everything else passes', () => {
  assert.equal(passes({ type: 'accept' }), false);
  assert.equal(passes({ type: 'dns' }), false);
  for (const record of [{ type: 'lost' }, { type: 'ready' }, { type: 'later' }, { type: 7 }, {}]) {
    assert.equal(passes(record), true);
  }
});

test('the README lists the options with their help', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  for (const [name, { short, arg, help }] of Object.entries(command.options)) {
    const option = `${short ? `-${short}, ` : ''}--${name}${arg ? ` ${arg}` : ''}`;
    assert.ok(readme.includes(`| \`${option}\` | ${help} |`), option);
  }
});
