import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Figure, Question } from '../../bench/question.js';
import { compiled } from '../../bench/workload.js';
import { filters, runCommand } from '../../lib/command.js';
import { sample } from '../../lib/filters.js';
import { run } from '../../lib/namespaces.js';
import { filterRun } from './filter-run.js';

export const noNewline: Question = {
  name: 'endless',
  asks: 'what a filter makes of a line of a gigabyte, with good records after it',
  isLive: false,
  async run({ quick, directory }) {
    const measure = compiled('measure', directory);
    const bytes = quick ? 10_000_000 : 1_000_000_000;
    const figures: Figure[] = [];
    for (const filter of filters) {
      const { stdin, writer } = endlessLine(`${directory}/${filter}`, bytes);
      const { code, stderr, sha256, wall_ns, peak_bytes } = await filterRun(measure, filter, [], stdin);
      closeSync(stdin);
      if (writer.exitCode === null) await once(writer, 'exit');
      const wanted = runCommand(filter, [], readFileSync(sample, 'utf8')).stdout;
      const isSame = code === 0 && sha256 === createHash('sha256').update(wanted).digest('hex');
      figures.push(
        {
          what: `${filter}: the records after it, and 0`,
          value: Number(isSame),
          unit: '',
          bound: { exactly: 1 },
        },
        {
          what: `${filter}: lines rejected`,
          value: Number(/(\d+) lines? rejected/.exec(stderr)?.[1] ?? 0),
          unit: '',
          bound: { exactly: 1 },
        },
        {
          what: `${filter}: time for ${bytes / 1e6} MB`,
          value: wall_ns / 1e9,
          unit: 's',
          bound: { atMost: 5 },
        },
        { what: `${filter}: peak RSS`, value: peak_bytes / 1e6, unit: 'MB', bound: { atMost: 80 } },
      );
    }
    return figures;
  },
};

/** Written by a process of its own into a FIFO of this path, which is read from `stdin`. */
function endlessLine(path: string, bytes: number): { stdin: number; writer: ChildProcess } {
  run('mkfifo', path);
  const line = `head -c ${bytes} /dev/zero | tr '\\0' x; echo; cat '${sample}'`;
  const writer = spawn('/bin/sh', ['-c', `(${line}) > '${path}'`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { stdin: openSync(path, 'r'), writer };
}
