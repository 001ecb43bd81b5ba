import type { Writable } from 'node:stream';
import { printable } from '@tcppipe/events';

/** Characters of a message that are shown: it may quote what the user gave, which may be anything. */
const maxChars = 1000;

/** A number of things, in words: `1 line`, `2 lines`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** What a command says to people: whole lines, made safe for a terminal. What a full pipe does not take yet waits in memory. */
export class Messages {
  constructor(
    private readonly command: string,
    private readonly stream: Writable,
  ) {
    stream.on('error', () => {}); // nobody reads our messages: no reason to fail
  }

  /** One line. */
  say(message: string): void {
    const shown = message.length > maxChars ? `${message.slice(0, maxChars)}…` : message;
    this.stream.write(`${this.command}: ${printable(shown)}\n`);
  }

  /** Resolves when nothing waits: all was taken, or nobody reads any more. */
  async heard(): Promise<void> {
    if (this.stream.writableLength === 0) return;
    await new Promise<void>(resolve => this.stream.write('', () => resolve()));
  }
}
