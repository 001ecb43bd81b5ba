import type { Message } from '@tcppipe/dnssource/message';
import { serialise } from '@tcppipe/events';
import type { Captured } from './dns-mutations.js';

const MAX_RECORD_BYTES = 16 * 1024;

/** What a message may not be, whatever the packet; undefined where it is sound. */
export function violation(message: Message, { bytes, wireBytes }: Captured): string | undefined {
  const { answers, question, rcode, truncated, txid } = message;
  const addresses = answers.filter(({ type, data }) => isAddress(type, data));
  const bogus = addresses.find(
    ({ type, data }) => !standsIn(bytes, type === 'A' ? 1 : 28, addressBytes(data)),
  );
  if (bogus) return `the packet has no ${bogus.type} record of ${bogus.data}`;
  if (addresses.length > 64) return `${addresses.length} addresses`;
  if (answers.length > 128) return `${answers.length} answers`;
  if (answers.length < bytes.readUInt16BE(6) && !truncated) return 'answers are missing without a word';
  if (bytes.length < wireBytes && !truncated) return 'bytes are missing without a word';

  const texts = [rcode, ...Object.values(question ?? {}), ...answers.flatMap(Object.values)].map(String);
  const unclean = texts.find(text => !/^[\x20-\x7e]+$/.test(text));
  if (unclean !== undefined) return `text with other than printable ASCII: ${JSON.stringify(unclean)}`;
  const length = serialise({ txid, ...question, rcode, answers, truncated }).length;
  return length < MAX_RECORD_BYTES ? undefined : `${length} bytes of JSON`;
}

/** Addresses of another class than IN are written as RFC 3597 does. */
function isAddress(type: string, data: string): boolean {
  return (type === 'A' || type === 'AAAA') && !data.startsWith('\\#');
}

/** Whether the packet has a type, class, TTL, RDLENGTH and data of such a record in a row anywhere. */
function standsIn(packet: Buffer, type: number, address: Buffer): boolean {
  for (let at = packet.indexOf(address); at >= 0; at = packet.indexOf(address, at + 1)) {
    const fixed = at - 10;
    if (fixed < 12) continue;
    if (packet.readUInt16BE(fixed) === type && packet.readUInt16BE(at - 2) === address.length) return true;
  }
  return false;
}

function addressBytes(text: string): Buffer {
  if (!text.includes(':')) return Buffer.from(text.split('.').map(Number));
  const mapped = /^::ffff:(.*\..*)$/.exec(text)?.[1];
  if (mapped !== undefined) return Buffer.from([...Array(10).fill(0), 255, 255, ...addressBytes(mapped)]);
  const [head = '', tail = ''] = text.split('::').map(hexOf);
  return Buffer.from(head + tail.padStart(32 - head.length, '0'), 'hex');
}

function hexOf(groups: string): string {
  return groups === ''
    ? ''
    : groups
        .split(':')
        .map(group => group.padStart(4, '0'))
        .join('');
}
