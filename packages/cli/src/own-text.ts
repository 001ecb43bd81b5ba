/** The text by itself: one that was cut out of a block of lines, or put together from such, keeps all of them in memory. */
export function ownText(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
