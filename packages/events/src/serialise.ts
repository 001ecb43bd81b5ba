/**
 * All that has no shape of its own, so that a terminal, an editor or a line-based reader may obey it or a person miss it:
 * controls, halves of surrogate pairs, format characters such as bidi marks and soft hyphens, what Unicode lets fonts
 * ignore, line and paragraph separators.
 */
const unprintable = /[\p{Cc}\p{Cs}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/gu;

/** `json`, which must be JSON text, with what is unprintable as `\u` escapes; it parses to the same value. */
export function escapeDangerous(json: string): string {
  // Nearly every line is ASCII, which is seen at a third of the cost of the search.
  const isAscii = Buffer.byteLength(json) === json.length;
  if (isAscii && !json.includes('\x7f') && !json.includes('\t') && !json.includes('\r')) return json;
  // Within JSON text these two stand between tokens only, where a blank says the same.
  return json.replace(unprintable, char => (char === '\t' || char === '\r' ? ' ' : jsonEscape(char)));
}

/** The UTF-16 code units of a character, as JSON writes them. */
function jsonEscape(char: string): string {
  return Array.from({ length: char.length }, (_, unit) => unitEscape(char.charCodeAt(unit))).join('');
}

function unitEscape(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Whether the text is ASCII without controls: safe to show, and as wide as it is long. */
export function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}

/**
 * Text for a terminal or a table: what is unprintable as `\xNN`, `\uNNNN` or `\u{N…}`, everything else as it is.
 * Nothing that is left can move a cursor, reorder a line or hide.
 */
export function printable(text: string): string {
  return isPlain(text) ? text : text.replace(unprintable, shown);
}

function shown(char: string): string {
  const code = char.codePointAt(0)!;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? unitEscape(code) : `\\u{${code.toString(16)}}`;
}

/** The record, or what it holds, as one line of JSON, without the newline. Keys are written in the order they have. */
export function serialise(value: object): string {
  return escapeDangerous(JSON.stringify(value));
}
