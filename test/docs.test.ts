import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { commands, root } from './lib/command.js';
import { Pipeline } from './lib/pipeline.js';

interface Example {
  line: string;
  output: string;
}

/** Examples of a Markdown text: in blocks of `sh` a line after `$ ` is a command, what follows is what it writes. */
function examplesOf(markdown: string): Example[] {
  const blocks = [...markdown.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!);
  return blocks.flatMap(block =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map(example => {
        const end = example.indexOf('\n');
        return { line: example.slice(0, end), output: example.slice(end + 1) };
      }),
  );
}

const readme = readFileSync(join(root, 'README.md'), 'utf8');

test('README has examples that can be run, jq among them', () => {
  const lines = examplesOf(readme).map(({ line }) => line);
  assert.ok(lines.length >= 5);
  assert.ok(lines.some(line => line.includes('jq')));
});

for (const { line, output } of examplesOf(readme)) {
  test(`README: ${line}`, async t => {
    const { stdout, codes } = await new Pipeline(t, line, { cwd: root }).finish();
    assert.equal(stdout, output);
    assert.ok(codes.every(code => code === 0));
  });
}

interface DocumentedOption {
  short?: string;
  arg?: string;
  bare?: unknown;
  help: string;
}

/** First cell of an option's row. */
function cellOf(name: string, { short, arg, bare }: DocumentedOption): string {
  const value = arg === undefined ? '' : bare === undefined ? ` ${arg}` : `[=${arg}]`;
  return `${short ? `-${short}, ` : ''}--${name}${value}`;
}

for (const command of commands) {
  test(`the README of ${command} lists its options as the command has them, in order`, async () => {
    const text = readFileSync(join(root, 'packages', command, 'README.md'), 'utf8');
    const rows = [...text.matchAll(/^\| `(-.*?)` \| (.*) \|$/gm)].map(([, cell]) =>
      cell!.replaceAll('\\|', '|'),
    );
    const load = (path: string) => import(pathToFileURL(join(root, 'packages', path)).href);
    const { command: documented } = await load(`${command}/dist/command.js`);
    const { filterOptions } = await load('cli/dist/index.js');
    const shared = documented.kind === 'filter' ? filterOptions : {};
    const options = Object.entries<DocumentedOption>({ ...documented.options, ...shared });
    assert.deepEqual(
      rows,
      options.map(([name, option]) => cellOf(name, option)),
    );
  });
}
