import { maxNameBytes, nameEnd } from './names.js';

const HEADER_BYTES = 12;

/**
 * Id and question of a message: equal for two messages exactly if these are, the name without regard to case (of ASCII,
 * RFC 4343). Undefined where the first question is missing, cut, or none, with a longer name than there are. A name that is compressed, which no first name has
 * reason to be, equals only itself.
 */
export function idAndQuestion(bytes: Buffer): string | undefined {
  if (bytes.length < HEADER_BYTES || bytes.readUInt16BE(4) === 0) return undefined;
  const end = nameEnd(bytes, HEADER_BYTES);
  if (end === undefined || end - HEADER_BYTES > maxNameBytes || end + 4 > bytes.length) return undefined;
  const id = bytes.toString('latin1', 0, 2);
  const name = bytes.toString('latin1', HEADER_BYTES, end);
  const typeAndClass = bytes.toString('latin1', end, end + 4);
  return id + typeAndClass + lowerCase(name);
}

/** Not of Latin-1, which has letters with case past ASCII. */
function lowerCase(name: string): string {
  return /[A-Z]/.test(name) ? name.replace(/[A-Z]+/g, letters => letters.toLowerCase()) : name;
}
