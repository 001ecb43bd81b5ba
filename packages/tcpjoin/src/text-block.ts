/** Texts of plain ASCII, one behind the other in memory of their own. */
export class TextBlock {
  private readonly bytes: Buffer;
  private used = 0;
  private texts = 0;
  /** All of them as one, made when one is asked for and no more are to come. */
  private whole: string | undefined;
  private isFull = false;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size);
  }

  /** Whether nothing is in it any more. */
  get isEmpty(): boolean {
    return this.texts === 0;
  }

  /** Where the text begins; undefined when there is no room, from then on until everything is removed. */
  add(text: string): number | undefined {
    if (this.isFull || this.used + text.length > this.bytes.length) {
      this.isFull = true;
      return undefined;
    }
    const start = this.used;
    this.used += this.bytes.write(text, start, 'latin1');
    this.texts++;
    return start;
  }

  slice(start: number, end: number): string {
    if (!this.isFull) return this.bytes.toString('latin1', start, end);
    this.whole ??= this.bytes.toString('latin1', 0, this.used);
    return this.whole.slice(start, end);
  }

  removeOne(): void {
    if (--this.texts > 0) return;
    this.used = 0;
    this.isFull = false;
    this.whole = undefined;
  }
}
