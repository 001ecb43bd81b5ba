import type { Kept } from './kept.js';
import type { Tier } from './names.js';
import { textBeforeAge, textBeforeLeft, textBehindLeft } from './splice.js';

/** Room for twenty thousand answers of the usual size. */
const roomBytes = 2 * 1024 * 1024;

const tiers: readonly Tier[] = ['process', 'netns', 'resolver', 'host'];

/** Where the texts of an answer stand. */
export interface Written {
  /** Of the bytes: texts that were in others before are no more. */
  readonly generation: number;
  readonly beforeAge: number;
  readonly behindLeft: number;
  readonly end: number;
}

/** What is written of answers, but for the numbers in it, as bytes. */
export class WrittenTexts {
  bytes!: Buffer;
  private end = 0;
  private generation = 0;
  /** Where the texts begin that an answer does not choose, two for each tier, and where the last of them ends. */
  private readonly common: number[] = [];

  constructor() {
    this.renew();
  }

  /** Where the texts of an answer stand, put there if need be; undefined where there is no room. */
  of(answer: Kept): Written | undefined {
    if (answer.written?.generation === this.generation) return answer.written;
    const { generation } = this;
    const alike = answer.place.kept.find(
      other => other.written?.generation === generation && other.saysAs(answer),
    );
    answer.written = alike?.written ?? this.add(answer);
    return answer.written;
  }

  /** The number of the text between age and time left. */
  beforeLeft(tier: Tier, hasTtl: boolean): number {
    return 2 * tiers.indexOf(tier) + Number(hasTtl);
  }

  startOf(beforeLeft: number): number {
    return this.common[beforeLeft]!;
  }

  endOf(beforeLeft: number): number {
    return this.common[beforeLeft + 1]!;
  }

  /** Forgets all texts of answers. Other bytes take the place of those before, which may wait to be written. */
  renew(): void {
    this.bytes = Buffer.allocUnsafeSlow(roomBytes);
    this.end = 0;
    this.generation++;
    this.common.length = 0;
    for (const tier of tiers) {
      for (const hasTtl of [false, true]) {
        this.common.push(this.end);
        this.put(textBeforeLeft(tier, hasTtl));
      }
    }
    this.common.push(this.end);
  }

  private add(answer: Kept): Written | undefined {
    const before = textBeforeAge(answer);
    const behind = textBehindLeft(answer);
    const beforeAge = this.end;
    if (beforeAge + before.length + behind.length > roomBytes) return undefined;
    const behindLeft = this.put(before);
    return { generation: this.generation, beforeAge, behindLeft, end: this.put(behind) };
  }

  /** Where it ends. */
  private put(text: string): number {
    this.end += this.bytes.write(text, this.end, 'latin1');
    return this.end;
  }
}
