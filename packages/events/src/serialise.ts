/**
 * Characters that JSON leaves alone and a terminal, an editor or a line-based reader may obey: DEL and C1
 * controls, bidi marks and overrides, zero-width characters, line and paragraph separators. JSON.stringify
 * itself escapes C0 and lone surrogates.
 */
const dangerous = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

const unprintable = new RegExp(`[\\0-\\x1f\\ud800-\\udfff]|${dangerous.source}`, 'gu');

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** `json`, which must be JSON text, with dangerous characters as `\u` escapes; it parses to the same value. */
export function escapeDangerous(json: string): string {
  return json.replace(dangerous, escaped);
}

/**
 * Text for a terminal or a table: control and other dangerous characters as `\xNN` or `\uNNNN`, everything else
 * as it is. Nothing that is left can move a cursor, reorder a line or hide.
 */
export function printable(text: string): string {
  return text.replace(unprintable, char => {
    const code = char.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : escaped(char);
  });
}

/** The record as one line of NDJSON, without the newline. Keys are written in the order they have. */
export function serialise(record: object): string {
  return escapeDangerous(JSON.stringify(record));
}
