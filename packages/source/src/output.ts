import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isErrno, NotPermittedError, type OutputFile } from '@tcppipe/cli';
import { type LostRecord, serialise } from '@tcppipe/events';
import type { Stamp } from './emitter.js';

/**
 * Opens the file of --output as who this process is by now: root, who may write anywhere, neither makes nor opens it.
 * @param hasUserOption whether the command has --user, by which it may be told to be another
 * @throws NotPermittedError when it could not be opened again after it was moved away @throws IoError
 */
export function openReopenable(file: OutputFile, hasUserOption: boolean): void {
  const directory = dirname(file.path);
  if (mayBeRegular(file.path)) {
    for (const place of [directory, file.path]) {
      if (isRefused(place, place === directory ? constants.W_OK | constants.X_OK : constants.W_OK))
        throw new NotPermittedError(
          `uid ${process.getuid!()}, as which this runs once attached, may not write to ${place}, so could not open ${file.path} ` +
            `again after a rotation; use > ${file.path} instead, or make that user its owner (chown), or ${hasUserOption ? 'run as its owner (--user)' : 'call sudo as its owner'}`,
        );
    }
  }
  file.open();
}

/** False for devices and FIFOs: they are opened once. */
function mayBeRegular(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return true;
  }
}

/** Whether `path` is there and permissions forbid this access; all else is for `open` to say. */
function isRefused(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return false;
  } catch (error) {
    return isErrno(error) && error.code === 'EACCES';
  }
}

/**
 * The line of a `lost` record of `tool` for records that had no room in a file: it takes their numbers, from the first of
 * them to the one that follows.
 */
export function lostLine(tool: string, firstDropped: string, next: string): string {
  const { ts, mono_us, run, seq }: Stamp = JSON.parse(firstDropped);
  const following: Stamp = JSON.parse(next);
  const count = following.seq - seq;
  const record: LostRecord = { type: 'lost', ts, mono_us, run, seq, tool, count, reason: 'no_room' };
  return serialise(record);
}
