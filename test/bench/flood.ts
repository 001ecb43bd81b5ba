import { once } from 'node:events';
import type { AnyRecord } from '@tcppipe/events';
import { Command } from '../lib/command.js';
import { eventually } from '../lib/deadline.js';
import { memoryOf } from './process.js';
import type { Bench, Figure, Question } from './question.js';

/** Users who each know so many names; together they take most of the 10,000 places of the table. */
const others = [0, 33, 101].map((uid, index) => ({ uid, netns: 4_026_532_000 + index, names: 2400 }));
const flooder = { uid: 1000, namespaces: 500, firstNetns: 4_026_540_000 };
/** How often the others connect to all their addresses before the flood: what they need to be fast is in memory then. */
const warmUps = 10;
const bigReplies = 400;
const addressesOfBigReply = 250;
const stepUs = 10;
const recordsPerWrite = 2000;
const MB = 1e6;

export const flood: Question = {
  name: 'flood',
  asks: 'what a user who asks for random names from hundreds of namespaces takes from tcpjoin and from other users',
  isLive: false,
  async run(bench) {
    const names = bench.quick ? 20_000 : bench.large ? 10_000_000 : 1_000_000;
    return new Flood(bench).figures(names);
  },
};

class Flood {
  private readonly join: Command;
  private us = 1e9;
  private expected = 0;

  constructor({ scope }: Bench) {
    this.join = new Command(scope, 'tcpjoin', ['-'], { stdio: ['pipe', 'pipe', 'pipe'] });
  }

  async figures(names: number): Promise<Figure[]> {
    await this.send(this.answersToOthers());
    for (let i = 0; i < warmUps; i++) await this.send(this.connectsOfOthers());
    await this.answered();
    const before = memoryOf(this.join.pid).rss;
    let most = before;
    const begun = performance.now();
    for (let from = 0; from < names; from += recordsPerWrite) {
      await this.send(this.randomNames(from, Math.min(names, from + recordsPerWrite)));
      most = Math.max(most, memoryOf(this.join.pid).rss);
    }
    await this.send(this.connectsOfOthers());
    await this.answered();
    const seconds = (performance.now() - begun) / 1e3;
    const afterNames = this.hitRate();
    await this.send(this.bigReplies());
    await this.send(this.connectsOfOthers());
    await this.answered();
    const afterReplies = this.hitRate();
    most = Math.max(most, memoryOf(this.join.pid).rss);
    this.join.process.stdin!.end();
    await this.join.end();
    return [
      { what: `${names.toLocaleString('en')} random names`, value: names / seconds, unit: '/s' },
      { what: 'RSS before', value: before / MB, unit: 'MB' },
      { what: 'growth of RSS, at most', value: (most - before) / MB, unit: 'MB' },
      { what: 'names of other users found after it', value: 100 * afterNames, unit: '%' },
      { what: `and after ${bigReplies} replies of 4 KiB`, value: 100 * afterReplies, unit: '%' },
    ];
  }

  private async send(records: Iterable<AnyRecord>): Promise<void> {
    let text = '';
    for (const record of records) {
      text += `${JSON.stringify({ type: record.type, ...this.stamp(), ...record })}\n`;
      if (record.type === 'connect') this.expected++;
    }
    const { stdin } = this.join.process;
    if (!stdin!.write(text)) await once(stdin!, 'drain');
  }

  private stamp(): AnyRecord {
    this.us += stepUs;
    return { ts: 1_700_000_000 + this.us / 1e6, mono_us: this.us, run: '0a1b2c3d', seq: this.us / stepUs };
  }

  /** Resolves when every connect has come out. */
  private async answered(): Promise<void> {
    await eventually(
      () => (this.join.lines.length >= this.expected ? true : undefined),
      () => `${this.expected} connects, of which ${this.join.lines.length} came out`,
    );
  }

  /** Share of the last connect of each to have its name. */
  private hitRate(): number {
    const last = this.join.lines.slice(-others.reduce((all, { names }) => all + names, 0));
    return last.filter(line => line.includes('"query":"')).length / last.length;
  }

  private *answersToOthers() {
    for (const { uid, netns, names } of others) {
      for (let i = 0; i < names; i++)
        yield answer({ uid, netns, pid: 100 + uid }, `${i}.example`, [address(uid, i)]);
    }
  }

  private *connectsOfOthers() {
    for (const { uid, netns, names } of others) {
      for (let i = 0; i < names; i++) {
        yield { type: 'connect', pid: 100 + uid, uid, daddr: address(uid, i), dport: 443, netns };
      }
    }
  }

  private *randomNames(from: number, to: number) {
    for (let i = from; i < to; i++) {
      const name = `${Math.random().toString(36).slice(2)}.flood.example`;
      yield answer(flooding(i), name, [address(i >>> 16, i & 0xffff)]);
    }
  }

  private *bigReplies() {
    for (let i = 0; i < bigReplies; i++) {
      const addresses = Array.from({ length: addressesOfBigReply }, (_, n) => address(i, n));
      yield answer(flooding(i), `${i}.big.example`, addresses);
    }
  }
}

function flooding(i: number) {
  const netns = flooder.firstNetns + (i % flooder.namespaces);
  return { uid: flooder.uid, netns, pid: 10_000 + (i % 20_000) };
}

/** Fields in the order in which sources write them: other lines take a way that is far longer. */
function answer({ uid, netns, pid }: AnyRecord, name: string, addresses: string[]): AnyRecord {
  const answers = addresses.map(data => ({ name, type: 'A', ttl: 60, data }));
  return {
    type: 'dns',
    pid,
    uid,
    pid_start_us: 1e6,
    netns,
    qname: name,
    rcode: 'NOERROR',
    answers,
    solicited: true,
  };
}

function address(high: number, low: number): string {
  return `10.${high & 0xff}.${low >> 8}.${low & 0xff}`;
}
