import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { chunksOfFollowed } from '../follow.js';

/** Stands for a null: the end of a file. */
export const end = '(end)';

/** Follows `log` in a directory of its own; `next` gives what is read next, `end` for a null, undefined when it is over. */
export function following(t: TestContext, path = 'log') {
  const directory = mkdtempSync(join(tmpdir(), 'follow-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const [until, stop] = [new AbortController(), new AbortController()];
  const said: string[] = [];
  const state = { caughtUp: false, missed: 0 };
  const follow = {
    until: until.signal,
    stop: stop.signal,
    say: (message: string) => said.push(message.replaceAll(`${directory}/`, '')),
    missed: () => state.missed++,
    onCaughtUp: () => {
      state.caughtUp = true;
    },
  };
  const log = join(directory, path);
  const chunks = chunksOfFollowed(log, follow);
  t.after(() => chunks.return(undefined));
  const next = async () => {
    const { value, done } = await chunks.next();
    return done ? undefined : value === null ? end : String(value);
  };
  return { directory, log, next, said, state, stop: () => until.abort(), stopAtOnce: () => stop.abort() };
}
