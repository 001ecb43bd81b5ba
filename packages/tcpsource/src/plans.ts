import type { BpfObject } from '@tcppipe/native';
import { bpfObjectPath, cgroup2Mount, type Plan, u8, u32 } from '@tcppipe/source';
import { eventKinds, type TcpEvent } from './decode.js';

/** Which of several programs for one purpose a plan uses. */
interface Choice {
  connect: 'sockops_connect' | 'state_change';
  accept: 'accept_return' | 'accept_exit' | undefined;
}

const programs = [
  'sockops_connect',
  'state_change',
  'accept_return',
  'accept_exit',
  'existing_sockets',
  'sock_release',
  'process_exit',
];

const cgroupPrograms = ['sockops_connect', 'sock_release'];

/**
 * The ways to trace `events`, best first. Connects come from sockops where the root of cgroup v2 can be attached to, else from the
 * state change, which does not know the local port yet; releases then are told when the connection is over. Accepts come from fexit where the kernel allows it, else from
 * the end of every system call.
 */
export function plansFor(
  events: readonly TcpEvent[],
  setFilters: (object: BpfObject) => void,
  say: (message: string) => void,
): Plan[] {
  const acceptHooks =
    events.includes('accept') || events.includes('close')
      ? (['accept_return', 'accept_exit'] as const)
      : [undefined];
  const cgroup = cgroup2Mount();
  const root = cgroup?.isRoot ? cgroup.path : undefined;
  const choices: Choice[] = [];
  if (root !== undefined)
    for (const accept of acceptHooks) choices.push({ connect: 'sockops_connect', accept });
  for (const accept of acceptHooks) choices.push({ connect: 'state_change', accept });
  return choices.map(choice => {
    const seen = choice.connect === 'sockops_connect' ? events : events.map(seenWithoutCgroups);
    return planFor(choice, seen, setFilters, root, say);
  });
}

function seenWithoutCgroups(event: TcpEvent): TcpEvent {
  return event === 'release' ? 'close' : event;
}

function planFor(
  { connect, accept }: Choice,
  events: readonly TcpEvent[],
  setFilters: (object: BpfObject) => void,
  root: string | undefined,
  say: (message: string) => void,
): Plan {
  const followsLives = events.some(event => event !== 'connect');
  const bySockops = connect === 'sockops_connect';
  const used = [
    ...(bySockops ? ['sockops_connect'] : []),
    ...(followsLives || !bySockops ? ['state_change'] : []),
    ...(accept ? [accept] : []),
    ...(events.includes('release') ? ['process_exit', 'sock_release'] : []),
    ...(events.includes('close') ? ['existing_sockets'] : []),
  ];
  return {
    objectPath: bpfObjectPath('tcpsource'),
    configure(object) {
      setFilters(object);
      object.setGlobal(
        'events_wanted',
        u32(events.reduce((bits, event) => bits | (1 << eventKinds.indexOf(event)), 0)),
      );
      object.setGlobal('follows_lives', u8(followsLives ? 1 : 0));
      object.setGlobal('connect_from_state', u8(bySockops ? 0 : 1));
      if (!accept) object.setMapEntries('acceptors', 1);
      for (const program of programs) object.setAutoload(program, used.includes(program));
    },
    attach(object) {
      for (const program of used) {
        if (cgroupPrograms.includes(program)) object.attachCgroup(program, root!);
        else if (program === 'existing_sockets') object.runIter(program);
        else object.attach(program);
      }
      if (!bySockops) say('running without local ports (sport) of connects: no cgroup v2 root to attach to');
      return used;
    },
  };
}
