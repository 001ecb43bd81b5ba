import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianArchive, fileNames, kernelPackages, sourceLine, targetFormat } from './archive.js';
import { CommandError, output } from './command.js';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Says in one line why a suite or a package cannot be had. */
export class UnavailableError extends Error {}

/** A suite of Debian, read with the machine's apt but apart from its own sources, lists and caches. */
export class Suite {
  private constructor(
    readonly name: string,
    private readonly options: readonly string[],
  ) {}

  /**
   * Fetches the suite's index.
   * @param cache directory that keeps it
   * @throws UnavailableError
   */
  static async open(name: string, cache: string): Promise<Suite> {
    const archive = debianArchive(await output('apt-get', ['indextargets', '--format', targetFormat]));
    if (archive === undefined) {
      throw new UnavailableError("apt has no Debian archive here; if one is configured: 'apt-get update'");
    }
    const state = join(cache, 'apt', name);
    const sources = join(state, 'sources.list');
    mkdirSync(join(state, 'lists/partial'), { recursive: true });
    writeFileSync(sources, sourceLine(archive, name, keyring));
    const options = [
      `Dir::Etc::sourcelist=${sources}`,
      'Dir::Etc::sourceparts=/dev/null',
      `Dir::State::lists=${join(state, 'lists')}`,
      'Dir::Cache::pkgcache=',
      'Dir::Cache::srcpkgcache=',
      // The user that apt becomes for downloads cannot enter everybody's cache directory.
      'APT::Sandbox::User=root',
    ];
    const suite = new Suite(
      name,
      options.flatMap(option => ['-o', option]),
    );
    await suite.apt(['update']);
    return suite;
  }

  /** Names of the packages that make up the suite's newest kernel. @throws UnavailableError */
  async kernel(): Promise<string[]> {
    const only = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'];
    const names = kernelPackages(
      await this.cache(['depends', '--recurse', ...only.map(kind => `--no-${kind}`), 'linux-image-amd64']),
    );
    if (names.length === 0) throw new UnavailableError(`${this.name} has no kernel for amd64`);
    return names;
  }

  /** File names of these packages. @throws UnavailableError */
  async files(packages: readonly string[]): Promise<string[]> {
    return fileNames(await this.apt(['download', '--print-uris', ...packages]));
  }

  /** Downloads packages into a directory; apt checks them against the signed index. @throws UnavailableError */
  async download(packages: readonly string[], directory: string): Promise<void> {
    await this.apt(['download', ...packages], directory);
  }

  /** File names of these packages and of what they need that is not installed. @throws UnavailableError */
  async filesWithNeeds(packages: readonly string[]): Promise<string[]> {
    return fileNames(
      await this.apt(['install', '--print-uris', '--no-install-recommends', '-y', ...packages]),
    );
  }

  /** Downloads what `filesWithNeeds` names, installing nothing. @throws UnavailableError */
  async downloadWithNeeds(packages: readonly string[], directory: string): Promise<void> {
    mkdirSync(join(directory, 'partial'));
    const into = ['-o', `Dir::Cache::archives=${directory}`];
    await this.apt(['install', '--download-only', '--no-install-recommends', '-y', ...into, ...packages]);
  }

  private apt(args: readonly string[], directory?: string): Promise<string> {
    return this.run('apt-get', args, directory);
  }

  private cache(args: readonly string[]): Promise<string> {
    return this.run('apt-cache', args);
  }

  private async run(program: string, args: readonly string[], directory?: string): Promise<string> {
    try {
      return await output(program, [...this.options, ...args], directory);
    } catch (error) {
      if (error instanceof CommandError) throw new UnavailableError(`${this.name}: ${error.message}`);
      throw error;
    }
  }
}
