import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { root } from './lib/command.js';

const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  bin: Record<string, string>;
};

/** What a module loads at once: a path or the name of a package. */
function importsOf(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^import (?:[^'\n]* from )?'([^']+)';$/gm)].map(
    ([, from]) => from!,
  );
}

test('a command is loaded as one file; tcpconnect, which can ask for names later, as two', () => {
  for (const [name, path] of Object.entries(bin)) {
    const ours = importsOf(join(root, path)).filter(from => /^[./]|^@tcppipe/.test(from));
    assert.equal(ours.length, name === 'tcpconnect' ? 1 : 0, `${name} loads ${ours}`);
    assert.ok(importsOf(join(root, path)).includes('node:module'), `no imports are found in ${path}`);
  }
});

test('nothing that is loaded later loads the command that waits for it', () => {
  const folder = join(root, dirname(bin.tcpconnect!));
  const parts = readdirSync(folder).filter(name => /^tcpconnect-.*\.js$/.test(name));
  assert.equal(parts.length, 2);
  for (const part of parts) assert.ok(!importsOf(join(folder, part)).includes('./tcpconnect.js'), part);
});
