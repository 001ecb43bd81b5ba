import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseOptions, UsageError } from '@tcppipe/cli';
import { command, ownDnssource } from './command.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

function parsed(...argv: string[]) {
  return parseOptions(command.options, argv, { positionals: true });
}

test('DNS comes from the input, from a file, or from a dnssource of our own', () => {
  assert.equal(parsed().options.dns, '-');
  assert.equal(parsed('--dns=-').options.dns, '-');
  assert.equal(parsed('--dns=dns.ndjson').options.dns, 'dns.ndjson');
  const { options, positionals } = parsed('--dns', 'tcp.ndjson');
  assert.equal(options.dns, ownDnssource);
  assert.deepEqual(positionals, ['tcp.ndjson']);
  assert.throws(() => parsed('--dns='), UsageError);
});

test('limits are checked, and have the documented defaults', () => {
  const { scope, slack, ttl, max } = parsed().options;
  assert.deepEqual([scope, slack, ttl, max], ['netns', 100, 86_400, 10_000]);
  for (const wrong of ['--scope=resolver', '--slack=-1', '--slack=x', '--ttl=1d', '--max=0', '--max=1e3'])
    assert.throws(() => parsed(wrong), UsageError, wrong);
});

test('the README lists the options with their help', () => {
  for (const [name, { arg, help, bare }] of Object.entries<{ arg?: string; help: string; bare?: unknown }>(
    command.options,
  )) {
    const option = `--${name}${arg ? (bare ? `[=${arg}]` : ` ${arg}`) : ''}`;
    assert.ok(readme.includes(`| \`${option}\` | ${help} |`), option);
  }
});
