import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import type { TestContext } from 'node:test';

let made = 0;

/** Runs a program to its end and gives its output. @throws Error with its stderr when it fails */
export function run(...[program, ...args]: [string, ...string[]]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A network namespace of the test's own, its loopback up; it goes with the test. */
export class Netns {
  readonly name = `tcppipe-${process.pid}-${++made}`;

  constructor(t: TestContext) {
    run('ip', 'netns', 'add', this.name);
    t.after(() => run('ip', 'netns', 'delete', this.name));
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
}

/** Two namespaces with a link between them: `client` has 10.9.0.1, `server` 10.9.0.2. */
export function linkedNamespaces(t: TestContext): { client: Netns; server: Netns } {
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
export function cgroup(t: TestContext): string {
  const mount = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .find(line => line.includes(' - cgroup2 '))!;
  const directory = `${mount.split(' ')[4]}/tcppipe-${process.pid}-${++made}`;
  run('mkdir', directory);
  t.after(() => run('rmdir', directory));
  return directory;
}
