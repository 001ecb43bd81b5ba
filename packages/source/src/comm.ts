import { isUtf8 } from 'node:buffer';

/** TASK_COMM_LEN, include/linux/sched.h */
const commBytes = 16;

/** The thread's name that begins at `at`: NUL-terminated, otherwise any bytes, as prctl(2) takes what it gets. */
export function commText(bytes: Buffer, at: number): string {
  let end = at;
  let plain = true;
  while (end < at + commBytes && bytes[end] !== 0) plain = bytes[end++]! < 0x80 && plain;
  return plain ? bytes.toString('latin1', at, end) : utf8Text(bytes.subarray(at, end));
}

/** UTF-8 that may have been cut within a character, or be none: bytes that are not stand as `\xNN`. */
export function utf8Text(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    text += length > 0 ? bytes.toString('utf8', at, at + length) : `\\x${bytes[at]!.toString(16)}`;
    at += length || 1;
  }
  return text;
}

/** Length of the valid UTF-8 character at `at`, or 0. */
function characterLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  }
  return 0;
}
