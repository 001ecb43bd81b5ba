import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { Child } from '../../lib/child.js';
import type { Scope } from '../../lib/cleanup.js';
import { root } from '../../lib/command.js';
import { eventually } from '../../lib/deadline.js';
import { Netns } from '../../lib/namespaces.js';
import type { Plan } from './plan.js';
import type { Zone } from './zone.js';

/** Connects go to this port, which nothing else on a host that is busy with other things uses. */
export const targetPort = 4242;
/** DNS over TLS (RFC 7858). */
export const tlsPort = 853;

/** dnsmasq with the zone; one that answers as the question wants it (server.py); a daemon with a cache (daemon.py). */
export const resolvers = { zone: '192.0.2.53', any: '192.0.2.54', other: '192.0.2.55', daemon: '192.0.2.56' };
/** dnsmasq in the client's own namespace, which asks the one with the zone. */
const stub = '127.0.0.53';

/** One connect as its process says it was made; `name` is what it asked for, null for an address as such. */
export interface Made {
  kind: 'connect';
  pid: number;
  saddr: string;
  sport: number;
  daddr: string;
  dport: number;
  name: string | null;
}

/** Where and how a workload runs. */
export interface Place {
  netns?: 'client' | 'neighbour';
  /** Reads this file instead of /etc/NAME. */
  instead?: { hosts?: string; 'resolv.conf'?: string };
  env?: Readonly<Record<string, string>>;
}

/**
 * Three network namespaces, `client` and `neighbour` each linked to `server`, which stands for the host and for the
 * world: it has the resolvers and accepts connections to every address. And an /etc of their own, for names in it.
 */
export class Lab {
  readonly daemonPath: string;
  readonly stubbed: Place;
  readonly hostsPath: string;
  private readonly namespaces: Record<'server' | 'client' | 'neighbour', Netns>;
  private mounts = 0;

  private constructor(
    private readonly t: Scope,
    private readonly directory: string,
  ) {
    this.namespaces = { server: new Netns(t), client: new Netns(t), neighbour: new Netns(t) };
    this.daemonPath = `${directory}/daemon.sock`;
    this.hostsPath = `${directory}/etc/hosts`;
    this.stubbed = { instead: { 'resolv.conf': this.file('stub.conf', `nameserver ${stub}\n`) } };
  }

  /** Everything set up and answering. `directory` must be empty; it and `t` are the lab's until it ends. */
  static async open(t: Scope, zone: Zone, directory: string): Promise<Lab> {
    const lab = new Lab(t, directory);
    lab.link('client', 1);
    lab.link('neighbour', 2);
    for (const address of Object.values(resolvers))
      lab.serverIp('address', 'add', `${address}/32`, 'dev', 'lo');
    for (const network of ['198.51.100.0/24', '203.0.113.0/24', '2001:db8:1000::/36']) {
      lab.serverIp('route', 'add', 'local', network, 'dev', 'lo');
    }
    await lab.mountEtc();
    await lab.serve(zone);
    return lab;
  }

  /** Words that run a command as on the host itself: in the network namespace of the resolvers. */
  get onHost(): [string, ...string[]] {
    return this.enter('server');
  }

  /** A file with this text, by its path. */
  file(name: string, text: string): string {
    const path = `${this.directory}/${name}`;
    writeFileSync(path, text);
    return path;
  }

  /** Processes at one place, side by side; at `wait` each waits for all. @returns their connects */
  run(place: Place, ...plans: Plan[]): Promise<Made[]> {
    return this.together(...plans.map(plan => this.start(place, plan)));
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

  start({ netns = 'client', instead = {}, env = {} }: Place, plan: Plan): Workload {
    const binds = Object.entries(instead).map(([name, path]) => `mount --bind '${path}' '/etc/${name}' && `);
    const mounted =
      binds.length > 0 ? ['unshare', '--mount', 'sh', '-c', `${binds.join('')}exec "$@"`, 'sh'] : [];
    const words = [...mounted, ...python('workload.py', targetPort, JSON.stringify(plan))];
    return new Workload(this.t, 'workload.py', [...this.enter(netns), ...words], {
      stdio: 'pipe',
      env: { ...process.env, ...env },
    });
  }

  /** A program of the benchmark in a namespace, once it says that it listens. */
  async serving(
    netns: keyof Lab['namespaces'],
    program: string,
    ...args: (string | number)[]
  ): Promise<void> {
    const child = new Child(this.t, program, [...this.enter(netns), ...python(program, ...args)]);
    await eventually(
      () => {
        if (child.process.exitCode !== null) throw new Error(`${program} failed: ${child.stderr}`);
        return child.lines[0];
      },
      () => `${program} to listen; stderr: ${child.stderr}`,
    );
  }

  private enter(netns: keyof Lab['namespaces']): [string, ...string[]] {
    return [...this.namespaces[netns].enter, `--mount=/proc/${this.mounts}/ns/mnt`];
  }

  private serverIp(...words: string[]): void {
    this.namespaces.server.ip(...words);
  }

  /** 192.0.2.N0 and 2001:db8:N::10 on the client's side, both with .1 as the way to everything else. */
  private link(name: 'client' | 'neighbour', n: number): void {
    const { server, [name]: client } = this.namespaces;
    client.ip('link', 'add', 'up0', 'type', 'veth', 'peer', 'name', `${name}0`, 'netns', server.name);
    for (const [netns, device, last] of [
      [client, 'up0', 10],
      [server, `${name}0`, 1],
    ] as const) {
      netns.ip('address', 'add', `192.0.2.${n * 64 + last}/26`, 'dev', device);
      netns.ip('address', 'add', `2001:db8:${n}::${last}/64`, 'dev', device, 'nodad');
      netns.ip('link', 'set', device, 'up');
    }
    client.ip('route', 'add', 'default', 'via', `192.0.2.${n * 64 + 1}`);
    client.ip('-6', 'route', 'add', 'default', 'via', `2001:db8:${n}::1`);
  }

  /** The directory as a whole, as a file mounted by itself would hide from who watches the directory. */
  private async mountEtc(): Promise<void> {
    const etc = `${this.directory}/etc`;
    mkdirSync(etc);
    cpSync('/etc', etc, { recursive: true, verbatimSymlinks: true });
    this.file('etc/resolv.conf', `nameserver ${resolvers.zone}\n`);
    const script = `mount --bind '${etc}' /etc && echo mounted && exec cat`;
    const words = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script] as const;
    const holder = new Child(this.t, 'unshare', [...words], { stdio: 'pipe' });
    await eventually(
      () => holder.lines[0],
      () => `an /etc of the lab's own; stderr: ${holder.stderr}`,
    );
    this.mounts = holder.pid;
  }

  private async serve(zone: Zone): Promise<void> {
    await this.serving('server', 'target.py', targetPort, tlsPort);
    await this.serving('server', 'server.py', resolvers.any, resolvers.other);
    await this.serving('server', 'daemon.py', resolvers.daemon, resolvers.zone, this.daemonPath);
    const records = this.file('zone.conf', `${zone.lines.join('\n')}\n`);
    const knows = [`--conf-file=${records}`, '--local=/example/'];
    await this.dnsmasq('server', resolvers.zone, knows);
    await this.dnsmasq('client', stub, ['--conf-file=/dev/null', `--server=${resolvers.zone}`]);
  }

  private async dnsmasq(netns: 'server' | 'client', address: string, options: string[]): Promise<void> {
    const words = [
      '--keep-in-foreground',
      '--no-resolv',
      '--no-hosts',
      '--user=root',
      '--pid-file=',
      '--log-facility=-',
    ];
    const listens = [`--listen-address=${address}`, '--bind-interfaces'];
    const child = new Child(this.t, 'dnsmasq', [
      ...this.enter(netns),
      'dnsmasq',
      ...words,
      ...listens,
      ...options,
    ]);
    await eventually(
      () => {
        if (child.process.exitCode !== null) throw new Error(`dnsmasq failed: ${child.stderr}`);
        return child.stderr.includes('started') || undefined;
      },
      () => `dnsmasq to start; stderr: ${child.stderr}`,
    );
  }
}

/** A process that follows a plan. */
export class Workload extends Child {
  get made(): Made[] {
    return this.said.filter(line => line.kind === 'connect') as Made[];
  }

  /** Whether it waits for the `nth` time; otherwise it has ended. @throws Error when it failed */
  waitsOrEnds(nth: number): Promise<boolean> {
    return eventually(
      () => {
        const { exitCode, signalCode } = this.process;
        if (exitCode || signalCode) throw new Error(`${this.name} failed: ${this.stderr}`);
        if (this.said.filter(line => line.kind === 'waiting').length >= nth) return true;
        return exitCode === 0 && this.process.stdout!.closed ? false : undefined;
      },
      () => `${this.name} to wait or end; stderr: ${this.stderr}`,
    );
  }

  private get said(): { kind: string }[] {
    return this.lines.map(line => JSON.parse(line));
  }
}

function python(program: string, ...args: (string | number)[]): string[] {
  return ['python3', '-B', `${root}/test/bench/attribution/${program}`, ...args.map(String)];
}
