import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { atEnd, type Scope } from './cleanup.js';
import { eventually } from './deadline.js';

let made = 0;

/** Runs a program to its end and gives its output. @throws Error with its stderr when it fails */
export function run(...[program, ...args]: [string, ...string[]]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A network namespace of the test's own, its loopback up; it goes with the test. */
export class Netns {
  readonly name = `tcppipe-${process.pid}-${++made}`;

  constructor(t: Scope) {
    run('ip', 'netns', 'add', this.name);
    atEnd(t, () => run('ip', 'netns', 'delete', this.name));
    this.ip('link', 'set', 'lo', 'up');
  }

  /** `ip` inside. */
  ip(...args: string[]): void {
    run('ip', '-n', this.name, ...args);
  }

  /** Words that run a command inside; unlike `ip netns exec` they leave the mounts as they are. */
  get enter(): [string, ...string[]] {
    return ['nsenter', `--net=/run/netns/${this.name}`];
  }

  /** Inode number. */
  get inode(): number {
    return statSync(`/run/netns/${this.name}`).ino;
  }

  sysctl(name: string, value: string): void {
    run(...this.enter, 'sh', '-c', `echo '${value}' > /proc/sys/${name.replaceAll('.', '/')}`);
  }

  /** What is set for this namespace where the kernel can do that, else for the whole host until the end of the test. */
  sysctlOfHost(t: Scope, name: string, value: string): void {
    const path = `/proc/sys/${name.replaceAll('.', '/')}`;
    if (run(...this.enter, 'sh', '-c', `test -e ${path} && echo own || echo none`) === 'none\n') {
      const before = readFileSync(path, 'utf8');
      atEnd(t, () => writeFileSync(path, before));
      writeFileSync(path, value);
    } else this.sysctl(name, value);
  }
}

/** Two namespaces with a link between them: `client` has 10.9.0.1, `server` 10.9.0.2. */
export function linkedNamespaces(t: Scope): { client: Netns; server: Netns } {
  const [client, server] = [new Netns(t), new Netns(t)];
  client.ip('link', 'add', 'link0', 'type', 'veth', 'peer', 'name', 'link0', 'netns', server.name);
  for (const [namespace, address] of [
    [client, '10.9.0.1/24'],
    [server, '10.9.0.2/24'],
  ] as const) {
    namespace.ip('address', 'add', address, 'dev', 'link0');
    namespace.ip('link', 'set', 'link0', 'up');
  }
  return { client, server };
}

/** A cgroup v2 of the test's own, below the root; it goes with the test. @returns its directory */
export function cgroup(t: Scope): string {
  const mount = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .find(line => line.includes(' - cgroup2 '))!;
  const directory = `${mount.split(' ')[4]}/tcppipe-${process.pid}-${++made}`;
  run('mkdir', directory);
  atEnd(t, async () => {
    writeFileSync(`${directory}/cgroup.kill`, '1');
    const populated = () => readFileSync(`${directory}/cgroup.events`, 'utf8').includes('populated 1');
    await eventually(
      () => (populated() ? undefined : true),
      () => `the end of all processes in ${directory}`,
    );
    run('rmdir', directory);
  });
  return directory;
}
