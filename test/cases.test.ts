import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './lib/command.js';
import { Pipeline } from './lib/pipeline.js';

/*
 * A case is a directory: `cmd` is a pipeline as a user types it, run there; `expected` is what it writes, `expected.err` what it
 * says on stderr (nothing without that file), `expected.code` the exit codes of its stages (all 0 without).
 * UPDATE=1 writes them anew: look at the difference before committing it.
 */
const cases = join(root, 'test/cases');
const updates = process.env.UPDATE === '1';

function contents(path: string, otherwise: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : otherwise;
}

/** Writes the file, or removes it where its absence says the same. */
function put(path: string, text: string, otherwise: string): void {
  if (text === otherwise) rmSync(path, { force: true });
  else writeFileSync(path, text);
}

for (const name of readdirSync(cases).sort()) {
  test(`${name.replaceAll('-', ' ')}`, async t => {
    const directory = join(cases, name);
    const path = (file: string) => join(directory, file);
    const line = readFileSync(path('cmd'), 'utf8').trimEnd();
    const { stdout, stderr, codes } = await new Pipeline(t, line, { cwd: directory }).finish();
    const success = codes.map(() => '0').join(' ');
    if (updates) {
      writeFileSync(path('expected'), stdout);
      put(path('expected.err'), stderr, '');
      put(path('expected.code'), `${codes.join(' ')}\n`, `${success}\n`);
    }
    assert.equal(stdout, readFileSync(path('expected'), 'utf8'));
    assert.equal(stderr, contents(path('expected.err'), ''));
    assert.equal(codes.join(' '), contents(path('expected.code'), success).trimEnd());
  });
}
