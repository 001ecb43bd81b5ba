import { runInGuest } from '../kernels/guest.js';
import { kernelOf } from '../kernels/kernel.js';

/**
 * Runs a script in a guest with the kernel of Debian 12, bcc's tools and libbpf-tools.
 * @param more packages of other peers
 * @param timeout seconds
 * @param heard called with what the script writes, as it comes
 * @throws GuestError, UnavailableError
 */
export async function runBesidePeers(
  script: string,
  timeout: number,
  signal: AbortSignal,
  more: readonly string[] = [],
  heard?: (text: string) => void,
): Promise<{ code: number; output: string }> {
  const kernel = await kernelOf('bookworm');
  const python = ['python3-dnslib', 'python3-cachetools']; // what tcpconnect-bpfcc -d asks for
  return runInGuest({
    kernel,
    script,
    extraPackages: ['bpfcc-tools', 'libbpf-tools', ...more, ...python, `linux-headers-${kernel.release}`],
    timeout,
    memory: 4096,
    signal,
    ...(heard && { heard }),
  });
}
