import { decimal, flag, integer, type Parsed, pid, text, value } from '@tcppipe/cli';
import type { BpfObject } from '@tcppipe/native';
import { u8, u32 } from './wire.js';

const inode = integer(1, 4_294_967_295, 'an inode number (ls -Li /proc/PID/ns/net)');

/** Ring buffers are a power of two of pages; these are the sizes that make sense. */
const leastRingBytes = 64 * 1024;
const mostRingBytes = 1024 * 1024 * 1024;
const ringBytes = integer(leastRingBytes, mostRingBytes, 'bytes');

export const ownerOptions = {
  pid: value({ short: 'p', arg: 'PID', parse: pid, help: 'only this process' }),
  netns: value({
    short: 'N',
    arg: 'NETNS',
    parse: inode,
    help: 'only this network namespace (inode number)',
  }),
  cgroupmap: value({
    arg: 'PATH',
    parse: text('a path'),
    help: 'only cgroups whose ids are keys of this pinned BPF hash map',
  }),
  mntnsmap: value({
    arg: 'PATH',
    parse: text('a path'),
    help: 'only mount namespaces whose inode numbers are keys of this pinned BPF hash map',
  }),
} as const;

/** `ringMiB`: room for events, where the user does not say how much: a power of two. */
export function runOptions(ringMiB: number) {
  return {
    ready: flag({ help: 'begin with a record that says that tracing has begun, and how; always so with -o' }),
    limit: value({
      short: 'n',
      arg: 'N',
      parse: integer(1, Number.MAX_SAFE_INTEGER, 'a number of events'),
      help: 'end after N events of the kernel; other records do not count',
    }),
    duration: value({ arg: 'SEC', parse: decimal(1e9, 'seconds'), help: 'end after SEC seconds' }),
    user: value({
      arg: 'NAME',
      parse: text('a user'),
      help: 'user to run as once attached, if started as root (default: who called sudo, or nobody)',
    }),
    'ring-size': value({
      arg: 'BYTES',
      parse: given => 2 ** Math.ceil(Math.log2(ringBytes(given))),
      default: ringMiB * 1024 * 1024,
      help: `room in the kernel for events not yet read, rounded up to a power of two (default ${ringMiB} MiB)`,
    }),
  } as const;
}

export type RunOptions = ReturnType<typeof runOptions>;

/** What of `ownerOptions` a tracer is to go by; what is absent does not filter. */
export type OwnerFilters = Partial<Parsed<typeof ownerOptions>>;

/** Sets the filters of bpf/filter.h. Before load. @throws BpfError when a pinned map does not fit */
export function setOwnerFilters(object: BpfObject, options: OwnerFilters): void {
  if (options.pid !== undefined) object.setGlobal('only_pid', u32(options.pid));
  if (options.netns !== undefined) object.setGlobal('only_netns', u32(options.netns));
  if (options.cgroupmap !== undefined) {
    object.reuseMap('cgroup_set', options.cgroupmap);
    object.setGlobal('only_cgroups', u8(1));
  }
  if (options.mntnsmap !== undefined) {
    object.reuseMap('mntns_set', options.mntnsmap);
    object.setGlobal('only_mntns', u8(1));
  }
}
