/** What was being done when it failed. */
export type Step = 'open' | 'global' | 'map' | 'load' | 'attach' | 'ring' | 'privilege' | 'mounts';

const hints = new Map<string, string>([
  ['load EPERM', 'needs root, or CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN'],
  ['load EACCES', 'the verifier refused a program'],
  ['load EINVAL', 'this kernel refuses a program or map'],
  ['load E2BIG', 'a program is too complex, or a map too large, for this kernel'],
  ['load ENOSPC', 'a program is too complex for this kernel'],
  ['load ENOENT', 'this kernel has no hook or BTF (/sys/kernel/btf/vmlinux) that a program needs'],
  ['load ESRCH', 'this kernel has no hook, type or BTF (/sys/kernel/btf/vmlinux) that a program needs'],
  ['map EPERM', 'needs root, or CAP_BPF'],
  [
    'map EACCES',
    'whoever runs this must be allowed to search the directories on the way, and to read and write the map',
  ],
  ['attach EPERM', 'not permitted, or the cgroup is held exclusively by another program'],
  ['attach E2BIG', 'the cgroup has as many programs as it can hold (64)'],
  ['attach ENOENT', 'the hook is missing; a tracepoint needs tracefs mounted at /sys/kernel/tracing'],
  ['attach EBADF', 'not a cgroup v2 directory'],
  ['attach EOPNOTSUPP', 'the section name does not say where to attach: a cgroup program needs a cgroup'],
]);

/** A refusal by libbpf or the kernel. */
export class BpfError extends Error {
  override readonly name = 'BpfError';
  /** The errno's name: 'EPERM', 'ENOENT'…; 'ELIBBPF' for errors of libbpf's own. */
  readonly code: string;
  readonly step: Step;
  /** The last libbpf messages of this step, at most 4 KiB; the end of the verifier log is among them. */
  readonly log: string;
  /** What may help. */
  declare readonly hint?: string;

  constructor(message: string, code: string, step: Step, log: string) {
    super(message);
    this.code = code;
    this.step = step;
    this.log = log;
    const hint = hints.get(`${step} ${code}`);
    if (hint !== undefined) this.hint = hint;
  }
}
