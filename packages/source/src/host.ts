import { closeSync, existsSync, openSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { isErrno, NotPermittedError, UnavailableError } from '@tcppipe/cli';

/**
 * Which task is running, as BTF has it, can be asked by programs of cgroups and sockets since (bpf_base_func_proto of Linux).
 * Older ones with the eBPF of a later one (RHEL 9 has 5.14) will do, too, so that only a refusal shows what is too old.
 */
export const oldestKernel = [5, 15] as const;

const btfPath = '/sys/kernel/btf/vmlinux';

/** CGROUP2_SUPER_MAGIC, linux/magic.h. What is mounted over a cgroup may have the same inode number. */
const cgroup2Magic = 0x63677270;

/** linux/capability.h */
const capabilities = { CAP_NET_ADMIN: 12, CAP_SYS_ADMIN: 21, CAP_PERFMON: 38, CAP_BPF: 39 } as const;

/**
 * More file descriptors than any tracer has at once for its programs, maps and links. Where they run out the kernel and
 * libbpf fail in whatever they were at, with errors that lead elsewhere.
 */
const descriptorsNeeded = 40;

/**
 * Says in one line why this host cannot trace, before the kernel says it in many.
 * @throws UnavailableError @throws NotPermittedError
 */
export function checkHost(tool: string): void {
  checkDescriptors();
  if (!existsSync('/proc/self/status')) {
    throw new UnavailableError(
      '/proc is not mounted, and what this process may do is read there; try: mount -t proc proc /proc',
    );
  }
  if (!existsSync(btfPath)) {
    throw new UnavailableError(
      `this kernel has no BTF (${btfPath}); it needs one built with CONFIG_DEBUG_INFO_BTF=y`,
    );
  }
  const missing = missingCapabilities(readFileSync('/proc/self/status', 'utf8'));
  if (missing.length > 0) {
    throw new NotPermittedError(`not permitted: needs root or ${missing.join(', ')}; try: sudo ${tool}`);
  }
}

/** @throws UnavailableError where fewer can be had than a tracer needs */
function checkDescriptors(): void {
  const opened: number[] = [];
  try {
    while (opened.length < descriptorsNeeded) opened.push(openSync('/', 'r'));
  } catch (error) {
    if (!isErrno(error) || error.code !== 'EMFILE') throw error;
    throw new UnavailableError(
      `this process may open only ${opened.length} more files, and needs ${descriptorsNeeded}: raise its limit (ulimit -n)`,
    );
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}

/** Whether a release such as `6.1.0-28-amd64`, that of this host if none is given, is of this version or later. */
export function isKernelSince([major, minor]: readonly [number, number], kernel = release()): boolean {
  const [ownMajor = 0, ownMinor = 0] = kernel.split(/[.-]/).map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** Which of the capabilities for loading and attaching a /proc/PID/status text lacks; CAP_SYS_ADMIN includes two of them. */
export function missingCapabilities(status: string): string[] {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const has = (name: keyof typeof capabilities) => ((effective >> BigInt(capabilities[name])) & 1n) === 1n;
  const missing: string[] = [];
  if (!has('CAP_BPF') && !has('CAP_SYS_ADMIN')) missing.push('CAP_BPF');
  if (!has('CAP_PERFMON') && !has('CAP_SYS_ADMIN')) missing.push('CAP_PERFMON');
  if (!has('CAP_NET_ADMIN')) missing.push('CAP_NET_ADMIN');
  return missing;
}

/** Mount points of the cgroup v2 hierarchy in a /proc/PID/mountinfo text (proc(5)). */
export function cgroup2Mounts(mountinfo: string): string[] {
  return mountinfo
    .split('\n')
    .map(line => line.split(' - '))
    .filter(([, filesystem]) => filesystem?.startsWith('cgroup2 '))
    .map(([mount]) => unescapeMount(mount!.split(' ')[4]!));
}

/** Where cgroup programs can be attached. */
export interface CgroupMount {
  readonly path: string;
  /** Whether that is the root of the hierarchy, so that they reach the whole host. A container may have a part of it. */
  readonly isRoot: boolean;
}

/** The root of the cgroup v2 hierarchy, or else what is mounted of it; undefined for nothing. */
export function cgroup2Mount(): CgroupMount | undefined {
  const mountinfo = '/proc/self/mountinfo';
  const mounts = existsSync(mountinfo) ? cgroup2Mounts(readFileSync(mountinfo, 'utf8')) : [];
  const root = mounts.find(isRootCgroup);
  // One may lie under something else by now.
  const path = root ?? mounts.find(isCgroup) ?? mounts[0];
  return path === undefined ? undefined : { path, isRoot: root !== undefined };
}

/** Its inode number is 1 (cgroup_setup_root() in kernel/cgroup/cgroup.c), in whatever cgroup namespace one looks. */
function isRootCgroup(path: string): boolean {
  try {
    return isCgroup(path) && statSync(path).ino === 1;
  } catch {
    return false; // whoever attaches to it hears why
  }
}

function isCgroup(path: string): boolean {
  try {
    return statfsSync(path).type === cgroup2Magic;
  } catch {
    return false;
  }
}

/** proc(5): blanks and backslashes are octal there. */
function unescapeMount(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
}
