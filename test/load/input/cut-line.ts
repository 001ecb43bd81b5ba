import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Figure, Question } from '../../bench/question.js';
import { filters, programOf, root, runCommand } from '../../lib/command.js';
import type { Filter } from './filter-run.js';

const args: Record<Filter, string[]> = { tcpjoin: [], tcpcount: ['--by', 'seq'], tcpfmt: ['-F', 'json'] };

export const cutLine: Question = {
  name: 'cut',
  asks: 'what a filter makes of a log that ends at each byte of its last line',
  isLive: false,
  async run({ quick }) {
    const sample = readFileSync(join(root, 'packages/setup/sample.ndjson'), 'utf8').split('\n');
    const connects = sample.filter(line => line.startsWith('{"type":"connect"'));
    const [before, last] = [
      connects
        .slice(0, -1)
        .map(line => `${line}\n`)
        .join(''),
      connects.at(-1)!,
    ];
    const lengths = Array.from({ length: last.length + 1 }, (_, length) => length);
    const tried = quick ? lengths.filter(length => length % 97 < 2 || length === last.length) : lengths;
    const figures: Figure[] = [];
    for (const filter of filters) {
      const without = runCommand(filter, args[filter], before).stdout;
      const whole = runCommand(filter, args[filter], `${before}${last}\n`).stdout;
      const wrong = await countWrong(tried, async length => {
        const { code, stdout, stderr } = await output(filter, before + last.slice(0, length));
        const isWhole = length === last.length;
        const isCut = length > 0 && !isWhole;
        return code === 0 && stdout === (isWhole ? whole : without) && /1 cut off/.test(stderr) === isCut;
      });
      figures.push(
        { what: `${filter}: places to cut at`, value: tried.length, unit: '' },
        {
          what: `${filter}: where more or less than the whole lines came out, or the cut was not said`,
          value: wrong,
          unit: '',
          bound: { exactly: 0 },
        },
      );
    }
    return figures;
  },
};

/** For how many of the lengths `isRight` says no; as many at once as there are cores. */
async function countWrong(
  lengths: readonly number[],
  isRight: (length: number) => Promise<boolean>,
): Promise<number> {
  const left = [...lengths];
  let wrong = 0;
  const worker = async () => {
    for (let length = left.pop(); length !== undefined; length = left.pop())
      if (!(await isRight(length))) wrong++;
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return wrong;
}

async function output(
  filter: Filter,
  input: string,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [programOf(filter), ...args[filter]]);
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, stdout, stderr };
}
