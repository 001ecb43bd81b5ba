import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runFiles } from './init.js';
import { ScriptWatch } from './script-watch.js';

test('what the script writes is handed on once, as it comes', () => {
  const heard: string[] = [];
  const files: Record<string, string> = {};
  const watch = new ScriptWatch(
    name => files[name],
    100,
    text => heard.push(text),
  );
  assert.equal(watch.look(1), undefined);
  for (const text of ['', 'a', 'a', 'abc']) {
    files[runFiles.output] = text;
    assert.equal(watch.look(1), undefined);
  }
  assert.deepEqual(heard, ['a', 'bc']);
});

test('a guest is ended that does not begin its script, takes too long over it, or stays on after it', () => {
  const silent = new ScriptWatch(() => undefined, 1000);
  assert.equal(silent.look(120), undefined);
  assert.equal(silent.look(121), 'did not begin its script within 120 s');

  const files: Record<string, string> = { [runFiles.output]: '' };
  const slow = new ScriptWatch(name => files[name], 1000);
  assert.equal(slow.look(1000), undefined);
  assert.equal(slow.look(1001), 'was ended after 1000 s');

  const staying = new ScriptWatch(name => files[name], 1000);
  files[runFiles.code] = '0\n';
  assert.equal(staying.look(300), undefined);
  assert.equal(staying.look(360), undefined);
  assert.equal(staying.look(361), 'did not power off within 60 s');
});
