import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseOptions, UsageError } from '@tcppipe/cli';
import { command } from './command.js';
import { type Layout, layoutFields, layouts } from './layout.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

function parsed(...argv: string[]) {
  return parseOptions(command.options, argv, { positionals: true }).options;
}

test('fields are names with dots; anything else is a usage error', () => {
  assert.deepEqual(parsed('-f', 'comm,dns.age_ms,answers.0.data').fields, [
    ['comm'],
    ['dns', 'age_ms'],
    ['answers', '0', 'data'],
  ]);
  for (const fields of ['', 'a,', 'a..b', '.a', 'a b', 'a-b', '0a', Array(65).fill('a').join()]) {
    assert.throws(() => parsed('-f', fields), UsageError, fields);
  }
});

test('a table of the first layout is the default', () => {
  const { format, layout, color } = parsed();
  assert.deepEqual([format, layout, color], ['table', 'auto', 'auto']);
  assert.throws(() => parsed('-F', 'xml'), UsageError);
});

test('the README lists the options with their help', () => {
  for (const [name, { short, arg, help }] of Object.entries(command.options)) {
    const option = `${short ? `-${short}, ` : ''}--${name}${arg ? ` ${arg.replaceAll('|', '\\|')}` : ''}`;
    assert.ok(readme.includes(`| \`${option}\` | ${help} |`), option);
  }
});

test('the README lists the fields of every layout', () => {
  const listed = (layout: Layout) =>
    layoutFields(layout, {})
      .map(path => path.join('.'))
      .join(' ');
  for (const layout of layouts.filter(layout => layout !== 'count')) {
    assert.ok(readme.includes(`| \`${layout}\` | ${listed(layout)} |`), layout);
  }
});
