import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { output } from './command.js';
import { Suite, UnavailableError } from './suite.js';
import { cacheDirectory, treesDirectory, unpackedTree } from './trees.js';

/** A kernel that can be booted. */
export interface Kernel {
  suite: Suite;
  /** As `uname -r` says it. */
  release: string;
  /** The tree of its packages, below `treesDirectory`. */
  tree: string;
  /** Path of its /lib/modules/VERSION. */
  modules: string;
  /** Path of what boots it. */
  image: string;
}

/** The newest kernel of a Debian suite, fetched and unpacked unless it was before. @throws UnavailableError */
export async function kernelOf(suiteName: string): Promise<Kernel> {
  const suite = await Suite.open(suiteName, cacheDirectory);
  const packages = await suite.kernel();
  const tree = await unpackedTree(
    `${suiteName}-kernel`,
    await suite.files(packages),
    directory => suite.download(packages, directory),
    top => output('depmod', ['--basedir', top, releaseIn(top)]),
  );
  const top = join(treesDirectory, tree);
  const release = releaseIn(top);
  return {
    suite,
    release,
    tree,
    modules: join(top, 'usr/lib/modules', release),
    image: imageIn(top, release),
  };
}

/** The tree of these packages of the kernel's suite and of what they need beyond what is installed. */
export async function extraTree({ suite }: Kernel, packages: readonly string[]): Promise<string> {
  return unpackedTree(
    `${suite.name}-${packages.join('-')}`,
    await suite.filesWithNeeds(packages),
    directory => suite.downloadWithNeeds(packages, directory),
  );
}

function releaseIn(top: string): string {
  const [release] = readdirSync(join(top, 'usr/lib/modules'));
  if (release === undefined) throw new UnavailableError(`no modules in ${top}`);
  return release;
}

/** Debian has moved it from /boot to beside the modules. */
function imageIn(top: string, release: string): string {
  const places = [join(top, 'boot', `vmlinuz-${release}`), join(top, 'usr/lib/modules', release, 'vmlinuz')];
  const found = places.find(existsSync);
  if (found === undefined) throw new UnavailableError(`no kernel image in ${top}`);
  return found;
}
