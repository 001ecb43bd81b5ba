import { parseMessage } from '@tcppipe/dnssource/message';
import { violation } from './dns-checks.js';
import { type Captured, mutated } from './dns-mutations.js';
import { seeds } from './dns-seeds.js';
import { Random } from './random.js';

/** A packet that took long is measured this often again: what comes back is the packet, not the machine. */
const REPEATS = 7;

export interface Figures {
  packets: number;
  /** Packets that are DNS messages. */
  messages: number;
  truncated: number;
  answers: number;
  addresses: number;
  slowest: { us: number; bytes: number };
}

/**
 * Parses so many mutated packets.
 * @throws Error with the packet in hexadecimal, at the first exception or unsound message
 */
export function fuzz(packets: number, seed: number): Figures {
  const random = new Random(seed);
  const figures = {
    packets,
    messages: 0,
    truncated: 0,
    answers: 0,
    addresses: 0,
    slowest: { us: 0, bytes: 0 },
  };
  for (let left = packets; left > 0; left--) {
    const captured = mutated(seeds, random);
    try {
      run(captured, figures);
    } catch (error) {
      const { bytes, wireBytes } = captured;
      throw new Error(`${bytes.toString('hex')} of ${wireBytes} bytes: ${error}`, { cause: error });
    }
  }
  return figures;
}

function run(captured: Captured, figures: Figures): void {
  const { bytes, wireBytes } = captured;
  const start = performance.now();
  const message = parseMessage(bytes, wireBytes);
  const us = (performance.now() - start) * 1000;
  if (us > figures.slowest.us) {
    const again = Math.min(us, ...Array.from({ length: REPEATS }, () => parseTime(captured)));
    if (again > figures.slowest.us) figures.slowest = { us: again, bytes: bytes.length };
  }
  if (message === undefined) return;

  const wrong = violation(message, captured);
  if (wrong !== undefined) throw new Error(wrong);
  figures.messages++;
  figures.truncated += Number(message.truncated);
  figures.answers += message.answers.length;
  figures.addresses += message.answers.filter(({ type }) => type === 'A' || type === 'AAAA').length;
}

/** Microseconds. */
function parseTime({ bytes, wireBytes }: Captured): number {
  const start = performance.now();
  parseMessage(bytes, wireBytes);
  return (performance.now() - start) * 1000;
}
