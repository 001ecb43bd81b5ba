import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { output } from './command.js';
import { initScript } from './init.js';
import { loadOrder } from './modules.js';

/** To reach what the host shares and to put memory over it. */
const modules = ['virtio_pci', '9pnet_virtio', '9p', 'overlay'];

const unpackers = new Map([
  ['.xz', 'unxz'],
  ['.zst', 'unzstd'],
]);

/**
 * Writes the archive that a kernel starts from: a shell, the modules to reach the real root, and `init`.
 * @param directory the kernel's /lib/modules/VERSION, with modules.dep
 */
export async function writeInitramfs(directory: string, file: string): Promise<void> {
  const read = (name: string) => readFileSync(join(directory, name), 'utf8');
  const paths = loadOrder(modules, read('modules.dep'), read('modules.builtin'));
  const top = mkdtempSync(join(tmpdir(), 'tcppipe-initramfs-'));
  try {
    for (const name of ['bin', 'proc', 'dev', 'modules', 'host', 'trees', 'memory', 'root'])
      mkdirSync(join(top, name));
    copyFileSync('/bin/busybox', join(top, 'bin/busybox'));
    const files = await Promise.all(
      paths.map(path => addModule(join(directory, path), join(top, 'modules'))),
    );
    writeFileSync(join(top, 'init'), initScript(files), { mode: 0o755 });
    await output('sh', ['-c', 'find . | cpio --quiet -o -H newc -R 0:0 -F "$0"', file], top);
  } finally {
    rmSync(top, { recursive: true });
  }
}

/** Copies a module, decompressed: the name of the copy. */
async function addModule(path: string, directory: string): Promise<string> {
  const name = basename(path);
  cpSync(path, join(directory, name));
  const suffix = /\.ko(.*)$/.exec(name)![1]!;
  const unpacker = unpackers.get(suffix);
  if (unpacker === undefined) return name;
  await output(unpacker, ['--quiet', name], directory);
  return name.slice(0, -suffix.length);
}
