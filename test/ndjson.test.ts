import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { RecordReader, Tally } from '@tcppipe/cli';
import ndjson from 'ndjson';
import { runCommand } from './lib/command.js';
import { sample } from './lib/filters.js';

/** What the ndjson package reads of a stream. */
async function parsed(stream: NodeJS.ReadableStream): Promise<unknown[]> {
  const records: unknown[] = [];
  for await (const record of stream.pipe(ndjson.parse())) records.push(record);
  return records;
}

/** What this project's reader makes of the same bytes. */
function read(bytes: Buffer): unknown[] {
  const reader = new RecordReader(new Tally());
  // Copies: the records of a batch are valid until the next.
  const copies = (lines: { text: string }[]) => lines.map(({ text }) => JSON.parse(text));
  return [...copies(reader.push(bytes)), ...copies(reader.end())];
}

test('another NDJSON reader finds the same records in what the commands write', async () => {
  const records = await parsed(createReadStream(sample));
  assert.equal(records.length, 47);
  assert.deepEqual(read(readFileSync(sample)), records);
});

test('another NDJSON writer is read as it means', async () => {
  const records = [
    { type: 'connect', comm: 'a\nb\u2028\u202e', daddr: '192.0.2.1' },
    { type: 'later', deep: { list: [1, null, 'x'] } },
  ];
  const writer = ndjson.stringify();
  for (const record of records) writer.write(record);
  writer.end();
  let text = '';
  for await (const line of writer) text += line;
  assert.deepEqual(read(Buffer.from(text)), records);
  const { stdout, code } = runCommand('tcpfmt', ['-F', 'json'], text);
  assert.equal(code, 0);
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line)),
    records,
  );
});
