import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { nameOf, recorded } from './records.js';

test('between its answers a host of a recording is connected to', t => {
  const directory = mkdtempSync(join(tmpdir(), 'tcppipe-records-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'records');
  const { records } = recorded(path, 110_000, 'long-lived');
  const lines: AnyRecord[] = readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line));
  assert.equal(lines.length, records);

  const connected = new Set<string>();
  const answers = new Map<string, number>();
  for (const { type, qname, daddr } of lines) {
    if (type === 'connect') {
      connected.add(nameOf(daddr as string));
      continue;
    }
    const name = qname as string;
    const before = answers.get(name) ?? 0;
    // The first answers of all hosts come before any connect.
    if (before > 1) assert.ok(connected.has(name), `nothing was connected to ${name} since its last answer`);
    answers.set(name, before + 1);
    connected.delete(name);
  }
  assert.ok([...answers.values()].some(count => count > 2));
});
