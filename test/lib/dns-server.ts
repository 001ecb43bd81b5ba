import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Child } from './child.js';
import type { Scope } from './cleanup.js';
import { eventually } from './deadline.js';
import { Netns, run } from './namespaces.js';
import { temporaryDirectory } from './pipeline.js';
import { Script } from './workload.js';

/** A namespace whose loopback has a real DNS server on port 53, 127.0.0.1 and ::1, for the zone `test`. */
export async function namespaceWithDns(t: Scope, records: readonly string[]): Promise<Netns> {
  const namespace = new Netns(t);
  const options = [
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--no-resolv',
    '--no-hosts',
    '--user=root',
    '--pid-file=',
    '--listen-address=127.0.0.1,::1',
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
      if (server.process.exitCode !== null) throw new Error(`dnsmasq failed: ${server.stderr}`);
      return run(...namespace.enter, 'ss', '-lun').match(/\[::1\]:53\s/) ?? undefined;
    },
    () => `dnsmasq to listen; stderr: ${server.stderr}`,
  );
  return namespace;
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
