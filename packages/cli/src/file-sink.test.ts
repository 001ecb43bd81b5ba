import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs, { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FileSink } from './file-sink.js';

const directory = mkdtempSync(join(tmpdir(), 'file-sink-'));
after(() => rmSync(directory, { recursive: true }));

/** Runs a script where files may have so many bytes: what it wrote, and what it said. */
function limited(bytes: number, script: string): { file: string; said: string } {
  const path = join(directory, 'file');
  rmSync(path, { force: true });
  const imports = ['output-file', 'dropping-sink']
    .map(
      name =>
        `import * as ${name.replace('-', '')} from ${JSON.stringify(new URL(`./${name}.js`, import.meta.url).href)};`,
    )
    .join('\n');
  const { stdout, stderr } = spawnSync(
    'prlimit',
    [
      `--fsize=${bytes}`,
      process.execPath,
      '--input-type=module',
      '-e',
      `${imports}\nconst path = ${JSON.stringify(path)};\n${script}`,
    ],
    { encoding: 'utf8' },
  );
  assert.equal(stderr, '');
  return { file: readFileSync(path, 'utf8'), said: stdout };
}

const open = `
  const file = new outputfile.OutputFile(path);
  file.open();
`;

test('where there is no room for all lines, those that are in the file are whole, and told of', () => {
  const { file, said } = limited(
    10,
    `${open}
    try {
      file.write(Buffer.from('one\\ntwo\\nthree\\nfour\\n'));
    } catch ({ exitCode, message, writtenBytes }) {
      console.log(exitCode, message.replace(path, 'FILE'), writtenBytes);
    }`,
  );
  assert.equal(file, 'one\ntwo\n');
  assert.equal(said, '74 FILE: file too large 8\n');
});

for (const code of ['ENOSPC', 'EDQUOT']) {
  test(`a part of a line is not taken back where another writer has appended since (${code})`, t => {
    const path = join(directory, code);
    const sink = new FileSink(fs.openSync(path, 'a'), path);
    t.mock.method(fs, 'writeSync', (fd: number, _lines: Buffer, at: number) => {
      if (at > 0) throw Object.assign(new Error(), { code });
      execFileSync('sh', ['-c', 'printf "one\\nt" >&3; echo other >> "$0"', path], {
        stdio: ['ignore', 'inherit', 'inherit', fd],
      });
      return 5;
    });
    syncBuiltinESMExports();
    t.after(() => {
      t.mock.restoreAll();
      syncBuiltinESMExports();
    });
    assert.throws(() => sink.write(Buffer.from('one\ntwo\n')), { name: 'NoRoomError', writtenBytes: 4 });
    assert.equal(fs.readFileSync(path, 'utf8'), 'one\ntother\n');
  });
}

test('a part of a line that cannot be taken back is ended before the next line', t => {
  const path = join(directory, 'append-only');
  const sink = new FileSink(fs.openSync(path, 'a'), path);
  const { writeSync } = fs;
  let isFull = true;
  t.mock.method(fs, 'writeSync', (fd: number, bytes: Buffer, at = 0) => {
    if (isFull && at > 0) throw Object.assign(new Error(), { code: 'ENOSPC' });
    return isFull ? writeSync(fd, bytes, 0, 5) : writeSync(fd, bytes, at);
  });
  t.mock.method(fs, 'ftruncateSync', () => {
    throw Object.assign(new Error(), { code: 'EPERM' });
  });
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  assert.throws(() => sink.write(Buffer.from('one\ntwo\n')), { name: 'NoRoomError', writtenBytes: 4 });
  isFull = false;
  sink.write(Buffer.from('two\n'));
  sink.write(Buffer.from('three\n'));
  assert.equal(fs.readFileSync(path, 'utf8'), 'one\nt\ntwo\nthree\n');
});

test('a file that ends within a line, and has no room, drops lines as any', () => {
  const { file, said } = limited(
    8,
    `
    const { writeFileSync, truncateSync } = await import('node:fs');
    writeFileSync(path, 'one\\nhalf');
    const file = new outputfile.OutputFile(path);
    file.open();
    const sink = new droppingsink.DroppingSink(file, message => console.log(message.replace(path, 'FILE')));
    sink.write(Buffer.from('two\\n'));
    truncateSync(path, 2);
    sink.write(Buffer.from('3\\n'));
    console.log(sink.dropped);`,
  );
  assert.equal(said, 'FILE: file too large; lines are dropped until there is room\n1\n');
  assert.equal(file, 'on\n3\n');
});
