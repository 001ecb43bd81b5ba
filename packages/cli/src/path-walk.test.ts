import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { walkPath } from './path-walk.js';

const root = mkdtempSync(join(realpathSync(tmpdir()), 'walk-'));
after(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, 'far', 'away'), { recursive: true });
writeFileSync(join(root, 'far', 'away', 'log'), '');
symlinkSync('far/away', join(root, 'here'));
symlinkSync(join(root, 'here', 'log'), join(root, 'far', 'link'));
symlinkSync('../log', join(root, 'far', 'away', 'up'));
symlinkSync('circle', join(root, 'circle'));

for (const [path, directories, missing] of [
  ['far/away/log', ['far/away']],
  ['far/away/none', ['far/away']],
  ['here/log', ['', 'far/away']],
  ['here/../here', ['', 'far']],
  ['far/link', ['far', '', 'far/away']],
  ['here/up', ['', 'far/away', 'far']],
  ['here/none/log', ['', 'far/away'], 'far/away/none'],
  ['circle', ['']],
] as const) {
  test(`the walk to ${path}`, () => {
    const walk = walkPath(`${root}/./${path}`);
    assert.deepEqual(
      walk.directories.map(directory => relative(root, directory)),
      directories,
    );
    assert.equal(walk.missing, missing && join(root, missing));
  });
}

test('a relative path begins where the process is', () => {
  const { directories } = walkPath(relative(process.cwd(), join(root, 'here', 'log')));
  assert.deepEqual(
    directories.map(directory => relative(root, directory)),
    ['', 'far/away'],
  );
});

test('the walk knows the real path of the file, be it there or not, but not where a directory is missing', () => {
  for (const [path, realPath] of [
    ['far/link', 'far/away/log'],
    ['here/none', 'far/away/none'],
    ['here/none/log', undefined],
    ['circle', undefined],
  ] as const)
    assert.equal(walkPath(`${root}/${path}`).realPath, realPath && join(root, realPath), path);
});
