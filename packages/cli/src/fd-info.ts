import { readFileSync } from 'node:fs';

/** What the kernel says of a descriptor of ours (proc_pid_fdinfo(5)): where it stands in a file, its flags. @throws errno errors */
export function fdInfo(fd: number): { readonly position: number; readonly flags: number } {
  const text = readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1');
  const value = (name: string) => new RegExp(`^${name}:\\s*(\\d+)$`, 'm').exec(text)?.[1] ?? '';
  return { position: Number.parseInt(value('pos'), 10), flags: Number.parseInt(value('flags'), 8) };
}
