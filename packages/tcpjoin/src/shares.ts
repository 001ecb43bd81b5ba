import { BySize } from './by-size.js';
import type { Kept } from './kept.js';
import { leastUsed, type Node, Queue } from './queue.js';

/** Whose answers: those of a network namespace (NaN where unknown), of the host's resolver daemons, or all static ones. */
export type Space = number | 'resolver' | 'hosts';

/** Who holds more than this share of what he has a share of makes room for himself. */
const fairShare = 1 / 4;
/** A namespace that nobody used for so long (microseconds) has probably gone, as those of containers do. */
const idleUs = 600e6;
/** From here on uids are handed to users in blocks, for the user namespaces that they make (useradd's SUB_UID_MIN). */
const firstSubordinateUid = 100_000;
const subordinateUids = 65_536;

/** A user, with the subordinate uids of one block as one. */
class User {
  size = 0;
  readonly parts = new Map<Space, Part>();
  readonly partsBySize = new BySize<Part>();
  readonly partsByUse = new Queue<Part>();

  constructor(readonly id: number) {}
}

export class Namespace {
  size = 0;
  /** Event time, microseconds. */
  lastUsed = Number.NEGATIVE_INFINITY;
  readonly partsBySize = new BySize<Part>();

  constructor(readonly space: Space) {}

  use(time: number): void {
    if (time > this.lastUsed) this.lastUsed = time;
  }
}

/** What a user has in a namespace. */
class Part {
  size = 0;
  readonly processes = new Map<number, Process>();
  readonly byUse = new Queue<Kept>();
  readonly amongAll: Node<Part>;
  readonly amongOwn: Node<Part>;

  constructor(
    readonly user: User,
    readonly namespace: Namespace,
    all: Queue<Part>,
  ) {
    this.amongAll = all.push(this, namespace.lastUsed);
    this.amongOwn = user.partsByUse.push(this, namespace.lastUsed);
  }

  get lastUsed(): number {
    return this.namespace.lastUsed;
  }
}

interface Process {
  readonly pid: number;
  readonly part: Part;
  size: number;
  readonly byUse: Queue<Kept>;
}

/** Where something kept is accounted for. */
export interface Account {
  readonly process: Process;
  readonly inProcess: Node<Kept>;
  readonly inPart: Node<Kept>;
}

/**
 * Who holds how many of the places in a table, and who has to give when there are too many. Somebody may make as many
 * namespaces and processes as he likes: room is shared between users first, among what is a user's between namespaces,
 * and there between processes. No step takes longer for there being many of them.
 */
export class Shares {
  used = 0;
  private readonly users = new Map<number, User>();
  private readonly usersBySize = new BySize<User>();
  private readonly spaces = new Map<Space, Namespace>();
  private readonly partsByUse = new Queue<Part>();
  /** Namespaces with more than their share of the table. */
  private readonly oversized = new Set<Namespace>();

  constructor(private readonly max: number) {}

  /** The namespace of this space, for something to be entered in it. */
  namespace(space: Space): Namespace {
    const namespace = this.spaces.get(space) ?? new Namespace(space);
    this.spaces.set(space, namespace);
    return namespace;
  }

  /** Opens an account for something of no size yet that this process of this user brought. */
  enter(kept: Kept, namespace: Namespace, uid: number, pid: number): Account {
    const part = this.partOf(this.userOf(uid), namespace);
    const process = part.processes.get(pid) ?? { pid, part, size: 0, byUse: new Queue() };
    part.processes.set(pid, process);
    const since = kept.lastUsed;
    return { process, inProcess: process.byUse.push(kept, since), inPart: part.byUse.push(kept, since) };
  }

  leave(kept: Kept): void {
    const { process, inProcess, inPart } = kept.account;
    const { part } = process;
    this.resize(kept, 0);
    process.byUse.remove(inProcess);
    part.byUse.remove(inPart);
    if (process.size === 0) part.processes.delete(process.pid);
    if (part.size === 0) this.close(part);
  }

  resize(kept: Kept, size: number): void {
    const { process } = kept.account;
    const { part } = process;
    const { user, namespace } = part;
    const more = size - kept.size;
    if (more === 0) return;
    kept.size = size;
    process.size += more;
    part.size += more;
    user.size += more;
    namespace.size += more;
    this.used += more;
    user.partsBySize.change(part, part.size - more, part.size);
    namespace.partsBySize.change(part, part.size - more, part.size);
    this.usersBySize.change(user, user.size - more, user.size);
    if (namespace.size > this.max * fairShare) this.oversized.add(namespace);
    else this.oversized.delete(namespace);
  }

  /** What has to go when something new has come and there is too much: of the newcomer's own where he has his share. */
  surplus({ account: { process } }: Kept, now: number): Kept {
    const part = this.givingPart(process.part, now);
    const isOwnFault = part === process.part && process.size > part.size * fairShare;
    return leastUsed((isOwnFault ? process : part).byUse)!;
  }

  private givingPart(own: Part, now: number): Part {
    const { user, namespace } = own;
    const share = this.max * fairShare;
    // A hosts file is as true as ever however long nobody needed it.
    this.spaces.get('hosts')?.use(now);
    if (user.size > share) {
      if (own.size > user.size * fairShare) return own;
      return idle(user.partsByUse, now) ?? user.partsBySize.largest!;
    }
    if (namespace.size > share) {
      return own.size > namespace.size * fairShare ? own : namespace.partsBySize.largest!;
    }
    const [oversized] = this.oversized;
    return idle(this.partsByUse, now) ?? (oversized ?? this.usersBySize.largest!).partsBySize.largest!;
  }

  private userOf(uid: number): User {
    const id = userId(uid);
    const user = this.users.get(id) ?? new User(id);
    this.users.set(id, user);
    return user;
  }

  private partOf(user: User, namespace: Namespace): Part {
    const part = user.parts.get(namespace.space) ?? new Part(user, namespace, this.partsByUse);
    user.parts.set(namespace.space, part);
    return part;
  }

  private close({ user, namespace, amongAll, amongOwn }: Part): void {
    this.partsByUse.remove(amongAll);
    user.partsByUse.remove(amongOwn);
    user.parts.delete(namespace.space);
    if (user.size === 0) this.users.delete(user.id);
    if (namespace.size === 0) this.spaces.delete(namespace.space);
  }
}

/** Whose uid it is: the first of its block where it is one that a user was given to have namespaces with. */
export function userId(uid: number): number {
  if (!(uid >= firstSubordinateUid)) return uid;
  return uid - ((uid - firstSubordinateUid) % subordinateUids);
}

/** The part that nobody used for longest, if that is long. */
function idle(parts: Queue<Part>, now: number): Part | undefined {
  const part = leastUsed(parts);
  return part && now - part.lastUsed > idleUs ? part : undefined;
}
