import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Paths of all files below a directory whose name matches, sorted; none if there is no such directory.
 * @param {string} directory
 * @param {RegExp} name tested against the file's name
 * @returns {string[]}
 */
export function filesUnder(directory, name) {
  if (statSync(directory, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter(entry => entry.name !== 'node_modules')
    .flatMap(entry => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return filesUnder(path, name);
      return entry.isFile() && name.test(entry.name) ? [path] : [];
    })
    .sort();
}

/**
 * Whether every output exists and none is older than any input, by modification time. No outputs at all are not fresh;
 * an input that does not exist is newer than everything, so that the tool gets to say that it is missing.
 * @param {string[]} outputs
 * @param {string[]} inputs
 */
export function isFresh(outputs, inputs) {
  const written = outputs.map(path => modifiedAt(path) ?? Number.NEGATIVE_INFINITY);
  const read = inputs.map(path => modifiedAt(path) ?? Number.POSITIVE_INFINITY);
  return (
    written.length > 0 &&
    Math.min(...written) > Number.NEGATIVE_INFINITY &&
    Math.min(...written) >= Math.max(...read)
  );
}

/** @param {string} path */
function modifiedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
