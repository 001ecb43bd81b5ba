import type { ActorHello } from './actor.js';
import type { Cast } from './cast.js';
import type { Event } from './event.js';
import type { OptionSet } from './option-set.js';

/** Pinned maps, with the ids of `boxed` in them. */
export interface PinnedMaps {
  cgroups: string;
  mountNamespaces: string;
}

const everything = () => true;
const isOfFamily = (ip: 4 | 6) => (event: Event) => event.ip === ip;

/** Every option at least once, some abbreviated, and what it lets through. bcc needs long to start: some stand together. */
export function optionSets(cast: Cast, maps: PinnedMaps): OptionSet[] {
  const [main, peer, boxed] = (['main', 'peer', 'boxed'] as const).map(role => cast.hello(role)) as [
    ActorHello,
    ActorHello,
    ActorHello,
  ];
  const isMain = ({ pid }: Event) => pid === main.pid;
  const ports = [main.ports.v4, peer.ports.v4, peer.ports.v6];
  const isBoxed = ({ cgroup }: Event) => cgroup === boxed.cgroup;
  const connects: [args: string[], passes: (event: Event) => boolean][] = [
    [[], everything],
    [['-t', '-U', '-L'], everything],
    [['-p', `${main.pid}`], isMain],
    [[`-P=${ports.join(', ')}`, '-4'], event => ports.includes(event.dport) && event.ip === 4],
    [['-6', '-L'], isOfFamily(6)],
    [['--ui', '65534', '-U'], ({ uid }) => uid === 65534],
    [['--cg', maps.cgroups], isBoxed],
    [['-c'], everything],
    [['-d', '-t'], everything],
  ];
  const traces: typeof connects = [
    [[], everything],
    [['-v', '-t'], everything],
    [['-t', '-N', '0', '-p', `${main.pid}`], isMain],
    [['-v', '-N', `${main.netns}`], ({ netns }) => netns === main.netns],
    [['-4'], isOfFamily(4)],
    [['-6'], isOfFamily(6)],
    [['--mntnsmap', maps.mountNamespaces], ({ mntns }) => mntns === boxed.mntns],
  ];
  return [
    ...connects.map(([args, passes]): OptionSet => ({ tool: 'tcpconnect', args, passes })),
    ...traces.map(([args, passes]): OptionSet => ({ tool: 'tcptracer', args, passes })),
  ];
}
