import { readdirSync, readFileSync } from 'node:fs';
import { run } from './namespaces.js';

/** What the kernel calls the BPF programs, maps and links that a process holds: their kinds and ids, as `prog 7`. */
export function bpfObjectsOf(pid: number | string): string[] {
  return entries(`/proc/${pid}/fdinfo`).flatMap(fd =>
    [...contents(`/proc/${pid}/fdinfo/${fd}`).matchAll(/^(prog|map|link)_id:\s*(\d+)$/gm)].map(
      ([, kind, id]) => `${kind} ${id}`,
    ),
  );
}

/** All BPF objects that there are. */
export function bpfObjects(): Set<string> {
  return new Set(kinds.flatMap(kind => shown(kind).map(({ id }) => `${kind} ${id}`)));
}

/** Those that a process holds, or a program that a process or a link holds. */
export function heldBpfObjects(): Set<string> {
  const processes = entries('/proc').filter(name => /^\d+$/.test(name));
  const held = new Set(processes.flatMap(bpfObjectsOf));
  for (const { id, prog_id } of shown('link')) if (held.has(`link ${id}`)) held.add(`prog ${prog_id}`);
  for (const { id, map_ids = [] } of shown('prog'))
    if (held.has(`prog ${id}`)) for (const map of map_ids) held.add(`map ${map}`);
  return held;
}

const kinds = ['prog', 'map', 'link'] as const;

function shown(kind: (typeof kinds)[number]): { id: number; prog_id?: number; map_ids?: number[] }[] {
  return JSON.parse(run('bpftool', '-j', kind, 'show'));
}

/** Nothing where the process has ended meanwhile, or is not ours to look into. */
function entries(directory: string): string[] {
  return otherwise([], () => readdirSync(directory));
}

function contents(path: string): string {
  return otherwise('', () => readFileSync(path, 'utf8'));
}

function otherwise<T>(nothing: T, look: () => T): T {
  try {
    return look();
  } catch {
    return nothing;
  }
}
