import { relative } from 'node:path';
import { root } from '../lib/command.js';

/** What became of one test file in one guest. */
export interface FileResult {
  file: string;
  passed: number;
  failed: number;
  skipped: number;
  seconds: number;
  /** What node:test and the tests wrote. */
  log: string;
}

/** An emulated processor is up to ten times slower. */
export const slowness = 10;

/** Milliseconds for one test, to node:test. */
const testTimeout = 300_000;
/** Seconds for one test file, should node:test itself not come to its end. */
const fileTimeout = 600;

/** Before each file's log, at the start of a line, where TAP has nothing of the kind. */
const mark = '@@ ';

/** A script for /bin/sh that runs test files, one after the other. */
export function testScript(files: readonly string[]): string {
  const node = `${process.execPath} --test --test-reporter=tap --test-concurrency=1 --test-timeout=${testTimeout}`;
  const runs = files.map(path => {
    const file = relative(root, path);
    return `echo '${mark}${file}'; timeout --kill-after=20 ${fileTimeout} ${node} '${file}' 2>&1`;
  });
  return `cd '${root}' || exit\nexport TCPPIPE_SLOWNESS=${slowness}\n${runs.join('\n')}\n`;
}

/** Hears the output of such a script as it comes, and tells each file that it begins with. */
export function filesBegun(tell: (file: string) => void): (text: string) => void {
  let line = '';
  return text => {
    const lines = (line + text).split('\n');
    line = lines.pop()!;
    for (const begun of lines) if (begun.startsWith(mark)) tell(begun.slice(mark.length));
  };
}

/** The results in the output of such a script, in its order. */
export function fileResults(output: string): FileResult[] {
  return output
    .split(new RegExp(`^${mark}`, 'm'))
    .slice(1)
    .map(section => {
      const end = section.indexOf('\n');
      return fileResult(section.slice(0, end), section.slice(end + 1));
    });
}

/** Reads the numbers with which node:test ends; without them the file as such has failed. */
function fileResult(file: string, log: string): FileResult {
  const numbers = new Map(
    [...log.matchAll(/^# (\w+) ([\d.]+)$/gm)].map(([, name, value]) => [name, Number(value)]),
  );
  const number = (name: string) => numbers.get(name) ?? 0;
  const failed = number('fail') + number('cancelled');
  const ended = numbers.has('duration_ms');
  return {
    file,
    passed: number('pass'),
    failed: ended ? failed : failed + 1,
    skipped: number('skipped') + number('todo'),
    seconds: number('duration_ms') / 1000,
    log,
  };
}
