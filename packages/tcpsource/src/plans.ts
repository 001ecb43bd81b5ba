import type { BpfObject } from '@tcppipe/native';
import { bpfObjectPath, cgroup2Mount, isKernelSince, type Plan, u8, u32 } from '@tcppipe/source';
import { eventKinds, type TcpEvent } from './decode.js';

/** Which of several programs for one purpose a plan uses. */
interface Choice {
  connect: 'sockops_connect' | 'state_change';
  accept: AcceptHook | undefined;
}

interface AcceptHook {
  programs: 'accept_return' | 'accept_exit';
  /** Whether those who already wait in accept() are seen by another hook. */
  alsoAtGraft: boolean;
}

/** Best first. The last sees all by itself. */
const acceptHooks: readonly AcceptHook[] = [
  { programs: 'accept_return', alsoAtGraft: true },
  { programs: 'accept_return', alsoAtGraft: false },
  { programs: 'accept_exit', alsoAtGraft: false },
];

const acceptGraft = 'accept_graft';

/** Programs for the same purpose: the kernel may skip one of them, but hardly ever all (bpf/tcpsource.bpf.c). */
const alike = {
  state_change: ['state_change', 'state_change_2', 'state_change_3', 'state_change_4'],
  accept_return: ['accept_return', 'accept_return_2', 'accept_return_3'],
  accept_exit: ['accept_exit', 'accept_exit_2'],
};

/** How many see the same: before a task in a program on a tracepoint could be preempted by others, and since. */
const needed = {
  before: { state_change: 2, accept_return: 2, accept_exit: 1 },
  since: { state_change: 4, accept_return: 3, accept_exit: 2 },
};
const preemptibleTracepoints = [7, 0] as const;

const programs = [
  'sockops_connect',
  ...Object.values(alike).flat(),
  acceptGraft,
  'existing_sockets',
  'sock_release',
  'process_exit',
];

const cgroupPrograms = ['sockops_connect', 'sock_release'];

/**
 * The ways to trace `events`, best first. Connects come from sockops where the root of cgroup v2 is there to attach to, else
 * from the state change, which does not know the local port yet; releases then are told when the connection is over. Accepts
 * come from fexit where the kernel allows it, else from the end of every system call.
 */
export function plansFor(
  events: readonly TcpEvent[],
  setFilters: (object: BpfObject) => void,
  say: (message: string) => void,
): Plan[] {
  const accepts = events.includes('accept') || events.includes('close') ? acceptHooks : [undefined];
  const cgroup = cgroup2Mount();
  const root = cgroup?.isRoot ? cgroup.path : undefined;
  if (root !== undefined)
    return accepts.map(accept =>
      planFor({ connect: 'sockops_connect', accept }, events, setFilters, root, () => {}),
    );
  const sayChanges = () => {
    for (const change of changesWithoutCgroups(events)) say(`${change}: no cgroup v2 root to attach to`);
  };
  const seen = events.map(seenWithoutCgroups);
  return accepts.map(accept =>
    planFor({ connect: 'state_change', accept }, seen, setFilters, undefined, sayChanges),
  );
}

function changesWithoutCgroups(events: readonly TcpEvent[]): string[] {
  const changes = [];
  if (events.includes('connect')) changes.push('running without local ports (sport) of connects');
  if (events.includes('release'))
    changes.push('closes come when the connection is over, as of the process that opened or accepted it');
  return changes;
}

function seenWithoutCgroups(event: TcpEvent): TcpEvent {
  return event === 'release' ? 'close' : event;
}

function planFor(
  { connect, accept }: Choice,
  events: readonly TcpEvent[],
  setFilters: (object: BpfObject) => void,
  root: string | undefined,
  sayChanges: () => void,
): Plan {
  const followsLives = events.some(event => event !== 'connect');
  const bySockops = connect === 'sockops_connect';
  const preemption = isKernelSince(preemptibleTracepoints) ? 'since' : 'before';
  const looking = (purpose: keyof typeof alike) => alike[purpose].slice(0, needed[preemption][purpose]);
  // Attempts are made by tasks alone, which before that release meet none of another.
  const changes = looking('state_change').slice(0, followsLives || preemption === 'since' ? undefined : 1);
  const stateChanges = followsLives || !bySockops ? changes : [];
  const accepts = accept ? looking(accept.programs) : [];
  if (accept?.alsoAtGraft) accepts.push(acceptGraft);
  // In this order: what arrives when the state changes are seen is seen to be accepted, and the last program that looks at a
  // change runs last.
  const used = [
    ...(bySockops ? ['sockops_connect'] : []),
    ...accepts,
    ...stateChanges,
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
      object.setGlobal('programs_on_changes', u32(Math.max(1, stateChanges.length)));
      object.setGlobal('accepts_before_held', u8(accept?.programs === 'accept_return' ? 1 : 0));
      object.setGlobal('several_see_accepts', u8(accepts.length > 1 ? 1 : 0));
      if (!accept) object.setMapEntries('passives', 1);
      for (const program of programs) object.setAutoload(program, used.includes(program));
    },
    attach(object) {
      for (const program of used) {
        if (cgroupPrograms.includes(program)) object.attachCgroup(program, root!);
        else if (program === 'existing_sockets') object.runIter(program);
        else object.attach(program);
      }
      sayChanges();
      const others = [...stateChanges.slice(1), ...accepts.slice(1).filter(name => name !== acceptGraft)];
      return used.filter(program => !others.includes(program));
    },
    // On a tracepoint before that release at most one is under way on a CPU: of two, one sees what a softirq changes.
    skippable: [
      preemption === 'since' ? stateChanges : [],
      preemption === 'since' || accept?.programs === 'accept_return' ? accepts : [],
    ].filter(programs => programs.length > 0),
  };
}
