/**
 * The same text in memory of its own: part of a text keeps all of it, and that can be a whole chunk of input. What is
 * put together is copied when it is cut.
 */
export function detached(text: string): string {
  return ` ${text}`.slice(1);
}
