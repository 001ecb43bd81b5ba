import { run } from './namespaces.js';

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
