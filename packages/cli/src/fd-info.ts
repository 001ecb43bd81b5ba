import { type BigIntStats, fstatSync, readFileSync } from 'node:fs';

/** What a descriptor of ours is. As bigint: Node 20 keeps the last plain result, and with a pipe there import() leaves symbolic links unresolved. @throws errno errors */
export function fdStat(fd: number): BigIntStats {
  return fstatSync(fd, { bigint: true });
}

/** What the kernel says of a descriptor of ours (proc_pid_fdinfo(5)): where it stands in a file, its flags. @throws errno errors */
export function fdInfo(fd: number): { readonly position: number; readonly flags: number } {
  const text = readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1');
  const value = (name: string) => new RegExp(`^${name}:\\s*(\\d+)$`, 'm').exec(text)?.[1] ?? '';
  return { position: Number.parseInt(value('pos'), 10), flags: Number.parseInt(value('flags'), 8) };
}
