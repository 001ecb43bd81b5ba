import { headerBytes, maxNameBytes, nameEnd } from './names.js';

/**
 * Id and question of a message: equal for two messages exactly if these are, the name without regard to case (of ASCII,
 * RFC 4343). Undefined where there is no question, it is cut off, or its name is longer than a name can be. A name that is
 * compressed, which no first name has reason to be, equals only itself.
 */
export function idAndQuestion(bytes: Buffer): string | undefined {
  if (bytes.length < headerBytes || bytes.readUInt16BE(4) === 0) return undefined;
  const end = nameEnd(bytes, headerBytes);
  if (end === undefined || end - headerBytes > maxNameBytes || end + 4 > bytes.length) return undefined;
  const id = bytes.toString('latin1', 0, 2);
  const name = bytes.toString('latin1', headerBytes, end);
  const typeAndClass = bytes.toString('latin1', end, end + 4);
  return id + typeAndClass + lowerCase(name);
}

/** Not of Latin-1, which has letters with case past ASCII. */
function lowerCase(name: string): string {
  return /[A-Z]/.test(name) ? name.replace(/[A-Z]+/g, letters => letters.toLowerCase()) : name;
}
