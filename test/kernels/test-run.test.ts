import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileResults, filesBegun, testScript } from './test-run.js';

test('what node:test says of passed, failed and skipped tests is counted per file', t => {
  const directory = mkdtempSync(join(tmpdir(), 'tcppipe-run-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = (name: string, body: string) => {
    const path = join(directory, name);
    writeFileSync(path, `import { test } from 'node:test';\n${body}`);
    return path;
  };
  const script = testScript([
    file(
      'mixed.mjs',
      "test('a', () => {}); test('b', () => { throw new Error('why'); }); test('c', { skip: 'no BTF' }, () => {});",
    ),
    file('good.mjs', "test('a', () => console.log('@@ no file'));"),
    file('broken.mjs', "throw new Error('no test ran');"),
  ]);
  // A test process may not be started as if by this one's runner.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout } = spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8', env });

  const [mixed, good, broken, ...others] = fileResults(stdout);
  assert.deepEqual([mixed!.passed, mixed!.failed, mixed!.skipped], [1, 1, 1]);
  assert.match(mixed!.log, /why/);
  assert.ok(mixed!.seconds > 0 && mixed!.seconds < 60);
  assert.deepEqual([good!.passed, good!.failed, good!.skipped], [1, 0, 0]);
  assert.deepEqual([broken!.passed, broken!.failed], [0, 1]);
  assert.match(broken!.file, /broken\.mjs$/);
  assert.deepEqual(others, []);
});

test('a file that was ended before node:test could count has failed, whatever it had passed', () => {
  const [cut] = fileResults('@@ live/a.test.js\nTAP version 13\nok 1 - first\n');
  assert.deepEqual([cut!.file, cut!.passed, cut!.failed], ['live/a.test.js', 0, 1]);
});

test('each file is told when it begins, however its line is cut', () => {
  const begun: string[] = [];
  const hear = filesBegun(file => begun.push(file));
  for (const text of ['@@ a.js\nok 1 @@ b', '.js\n@', '@ c.js', '\n', 'x\n@@ d.js']) hear(text);
  assert.deepEqual(begun, ['a.js', 'c.js']);
});

test('output before the first file belongs to none', () => {
  assert.deepEqual(fileResults('sh: cannot cd\n'), []);
});
