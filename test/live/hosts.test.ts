import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { Child } from '../lib/child.js';
import { programOf } from '../lib/command.js';
import { eventually } from '../lib/deadline.js';
import { run } from '../lib/namespaces.js';
import { temporaryDirectory } from '../lib/pipeline.js';

test('a hosts file that is mounted over the other, and what is then written to it, is evidence', async t => {
  const file = join(temporaryDirectory(t), 'hosts');
  writeFileSync(file, '192.0.2.1 mounted.example\n', { mode: 0o644 });
  const source = new Child(t, 'dnssource', [
    ...(['unshare', '--mount', '--propagation', 'private'] as const),
    ...[process.execPath, programOf('dnssource'), '--ready'],
  ]);
  const entry = (name: string) =>
    eventually(
      () =>
        source.lines
          .map((line): AnyRecord => JSON.parse(line))
          .find(({ proto, qname }) => proto === 'hosts' && qname === name),
      () => `${name} from dnssource; it wrote: ${source.stdout.slice(-2000)}${source.stderr}`,
    );
  await eventually(
    () => source.lines.some(line => line.includes('"ready"')) || undefined,
    () => `dnssource to be ready: ${source.stderr}`,
  );
  const inside = ['nsenter', '--target', `${source.pid}`, '--mount'] as const;
  run(...inside, 'mount', '--bind', file, '/etc/hosts');
  assert.deepEqual((await entry('mounted.example')).answers, [
    { name: 'mounted.example', type: 'A', ttl: 0, data: '192.0.2.1' },
  ]);
  writeFileSync(file, '192.0.2.2 written.example\n');
  await entry('written.example');
  run(...inside, 'umount', '/etc/hosts');
  const before = source.lines.filter(line => line.includes('"proto":"hosts"')).length;
  run(...inside, 'mount', '--bind', file, '/etc/hosts');
  await eventually(
    () => source.lines.filter(line => line.includes('"proto":"hosts"')).length > before || undefined,
    () => 'the mounted entries once more',
  );
  const { code, stderr } = await source.stop('SIGINT');
  assert.deepEqual([code, stderr], [0, '']);
});
