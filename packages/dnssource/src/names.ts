/** Of a message: RFC 1035, section 4.1.1. */
export const headerBytes = 12;
/** RFC 1035, section 3.1 */
export const maxNameBytes = 255;
const MAX_LABEL_BYTES = 63;
const POINTER = 0xc0;

/** No name has more labels (RFC 1035, 255 bytes), so an honest one needs no more pointers. */
const MAX_HOPS = 127;

/** Each byte of a label as text: ASCII lower case, escapes of RFC 1035 for what RFC 4343 (2.1) says must have one. */
const labelText = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  if (char === '.' || char === '\\') return `\\${char}`;
  return byte > 0x20 && byte < 0x7f ? char.toLowerCase() : decimalEscape(byte);
});

/** `\DDD`, the byte in three decimal digits (RFC 1035, 5.1). */
export function decimalEscape(byte: number): string {
  return `\\${String(byte).padStart(3, '0')}`;
}

/** Offset behind the name that stands at `at`, pointers not followed; undefined where it has no end in the bytes. */
export function nameEnd(bytes: Uint8Array, at: number): number | undefined {
  for (let length = bytes[at]; length !== undefined; length = bytes[at]) {
    if (length === 0) return at + 1;
    if (length >= POINTER) return at + 2 <= bytes.length ? at + 2 : undefined;
    if (length > MAX_LABEL_BYTES) return undefined;
    at += 1 + length;
  }
  return undefined;
}

/** The names of one message. */
export class Names {
  /** By the offset of the first label: most owner names are pointers to the name before them. */
  private readonly known = new Map<number, string | undefined>();

  /** `bytes` is the whole message, to which compression pointers are relative. */
  constructor(private readonly bytes: Uint8Array) {}

  /**
   * The name at `at`: lower case, escaped, no trailing dot, the root as `.`. Different names give different text.
   * Undefined where it is no name: cut, too long, or with a pointer that leads forwards or into the header.
   */
  at(at: number): string | undefined {
    const start = this.isPointer(at) ? this.target(at, at) : at;
    if (start === undefined) return undefined;
    if (this.known.has(start)) return this.known.get(start);
    const text = this.decoded(start);
    this.known.set(start, text);
    return text;
  }

  /** The name that fills the bytes from `at` to `end` exactly, else undefined. */
  between(at: number, end: number): string | undefined {
    return nameEnd(this.bytes, at) === end ? this.at(at) : undefined;
  }

  private decoded(at: number): string | undefined {
    let text = '';
    let nameBytes = 1;
    let segment = at;
    let hops = 0;
    for (;;) {
      const length = this.bytes[at];
      if (length === 0) return text === '' ? '.' : text;
      if (this.isPointer(at)) {
        const target = this.target(at, segment);
        if (target === undefined || ++hops > MAX_HOPS) return undefined;
        at = segment = target;
        continue;
      }
      if (length === undefined || length > MAX_LABEL_BYTES) return undefined;
      nameBytes += 1 + length;
      const end = at + 1 + length;
      if (nameBytes > maxNameBytes || end > this.bytes.length) return undefined;
      if (text !== '') text += '.';
      while (++at < end) text += labelText[this.bytes[at]!];
    }
  }

  private isPointer(at: number): boolean {
    return this.bytes[at]! >= POINTER;
  }

  /** RFC 1035, 4.1.4: a pointer leads to a prior occurrence, here: before `segment`, where these labels begin. */
  private target(at: number, segment: number): number | undefined {
    const low = this.bytes[at + 1];
    if (low === undefined) return undefined;
    const target = ((this.bytes[at]! - POINTER) << 8) | low;
    return target >= headerBytes && target < segment ? target : undefined;
  }
}
