import { chownSync, readFileSync } from 'node:fs';
import type { AnyRecord } from '@tcppipe/events';
import type { Scope } from './cleanup.js';
import { checked } from './command.js';
import { temporaryDirectory } from './pipeline.js';

/** The user that a source started as root becomes where nobody has called sudo. */
export const nobody = 65534;

/** A directory that such a source may write to. */
export function nobodysDirectory(t: Scope): string {
  const directory = temporaryDirectory(t);
  chownSync(directory, nobody, nobody);
  return directory;
}

/** The lines of files, one after the other. @throws Error when one ends within a line */
export function linesOf(...files: string[]): string[] {
  return files.flatMap(file => {
    const text = readFileSync(file, 'utf8');
    if (text !== '' && !text.endsWith('\n'))
      throw new Error(`${file} ends within a line: ${text.slice(-200)}`);
    return text.split('\n').slice(0, -1);
  });
}

/** Their records. @throws Error when one is not as the schema says */
export function recordsOf(...files: string[]): AnyRecord[] {
  return checked(linesOf(...files).map(line => JSON.parse(line)));
}

/**
 * How many events are among the records of one source, and how many are said to be lost.
 * @throws Error unless they take all numbers from 0 on, each once
 */
export function ledgerOf(records: readonly AnyRecord[]): { events: number; lost: number } {
  let [next, events, lost] = [0, 0, 0];
  for (const { type, seq, count } of records) {
    if (seq !== next) throw new Error(`number ${seq} comes where ${next} is due`);
    const taken = type === 'lost' ? (count as number) : 1;
    if (type === 'lost') lost += taken;
    else if (type !== 'ready') events++;
    next += taken;
  }
  return { events, lost };
}
