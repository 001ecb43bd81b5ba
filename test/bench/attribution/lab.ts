import { writeFileSync } from 'node:fs';
import { Child } from '../../lib/child.js';
import type { Scope } from '../../lib/cleanup.js';
import { eventually } from '../../lib/deadline.js';
import type { Plan } from './plan.js';
import { type Made, python, Workload } from './workload.js';
import { type Place, World } from './world.js';
import type { Zone } from './zone.js';

/** Connects go to this port, which nothing else on a host that is busy with other things uses. */
export const targetPort = 4242;
/** DNS over TLS (RFC 7858). */
export const tlsPort = 853;

/** dnsmasq with the zone; one that answers as the question wants it (server.py); a daemon with a cache (daemon.py). */
export const resolvers = { zone: '192.0.2.53', any: '192.0.2.54', other: '192.0.2.55', daemon: '192.0.2.56' };
/** dnsmasq in the client's own namespace, which asks the one with the zone. */
const stub = '127.0.0.53';

/** Where and how a workload runs. */
export interface Setting {
  place?: Place;
  /** Files to read instead of those in /etc. */
  instead?: { hosts?: string; 'resolv.conf'?: string };
  env?: Readonly<Record<string, string>>;
}

/** A world whose server has the resolvers and accepts connections to every address, and processes in it. */
export class Lab {
  /** Where daemon.py answers. */
  readonly daemonPath: string;
  /** The hosts file of all who have no other. */
  readonly hostsPath: string;
  /** A setting that asks the stub resolver. */
  readonly stubbed: Setting;

  private constructor(
    private readonly t: Scope,
    private readonly directory: string,
    private readonly world: World,
  ) {
    this.daemonPath = `${directory}/daemon.sock`;
    this.hostsPath = `${directory}/etc/hosts`;
    this.stubbed = { instead: { 'resolv.conf': this.file('stub.conf', `nameserver ${stub}\n`) } };
    this.file('etc/resolv.conf', `nameserver ${resolvers.zone}\n`);
  }

  /** Everything set up and answering. `directory` must be empty; it and `t` are the lab's until it ends. */
  static async open(t: Scope, zone: Zone, directory: string): Promise<Lab> {
    const world = await World.make(t, `${directory}/etc`, Object.values(resolvers));
    const lab = new Lab(t, directory, world);
    await lab.serve('server', 'target.py', targetPort, tlsPort);
    await lab.serve('server', 'server.py', resolvers.any, resolvers.other);
    await lab.serve('server', 'daemon.py', resolvers.daemon, resolvers.zone, lab.daemonPath);
    const records = lab.file('zone.conf', `${zone.lines.join('\n')}\n`);
    await lab.dnsmasq('server', resolvers.zone, `--conf-file=${records}`, '--local=/example/');
    await lab.dnsmasq('client', stub, '--conf-file=/dev/null', `--server=${resolvers.zone}`);
    return lab;
  }

  /** Words that run a command as on the host itself. */
  get onHost(): [string, ...string[]] {
    return this.world.enter('server');
  }

  /** A file with this text, by its path. */
  file(name: string, text: string): string {
    const path = `${this.directory}/${name}`;
    writeFileSync(path, text);
    return path;
  }

  /** Processes in one setting, side by side; at `wait` each waits for all. @returns their connects */
  run(setting: Setting, ...plans: Plan[]): Promise<Made[]> {
    return this.together(...plans.map(plan => this.start(setting, plan)));
  }

  /** The same of processes that have been started. */
  async together(...workloads: Workload[]): Promise<Made[]> {
    for (let rounds = 1; ; rounds++) {
      const areWaiting = await Promise.all(workloads.map(workload => workload.waitsOrEnds(rounds)));
      const waiting = workloads.filter((_, i) => areWaiting[i]);
      if (waiting.length === 0) return workloads.flatMap(({ made }) => made);
      for (const workload of waiting) workload.send('\n');
    }
  }

  /** A process of its own, which goes with the lab. */
  start({ place = 'client', instead = {}, env = {} }: Setting, plan: Plan): Workload {
    const binds = Object.entries(instead).map(([name, path]) => `mount --bind '${path}' '/etc/${name}' && `);
    const mounted = ['unshare', '--mount', 'sh', '-c', `${binds.join('')}exec "$@"`, 'sh'];
    const words = python('workload.py', targetPort, JSON.stringify(plan));
    const argv = [...this.world.enter(place), ...(binds.length > 0 ? mounted : []), ...words] as const;
    const options = { stdio: 'pipe', env: { ...process.env, ...env } } as const;
    return new Workload(this.t, 'workload.py', [...argv] as [string, ...string[]], options);
  }

  /** One of the benchmark's servers at a place, once it says that it listens. */
  async serve(place: Place, program: string, ...args: (string | number)[]): Promise<void> {
    await this.up(place, program, python(program, ...args), child => child.lines.length > 0);
  }

  private async dnsmasq(place: Place, address: string, ...knowledge: string[]): Promise<void> {
    const words = [
      'dnsmasq',
      '--keep-in-foreground',
      '--no-resolv',
      '--no-hosts',
      '--user=root',
      '--group=root',
      '--pid-file=',
    ];
    const listens = [`--listen-address=${address}`, '--bind-interfaces', '--log-facility=-'];
    const argv = [...words, ...listens, ...knowledge];
    await this.up(place, 'dnsmasq', argv, child => child.stderr.includes('started'));
  }

  private async up(
    place: Place,
    name: string,
    words: string[],
    isUp: (child: Child) => boolean,
  ): Promise<void> {
    const child = new Child(this.t, name, [...this.world.enter(place), ...words]);
    await eventually(
      () => {
        if (child.hasEnded) throw new Error(`${name} failed: ${child.stderr}`);
        return isUp(child) || undefined;
      },
      () => `${name} to be up; stderr: ${child.stderr}`,
    );
  }
}
