import { cpSync, mkdirSync } from 'node:fs';
import { Child } from '../../lib/child.js';
import type { Scope } from '../../lib/cleanup.js';
import { eventually } from '../../lib/deadline.js';
import { Netns } from '../../lib/namespaces.js';

/** Networks all of whose addresses are there: for documentation (RFC 5737, RFC 3849), so that nothing ever leaves a host. */
const networks = ['198.51.100.0/24', '203.0.113.0/24', '2001:db8:1000::/36'];

export type Place = 'server' | 'client' | 'neighbour';

/**
 * Three network namespaces, `client` and `neighbour` each linked to `server`, which stands for the host and for the
 * rest of the world; and a mount namespace with an /etc of its own.
 */
export class World {
  private constructor(
    private readonly namespaces: Readonly<Record<Place, Netns>>,
    private readonly mountsOf: number,
  ) {}

  /** The /etc is a copy of this host's, in `etc`, which must not exist. `addresses` are more of those of `server`. */
  static async make(t: Scope, etc: string, addresses: readonly string[]): Promise<World> {
    const [server, client, neighbour] = [new Netns(t), new Netns(t), new Netns(t)];
    link(server, client, 1);
    link(server, neighbour, 2);
    for (const address of addresses) server.ip('address', 'add', `${address}/32`, 'dev', 'lo');
    for (const network of networks) server.ip('route', 'add', 'local', network, 'dev', 'lo');
    return new World({ server, client, neighbour }, await mountEtc(t, etc));
  }

  /** Words that run a command at a place, with the /etc of this world. */
  enter(place: Place): [string, ...string[]] {
    return [...this.namespaces[place].enter, `--mount=/proc/${this.mountsOf}/ns/mnt`];
  }
}

/** The `n`th network: the client has the host number 10 in it, the server 1, which is the way to everything else. */
function link(server: Netns, client: Netns, n: number): void {
  const [up, down] = ['up0', `down${n}`];
  client.ip('link', 'add', up, 'type', 'veth', 'peer', 'name', down, 'netns', server.name);
  for (const [netns, device, host] of [
    [client, up, 10],
    [server, down, 1],
  ] as const) {
    netns.ip('address', 'add', `192.0.2.${n * 64 + host}/26`, 'dev', device);
    netns.ip('address', 'add', `2001:db8:${n}::${host}/64`, 'dev', device, 'nodad');
    netns.ip('link', 'set', device, 'up');
  }
  client.ip('route', 'add', 'default', 'via', `192.0.2.${n * 64 + 1}`);
  client.ip('-6', 'route', 'add', 'default', 'via', `2001:db8:${n}::1`);
}

/**
 * The directory as a whole: a single file mounted over another is not noticed by who watches the directory.
 * @returns the process that holds the mount namespace
 */
async function mountEtc(t: Scope, etc: string): Promise<number> {
  mkdirSync(etc);
  cpSync('/etc', etc, { recursive: true, verbatimSymlinks: true });
  const script = `mount --bind '${etc}' /etc && echo mounted && exec cat`;
  const words = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script] as const;
  const holder = new Child(t, 'unshare', [...words], { stdio: 'pipe' });
  await eventually(
    () => holder.lines[0],
    () => `an /etc of its own; stderr: ${holder.stderr}`,
  );
  return holder.pid;
}
