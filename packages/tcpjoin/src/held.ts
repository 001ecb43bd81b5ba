import type { Item } from './item.js';
import type { Connection } from './names.js';
import { TextBlock } from './text-block.js';

/** As many lines as usually wait fit in a few blocks; the longest line fits in one. */
const blockBytes = 64 * 1024;
/** Kept for use again, beyond what waits. */
const maxSpareItems = 4096;
const maxSpareBlocks = 16;

/**
 * Records that wait. Each is put into an object that is used again for another, its text outside of V8's heap: while
 * it waits the garbage collector would take it for something that stays, and what was kept of it would be in use long
 * after it is gone.
 */
export class Held {
  private readonly spare: HeldItem[] = [];
  private readonly spareBlocks: TextBlock[] = [];
  private block = new TextBlock(blockBytes);

  /** The same as `item`, until it is released. */
  keep(item: Item): HeldItem {
    const held = this.spare.pop() ?? new HeldItem();
    held.fill(item);
    if (item.isPlain) this.putText(held, item.text);
    return held;
  }

  release(held: HeldItem): void {
    const { block } = held;
    held.clear();
    if (this.spare.length < maxSpareItems) this.spare.push(held);
    if (!block) return;
    block.removeOne();
    const isSpare = block.isEmpty && block !== this.block && this.spareBlocks.length < maxSpareBlocks;
    if (isSpare) this.spareBlocks.push(block);
  }

  private putText(held: HeldItem, text: string): void {
    let start = this.block.add(text);
    if (start === undefined) {
      this.block = this.spareBlocks.pop() ?? new TextBlock(blockBytes);
      start = this.block.add(text)!;
    }
    held.putText(this.block, start, start + text.length);
  }
}

export class HeldItem implements Item {
  // Fractions, so that V8 makes room for doubles at once.
  time = 0.5;
  private at = 0.5;
  dns = false;
  run = '';
  seq = 0;
  isPlain = false;
  joined: Item['joined'];
  news: Item['news'];
  private owner: Connection['owner'] | undefined;
  private daddr = '';
  private dport: unknown;
  block: TextBlock | undefined;
  private start = 0;
  private end = 0;
  private otherText = '';

  fill({ time, dns, run, seq, text, isPlain, connection, joined, news }: Item): void {
    this.time = time;
    this.dns = dns;
    this.run = run;
    this.seq = seq;
    this.isPlain = isPlain;
    this.joined = joined;
    this.news = news;
    if (!isPlain) this.otherText = text;
    if (!connection) return;
    this.owner = connection.owner;
    this.daddr = connection.daddr;
    this.dport = connection.dport;
    this.at = connection.at;
  }

  putText(block: TextBlock, start: number, end: number): void {
    this.block = block;
    this.start = start;
    this.end = end;
  }

  clear(): void {
    this.news = undefined;
    this.owner = undefined;
    this.block = undefined;
    this.otherText = '';
  }

  get text(): string {
    return this.block ? this.block.slice(this.start, this.end) : this.otherText;
  }

  get connection(): Connection | undefined {
    const { owner, daddr, dport, at } = this;
    return owner && { daddr, dport, owner, at };
  }
}
