import { readlinkSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { isErrno } from './errors.js';

/** MAXSYMLINKS, linux/namei.h: the kernel follows no more. */
const maxLinks = 40;

/** What the kernel walks through to resolve a path (path_resolution(7)). */
export interface PathWalk {
  /** Real directories in which it is decided where it leads: those of symbolic links, and the last one that is there. */
  readonly directories: readonly string[];
  /** The real path of the file, where the last of these directories is there. */
  readonly realPath?: string;
  /** The directory before the file that is missing, if one is. */
  readonly missing?: string;
}

/** The walk to the file that `path` names, which need not be there. @throws errno errors, as for a directory that may not be searched */
export function walkPath(path: string): PathWalk {
  const directories = new Set<string>();
  const names = (isAbsolute(path) ? path : `${process.cwd()}/${path}`).split('/').filter(isName);
  let at = '/';
  for (let links = 0; ; ) {
    const name = names.shift();
    if (name === undefined) break;
    if (name === '..') {
      at = dirname(at);
      continue;
    }
    const place = join(at, name);
    const target = linkAt(place);
    if (typeof target === 'string') {
      directories.add(at);
      names.unshift(...target.split('/').filter(isName));
      if (isAbsolute(target)) at = '/';
      // Whoever opens it says so.
      if (++links > maxLinks) return { directories: [...directories] };
    } else if (target === noLink || names.length === 0) {
      at = place;
    } else {
      directories.add(at);
      return { directories: [...directories], missing: place };
    }
  }
  directories.add(dirname(at));
  return { directories: [...directories], realPath: at };
}

const noLink = Symbol('something else');

/** Where the symbolic link leads, or that something else is there; undefined for nothing. In one call, as it may go at any time. */
function linkAt(place: string): string | typeof noLink | undefined {
  try {
    return readlinkSync(place);
  } catch (error) {
    if (isErrno(error) && error.code === 'EINVAL') return noLink;
    if (isErrno(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
}

function isName(part: string): boolean {
  return part !== '' && part !== '.';
}
