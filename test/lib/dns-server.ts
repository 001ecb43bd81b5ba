import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Child } from './child.js';
import type { Scope } from './cleanup.js';
import { eventually } from './deadline.js';
import { Netns, run } from './namespaces.js';
import { temporaryDirectory } from './pipeline.js';
import { Script } from './workload.js';

/** A namespace, a new one unless given, whose loopback has a real DNS server on port 53 for the zone `test`. */
export async function namespaceWithDns(
  t: Scope,
  records: readonly string[],
  namespace = new Netns(t),
  addresses = '127.0.0.1,::1',
): Promise<Netns> {
  const options = [
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--no-resolv',
    '--no-hosts',
    '--user=root',
    // Any other would be another process to the kernel, which forgets then that it ends with its parent.
    '--group=root',
    '--pid-file=',
    `--listen-address=${addresses}`,
    '--bind-interfaces',
    '--local=/test/',
    '--local-ttl=300',
    '--edns-packet-max=4096',
    '--log-facility=-',
    ...records,
  ];
  const server = new Child(t, 'dnsmasq', [...namespace.enter, 'dnsmasq', ...options]);
  await eventually(
    () => {
      if (server.hasEnded) throw new Error(`dnsmasq failed: ${server.stderr}`);
      const listening = run(...namespace.enter, 'ss', '-luHn', 'sport = :53')
        .trim()
        .split('\n').length;
      return listening === addresses.split(',').length || undefined;
    },
    () => `dnsmasq to listen; stderr: ${server.stderr}`,
  );
  return namespace;
}

/** forwarder.py at 127.0.0.1, asking `server`; `enter` is how it is started. */
export async function forwarderIn(
  t: Scope,
  enter: readonly string[],
  server: string,
  port = 53,
): Promise<Script> {
  const forwarder = new Script(t, 'forwarder.py', ['127.0.0.1', server, `${port}`], enter);
  await forwarder.saying('listening');
  return forwarder;
}

/** resolver.py in a namespace, where the C library asks the server on 127.0.0.1. */
export function resolverIn(t: Scope, namespace: Netns): Resolver {
  const file = join(temporaryDirectory(t), 'resolv.conf');
  writeFileSync(file, 'nameserver 127.0.0.1\n');
  const script = `mount --bind ${file} /etc/resolv.conf; exec "$@"`;
  return new Resolver(
    t,
    'resolver.py',
    [],
    [...namespace.enter, 'unshare', '--mount', 'sh', '-c', script, 'sh'],
  );
}

/** Who asked, and what came of it. */
export interface Asked {
  pid: number;
  tid: number;
  uid: number;
  comm: string;
  start_ticks: number;
  netns: number;
  mntns: number;
  cgroup: number;
  txid: number;
  sock: string;
  /** Length of the answer. */
  bytes: number;
  addresses: string[];
}

export class Resolver extends Script {
  private orders = 0;

  /** Has it carry out one order, see resolver.py. */
  async order(order: object): Promise<Asked> {
    this.send(`${JSON.stringify(order)}\n`);
    const nth = ++this.orders; // after a greeting
    return this.saidBy(() => this.said[nth], `the answer to order ${nth}`);
  }
}
