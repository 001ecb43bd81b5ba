import { join } from 'node:path';
import { atEnd, type Scope } from './cleanup.js';
import { run } from './namespaces.js';
import { temporaryDirectory } from './pipeline.js';

/** A BPF file system of the test's own. */
export function bpffs(t: Scope): string {
  const directory = temporaryDirectory(t);
  const mount = join(directory, 'bpf');
  run('mkdir', mount);
  run('mount', '-t', 'bpf', 'none', mount);
  atEnd(t, () => run('umount', mount));
  return mount;
}

/** Pins a map as users make them. */
export function pinMap(path: string, keyBytes: number, valueBytes: number, type = 'hash'): string {
  const sizes = ['key', `${keyBytes}`, 'value', `${valueBytes}`, 'entries', '128'];
  run('bpftool', 'map', 'create', path, 'type', type, ...sizes, 'name', 'set');
  return path;
}

/** The bytes of a key as bpftool takes them, in the order of this host. */
function keyWords(key: number): string[] {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(key));
  return [...bytes].map(byte => `${byte}`);
}

export function putKey(path: string, key: number, valueBytes: number): void {
  const value = Array<string>(valueBytes).fill('0');
  run('bpftool', 'map', 'update', 'pinned', path, 'key', ...keyWords(key), 'value', ...value);
}

export function removeKey(path: string, key: number): void {
  run('bpftool', 'map', 'delete', 'pinned', path, 'key', ...keyWords(key));
}
