/** The same text in memory of its own: part of a text keeps all of it, and that can be a whole chunk of input. */
export function detached(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
