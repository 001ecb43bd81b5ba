/**
 * Characters that JSON leaves alone and a terminal, an editor or a line-based reader may obey: DEL and C1
 * controls, bidi marks and overrides, zero-width characters, line and paragraph separators. JSON.stringify
 * itself escapes C0 and lone surrogates.
 */
const dangerous = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** All that has no shape of its own: controls, separators, halves of surrogate pairs, what Unicode lets fonts ignore. */
const unprintable = /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]/gu;

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** `json`, which must be JSON text, with dangerous characters as `\u` escapes; it parses to the same value. */
export function escapeDangerous(json: string): string {
  // Nearly every line is ASCII, which is seen at a third of the cost of the search.
  const isAscii = Buffer.byteLength(json) === json.length;
  return isAscii && !json.includes('\x7f') ? json : json.replace(dangerous, escaped);
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
 * Text for a terminal or a table: control and other dangerous characters as `\xNN`, `\uNNNN` or `\u{N…}`,
 * everything else as it is. Nothing that is left can move a cursor, reorder a line or hide.
 */
export function printable(text: string): string {
  return isPlain(text) ? text : text.replace(unprintable, shown);
}

function shown(char: string): string {
  const code = char.codePointAt(0)!;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? escaped(char) : `\\u{${code.toString(16)}}`;
}

/** The record as one line of NDJSON, without the newline. Keys are written in the order they have. */
export function serialise(record: object): string {
  return escapeDangerous(JSON.stringify(record));
}
