import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { evidenceFields, fieldNames } from '@tcppipe/events';
import { root } from './lib/command.js';

interface DocumentedCommand {
  name: string;
  kind: 'source' | 'filter';
  examples: [line: string, what: string][];
  options: Record<string, { short?: string; arg?: string; bare?: unknown; help: string }>;
}

/** Modules that say what bcc's commands are; every other command has it in its own package. */
const bccCommands: Record<string, string> = {
  tcpconnect: 'packages/bcc/dist/connect-command.js',
  tcptracer: 'packages/bcc/dist/tracer-command.js',
  tcpv4connect: 'packages/bcc/dist/v4connect-command.js',
};

function load(path: string) {
  return import(pathToFileURL(join(root, path)).href);
}

/** The command with the options that every command has, or every filter. */
async function commandCalled(name: string): Promise<DocumentedCommand> {
  const { command } = await load(bccCommands[name] ?? `packages/${name}/dist/command.js`);
  const { commonOptions, filterOptions } = await load('packages/cli/dist/index.js');
  const shared = command.kind === 'filter' ? { ...filterOptions, ...commonOptions } : commonOptions;
  return { ...command, options: { ...command.options, ...shared } };
}

function mandoc(...args: string[]): string {
  const { error, stdout, stderr } = spawnSync('mandoc', args, { encoding: 'utf8' });
  if (error) throw error;
  return stdout + stderr;
}

/** The page as a terminal shows it, wide enough that no line is broken. Bold and underlined are struck over. */
function rendered(page: string): string {
  return mandoc('-T', 'ascii', '-O', 'width=500', page).replaceAll(/.\x08/g, '');
}

function section(text: string, title: string): string {
  const body = new RegExp(`^${title}\n(.*?)(?=^[A-Z])`, 'ms').exec(text)?.[1];
  assert.ok(body !== undefined, `no section ${title}`);
  return body;
}

/** Words that are options, as `-p` and `--pid`. */
function optionsIn(text: string): string[] {
  return text.match(/(?<![\w-])--?\w[\w-]*/g) ?? [];
}

/** How an option stands in the list of a page. */
function tagOf([name, { short, arg, bare }]: [string, DocumentedCommand['options'][string]]): string {
  const value = arg?.replaceAll('…', '...');
  const shown = value === undefined ? '' : bare === undefined ? ` ${value}` : `[=${value}]`;
  return `${short ? `-${short}, ` : ''}--${name}${shown}`;
}

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const pages: string[] = manifest.man.map((page: string) => join(root, page));

test('each command has a manual page that is installed with it', () => {
  const names = pages.map(page => basename(page).replace(/\.[18]$/, ''));
  assert.deepEqual(names, Object.keys(manifest.bin));
});

test('each field of the records is explained on a page', () => {
  const explained = pages.flatMap(page =>
    [...readFileSync(page, 'utf8').matchAll(/^\.It Va (.*)$/gm)].flatMap(([, names]) => names!.match(/\w+/g)),
  );
  const missing = [...fieldNames, ...Object.keys(evidenceFields)].filter(name => !explained.includes(name));
  assert.deepEqual(missing, []);
});

for (const page of pages) {
  describe(`the manual page ${basename(page)}`, async () => {
    const command = await commandCalled(basename(page).replace(/\.\d$/, ''));
    const source = readFileSync(page, 'utf8');
    const text = rendered(page);
    const known = Object.entries(command.options).flatMap(([name, { short }]) => [
      `--${name}`,
      ...(short ? [`-${short}`] : []),
    ]);

    test('is clean mdoc, of the section in its name', () => {
      assert.equal(mandoc('-T', 'lint', '-W', 'warning', page), '');
      assert.match(source, new RegExp(`^\\.Dt ${command.name.toUpperCase()} ${page.at(-1)}$`, 'm'));
    });

    test('lists the options as the command has them', () => {
      const tags = [...section(text, 'OPTIONS').matchAll(/^ {5}(-.*)$/gm)].map(([, tag]) => tag);
      const options = Object.entries(command.options).map(tagOf);
      assert.deepEqual(tags.toSorted(), options.toSorted());
    });

    test('gives each default that the help gives', () => {
      const items = section(text, 'OPTIONS').split(/^(?= {5}-)/m);
      const wrong = Object.entries(command.options).filter(option => {
        const value = /\(default ([^:()]+)\)/.exec(option[1].help)?.[1];
        const item = items.find(item => item.startsWith(`     ${tagOf(option)}\n`));
        return (
          value !== undefined && !new RegExp(`\\b${value}\\b`).test(item!.replaceAll(/(?<=\d),(?=\d)/g, ''))
        );
      });
      assert.deepEqual(wrong, []);
    });

    test('names each option in the synopsis, and no unknown one anywhere', () => {
      const synopsis = optionsIn(section(text, 'SYNOPSIS'));
      const unnamed = Object.entries(command.options).filter(
        ([name, { short }]) => !synopsis.includes(`--${name}`) && !synopsis.includes(`-${short}`),
      );
      assert.deepEqual(unnamed, []);
      // Options of other commands are not marked as flags.
      const marked = [...source.matchAll(/\bFl (\S+)/g)].map(([, option]) => `-${option}`);
      const unknown = [...synopsis, ...marked].filter(option => !known.includes(option));
      assert.deepEqual(unknown, []);
    });

    test('has the examples of the help', () => {
      const lines = section(text, 'EXAMPLES')
        .split('\n')
        .map(line => line.trim());
      const missing = command.examples.filter(([line]) => !lines.includes(line));
      assert.deepEqual(missing, []);
    });
  });
}
