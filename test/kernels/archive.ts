/** What `apt-get indextargets --format` must print for `debianArchive` to read. */
export const targetFormat = '$(REPO_URI) $(ORIGIN) $(LABEL)';

/**
 * The address of the Debian archive that this machine is configured to use: other suites are on it too.
 * @param targets one line per configured index, in `targetFormat`
 */
export function debianArchive(targets: string): string | undefined {
  const lines = targets.split('\n').map(line => line.trim().split(' '));
  return lines.find(([, origin, ...label]) => origin === 'Debian' && label.join(' ') === 'Debian')?.[0];
}

/** A line of sources.list(5) for one suite. `keyring`: path of the keys that its index must be signed with. */
export function sourceLine(archive: string, suite: string, keyring: string): string {
  return `deb [signed-by=${keyring}] ${archive} ${suite} main\n`;
}

/** File names of the packages that `apt-get --print-uris` lists, in its order: name_version_architecture.deb. */
export function fileNames(uris: string): string[] {
  return [...uris.matchAll(/^'[^']+' (\S+\.deb) /gm)].map(([, name]) => name!);
}

/** Those of the packages in an `apt-cache depends --recurse` text that hold a kernel or its modules. */
export function kernelPackages(depends: string): string[] {
  return depends.split('\n').filter(line => /^linux-(image|binary|modules|base)-\d/.test(line));
}
