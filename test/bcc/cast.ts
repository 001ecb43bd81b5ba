import { join } from 'node:path';
import type { Scope } from '../lib/cleanup.js';
import { namespaceWithDns } from '../lib/dns-server.js';
import { cgroup } from '../lib/namespaces.js';
import { Actor, type ActorHello } from './actor.js';
import { dnsRecords, localAddresses } from './names.js';

export type Role = 'main' | 'peer' | 'user' | 'boxed' | 'far';

/** The processes of the scenario. */
export class Cast {
  private constructor(
    private readonly actors: ReadonlyMap<Role, Actor>,
    private readonly hellos: ReadonlyMap<Role, ActorHello>,
  ) {}

  /** Starts them; all but `far` share a network namespace with a DNS server. */
  static async start(t: Scope): Promise<Cast> {
    const home = await namespaceWithDns(t, dnsRecords);
    for (const address of localAddresses) home.ip('address', 'add', address, 'dev', 'lo', 'nodad');
    const box = join(cgroup(t), 'cgroup.procs');
    const boxed = ['sh', '-c', `echo $$ > ${box} && exec unshare --mount "$@"`, 'sh'];
    const nobody = ['setpriv', '--reuid', '65534', '--clear-groups'];
    const roles: [Role, string, string[]][] = [
      ['main', 'main', home.enter],
      ['peer', 'peer-of-fifteen', home.enter],
      ['user', 'user', [...home.enter, ...nobody]],
      ['boxed', 'boxed', [...home.enter, ...boxed]],
      ['far', 'far', []],
    ];
    const actors = new Map(roles.map(([role, comm, enter]) => [role, new Actor(t, comm, enter)]));
    const hellos = new Map<Role, ActorHello>();
    for (const [role, actor] of actors) hellos.set(role, await actor.hello);
    return new Cast(actors, hellos);
  }

  actor(role: Role): Actor {
    return this.actors.get(role)!;
  }

  /** Who an actor is and where it listens. */
  hello(role: Role): ActorHello {
    return this.hellos.get(role)!;
  }
}
