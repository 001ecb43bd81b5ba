import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { filesUnder, isFresh } from './files.mjs';

describe('files', () => {
  let directory = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'tcppipe-files-'));
  });
  after(() => rmSync(directory, { recursive: true }));

  /**
   * @param {string} name
   * @param {number} seconds modification time
   */
  function file(name, seconds) {
    const path = join(directory, name);
    writeFileSync(path, '');
    utimesSync(path, seconds, seconds);
    return path;
  }

  test('outputs are fresh unless one of them is older than one of the inputs', () => {
    const [old, middle, recent] = [file('old', 100), file('middle', 200), file('recent', 300)];
    assert.equal(isFresh([middle, recent], [old, middle]), true);
    assert.equal(isFresh([old, recent], [middle]), false);
  });

  test('no output, a missing output and a missing input are not fresh', () => {
    const [old, recent] = [file('old', 100), file('recent', 300)];
    const missing = join(directory, 'missing');
    assert.equal(isFresh([], [old]), false);
    assert.equal(isFresh([recent, missing], [old]), false);
    assert.equal(isFresh([recent], [old, missing]), false);
  });

  test('files are found at any depth by name, outside node_modules', () => {
    const top = join(directory, 'tree');
    mkdirSync(join(top, 'a/b'), { recursive: true });
    mkdirSync(join(top, 'node_modules'));
    for (const name of ['x.test.js', 'a/b/y.test.js', 'a/y.js', 'node_modules/z.test.js'])
      file(`tree/${name}`, 1);
    assert.deepEqual(filesUnder(top, /\.test\.js$/), [join(top, 'a/b/y.test.js'), join(top, 'x.test.js')]);
  });

  test('a directory that does not exist holds no files', () => {
    assert.deepEqual(filesUnder(join(directory, 'nowhere'), /./), []);
  });
});
