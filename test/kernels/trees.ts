import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { output } from './command.js';

/** Where packages stay between runs, outside the work tree. */
export const cacheDirectory = join(
  process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
  'tcppipe/kernels',
);

/** Unpacked packages, one directory per set; guests see them below their own root. */
export const treesDirectory = join(cacheDirectory, 'trees');

/** Name of the tree for a set of package files: the same files, the same tree. */
export function treeName(kind: string, files: readonly string[]): string {
  const digest = createHash('sha256').update(files.join('\n')).digest('hex').slice(0, 12);
  return `${kind}-${digest}`;
}

/**
 * The tree with the contents of these packages, made unless it is there. Older trees of the same kind are removed.
 * @param kind what changes with a new version of the same thing, say `sid-kernel`
 * @param download puts the package files into the directory it is given
 * @param finish completes the tree before it counts as made
 * @returns its name
 */
export async function unpackedTree(
  kind: string,
  files: readonly string[],
  download: (directory: string) => Promise<void>,
  finish: (tree: string) => Promise<unknown> = async () => {},
): Promise<string> {
  const name = treeName(kind, files);
  const place = join(treesDirectory, name);
  if (existsSync(place)) return name;
  mkdirSync(treesDirectory, { recursive: true });
  const work = mkdtempSync(join(cacheDirectory, 'unpacking-'));
  try {
    const [packages, tree] = [join(work, 'packages'), join(work, 'tree')];
    for (const directory of [packages, tree]) mkdirSync(directory);
    await download(packages);
    linkMergedDirectories(tree);
    for (const file of readdirSync(packages).filter(entry => entry.endsWith('.deb')))
      await unpack(join(packages, file), tree);
    await finish(tree);
    removeTrees(kind);
    renameSync(tree, place);
  } finally {
    rmSync(work, { recursive: true });
  }
  return name;
}

/** As on every Debian since 12: older packages bring /lib as a directory, which would hide the link of the root below. */
function linkMergedDirectories(tree: string): void {
  mkdirSync(join(tree, 'usr'));
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(tree, 'usr', name));
    symlinkSync(`usr/${name}`, join(tree, name));
  }
}

/** Not by dpkg-deb --extract: that replaces the links. */
async function unpack(file: string, tree: string): Promise<void> {
  const pipe = 'dpkg-deb --fsys-tarfile "$1" | tar --extract --keep-directory-symlink --directory "$2"';
  await output('bash', ['-o', 'pipefail', '-c', pipe, 'unpack', file, tree]);
}

function removeTrees(kind: string): void {
  for (const name of readdirSync(treesDirectory)) {
    if (name.replace(/-[0-9a-f]{12}$/, '') === kind) rmSync(join(treesDirectory, name), { recursive: true });
  }
}
