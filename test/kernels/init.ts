/** Names under which the guest finds what the host shares (9p mount tags). */
export const shares = { host: 'host', trees: 'trees', run: 'run' } as const;

/** Files of the run's own share: what to run, and what came of it. */
export const runFiles = { script: 'script', output: 'output', code: 'code' } as const;

/** Cached without asking the host again: what it shares must not change while the guest runs. */
const readOnly9p = 'trans=virtio,version=9p2000.L,ro,cache=loose,msize=524288';

/**
 * The first program of the guest. Its root is the host's, with the unpacked package trees over it and memory on top:
 * whatever is written there is gone with the guest.
 * @param modules file names below /modules, in the order of loading
 */
export function initScript(modules: readonly string[]): string {
  return `#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t devtmpfs dev /dev
${modules.map(file => `insmod /modules/${file}`).join('\n')}

mount -t 9p -o ${readOnly9p} ${shares.host} /host
mount -t 9p -o ${readOnly9p} ${shares.trees} /trees
mount -t tmpfs -o size=75% memory /memory
mkdir /memory/upper /memory/work
lower=/host
for tree in $(sed -n 's/.*tcppipe\\.trees=\\([^ ]*\\).*/\\1/p' /proc/cmdline | tr , ' '); do
  lower=/trees/$tree:$lower
done
mount -t overlay -o lowerdir=$lower,upperdir=/memory/upper,workdir=/memory/work root /root

mount -t proc proc /root/proc
mount -t sysfs sys /root/sys
mount -t devtmpfs dev /root/dev
mkdir -p /root/dev/pts /root/dev/shm
mount -t devpts -o ptmxmode=666 pts /root/dev/pts
mount -t tmpfs shm /root/dev/shm
mount -t tmpfs run /root/run
mount -t cgroup2 cgroup /root/sys/fs/cgroup
mount -t bpf bpf /root/sys/fs/bpf
mount -t tracefs tracing /root/sys/kernel/tracing
mount -t debugfs debug /root/sys/kernel/debug
mkdir /root/run/guest
mount -t 9p -o trans=virtio,version=9p2000.L,cache=none ${shares.run} /root/run/guest
hostname guest
ifconfig lo up

export HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# Not chroot: the kernel looks for modprobe in the first process's root, and new mount namespaces begin at the real one.
exec switch_root /root /bin/sh -c 'cd /run/guest
/bin/sh ${runFiles.script} >${runFiles.output} 2>&1 </dev/null
echo $? >${runFiles.code}
exec /bin/busybox poweroff -f'
`;
}
