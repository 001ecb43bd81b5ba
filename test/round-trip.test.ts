import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordReader, Tally } from '@tcppipe/cli';
import { parseMessage } from '@tcppipe/dnssource/message';
import { serialise } from '@tcppipe/events';
import { commText } from '@tcppipe/source';
import fc from 'fast-check';

/** A response without answers, whose question has these labels (RFC 1035, section 4.1). */
function response(labels: readonly Uint8Array[]): Buffer {
  const header = Buffer.from([0x12, 0x34, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0]);
  const name = labels.flatMap(label => [label.length, ...label]);
  return Buffer.concat([header, Buffer.from([...name, 0, 0, 1, 0, 1])]);
}

/** The records in these lines, as every filter reads them, wherever the bytes are cut. */
function read(lines: string, cut: number): object[] {
  const reader = new RecordReader(new Tally());
  const bytes = Buffer.from(lines);
  const chunks = [bytes.subarray(0, cut % bytes.length), bytes.subarray(cut % bytes.length)];
  // Each batch is valid until the next.
  return chunks.flatMap(chunk => reader.push(chunk).map(({ text }) => JSON.parse(text)));
}

test('a record with any 16 bytes of comm and any bytes in labels is read as it was written', () => {
  const comm = fc.uint8Array({ minLength: 16, maxLength: 16 });
  const labels = fc.array(fc.uint8Array({ minLength: 1, maxLength: 63 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(comm, labels, fc.nat(), (bytes, parts, cut) => {
      const packet = response(parts);
      const { question } = parseMessage(packet, packet.length)!;
      const record = { type: 'dns', comm: commText(Buffer.from(bytes), 0), ...question };
      const after = { type: 'connect', comm: record.comm, daddr: '192.0.2.1' };
      assert.deepEqual(read(`${serialise(record)}\n${serialise(after)}\n`, cut), [record, after]);
    }),
  );
});
