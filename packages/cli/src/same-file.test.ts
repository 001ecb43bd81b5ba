import assert from 'node:assert/strict';
import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { UsageError } from './errors.js';
import { refuseOwnOutput, refuseReadTwice } from './same-file.js';

test('a file is refused as input of what writes to it, by whatever name', t => {
  const directory = mkdtempSync(join(tmpdir(), 'tcppipe-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const [file, other, hard, soft] = ['file', 'other', 'hard', 'soft'].map(name => join(directory, name));
  writeFileSync(file!, '');
  writeFileSync(other!, '');
  linkSync(file!, hard!);
  symlinkSync(file!, soft!);
  for (const name of [file!, hard!, soft!]) {
    assert.throws(
      () => refuseOwnOutput([other!, name], file),
      new UsageError(`${name} is both input and output`),
    );
  }
  refuseOwnOutput([other!, join(directory, 'none')], file);
  refuseOwnOutput([file!], join(directory, 'none'));
  refuseOwnOutput(['/dev/null'], '/dev/null');
  const refusal = (name: string) => `${name} twice`;
  assert.throws(() => refuseReadTwice([other!, hard!], file!, refusal), new UsageError(`${hard} twice`));
  const late = join(directory, 'late');
  const otherName = `${directory}/./late`;
  assert.throws(() => refuseReadTwice([otherName], late, refusal), new UsageError(`${otherName} twice`));
  refuseReadTwice([other!, '/dev/null'], file!, refusal);
  refuseReadTwice(['/dev/null'], '/dev/null', refusal);
});
