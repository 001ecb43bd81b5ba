import { runInGuest } from '../kernels/guest.js';
import { kernelOf } from '../kernels/kernel.js';

/** For /bin/sh, before the script: bcc's compiler is hardly usable under emulation unless its code stays at one address. */
const prelude = 'echo 0 >/proc/sys/kernel/randomize_va_space\n';

/** Runs a script in a guest with Debian's stable kernel, bcc's tools and libbpf-tools. `timeout` in seconds. @throws as runInGuest */
export async function runBesidePeers(
  script: string,
  timeout: number,
  signal: AbortSignal,
): Promise<{ code: number; output: string }> {
  const kernel = await kernelOf('bookworm');
  const python = ['python3-dnslib', 'python3-cachetools']; // what tcpconnect-bpfcc -d asks for
  return runInGuest({
    kernel,
    script: `${prelude}${script}`,
    extraPackages: ['bpfcc-tools', 'libbpf-tools', ...python, `linux-headers-${kernel.release}`],
    timeout,
    memory: 4096,
    signal,
  });
}
