import { fairShare, userId } from '@tcppipe/events';
import { BySize, Sized } from './by-size.js';
import { type Link, noLink, type Queue, Queues } from './queue.js';

/** Whose answers: those of a network namespace (NaN where unknown), of the host's resolver daemons, or all static ones. */
export type Space = number | 'resolver' | 'hosts';

/** A namespace that nobody used for so long (microseconds) has probably gone, as those of containers do. */
const idleUs = 600e6;

/** A user, with the subordinate uids of one block as one. */
export class User {
  size = 0;
  readonly rank = new Sized<User>(this);
  readonly parts = new Map<Space, Part>();
  readonly partsBySize = new BySize<Part>();

  constructor(
    readonly id: number,
    readonly partsByUse: Queue,
  ) {}
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
  readonly rankInUser = new Sized<Part>(this);
  readonly rankInNamespace = new Sized<Part>(this);
  inAll: Link = noLink;
  inOwn: Link = noLink;

  constructor(
    readonly user: User,
    readonly namespace: Namespace,
    readonly byUse: Queue,
  ) {}

  get lastUsed(): number {
    return this.namespace.lastUsed;
  }
}

/** What a process has of that. */
interface Process {
  readonly pid: number;
  readonly part: Part;
  readonly byUse: Queue;
  size: number;
}

/** Something that is accounted for, or is about to be. */
export interface Accounted {
  readonly lastUsed: number;
  size: number;
  process: Process | undefined;
  /** Where it stands among what the process has, and among what the user has in the namespace. */
  inProcess: Link;
  inPart: Link;
}

/**
 * Who holds how many of the places in a table, and who has to give when there are too many. Somebody may make as many
 * namespaces and processes as he likes: room is shared between users first, among what is a user's between namespaces,
 * and there between processes. No step takes longer than the logarithm of their number.
 */
export class Shares<T extends Accounted> {
  used = 0;
  private readonly users = new Map<number, User>();
  private readonly usersBySize = new BySize<User>();
  private readonly spaces = new Map<Space, Namespace>();
  private readonly parts = new Queues<Part>();
  private readonly partsByUse = this.parts.open();
  private readonly things = new Queues<T>();
  /** Namespaces with more than their share of the table. */
  private readonly oversized = new Set<Namespace>();

  constructor(private readonly max: number) {}

  /** The namespace of this space, for something to be entered in it. */
  namespace(space: Space): Namespace {
    const known = this.spaces.get(space);
    if (known) return known;
    const namespace = new Namespace(space);
    this.spaces.set(space, namespace);
    return namespace;
  }

  /** Begins to account for something of no size yet that this process of this user brought. */
  enter(thing: T, namespace: Namespace, uid: number, pid: number): void {
    const part = this.partOf(this.userOf(uid), namespace);
    const process = this.processOf(part, pid);
    thing.process = process;
    thing.inProcess = this.things.push(process.byUse, thing, thing.lastUsed);
    thing.inPart = this.things.push(part.byUse, thing, thing.lastUsed);
  }

  leave(thing: T): void {
    const process = thing.process!;
    const { part } = process;
    this.resize(thing, 0);
    this.things.remove(thing.inProcess);
    this.things.remove(thing.inPart);
    thing.process = undefined;
    if (process.size === 0) this.closeProcess(process);
    if (part.size === 0) this.closePart(part);
  }

  resize(thing: T, size: number): void {
    const process = thing.process!;
    const { part } = process;
    const { user, namespace } = part;
    const more = size - thing.size;
    if (more === 0) return;
    thing.size = size;
    process.size += more;
    part.size += more;
    user.size += more;
    namespace.size += more;
    this.used += more;
    user.partsBySize.change(part.rankInUser, part.size);
    namespace.partsBySize.change(part.rankInNamespace, part.size);
    this.usersBySize.change(user.rank, user.size);
    if (namespace.size > this.max * fairShare) this.oversized.add(namespace);
    else this.oversized.delete(namespace);
  }

  /** What has to go when something new has come and there is too much: of the newcomer's own where he has his share. */
  surplus(newcomer: T, now: number): T {
    const process = newcomer.process!;
    const part = this.givingPart(process.part, now);
    const isOwnFault = part === process.part && process.size > part.size * fairShare;
    return this.things.leastUsed((isOwnFault ? process : part).byUse)!;
  }

  private givingPart(own: Part, now: number): Part {
    const { user, namespace } = own;
    const share = this.max * fairShare;
    // A hosts file is as true as ever however long nobody needed it.
    this.spaces.get('hosts')?.use(now);
    if (user.size > share) {
      if (own.size > user.size * fairShare) return own;
      return this.idle(user.partsByUse, now) ?? user.partsBySize.largest!;
    }
    if (namespace.size > share) {
      return own.size > namespace.size * fairShare ? own : namespace.partsBySize.largest!;
    }
    const [oversized] = this.oversized;
    return this.idle(this.partsByUse, now) ?? (oversized ?? this.usersBySize.largest!).partsBySize.largest!;
  }

  /** The part that nobody used for longest, if that is long. */
  private idle(parts: Queue, now: number): Part | undefined {
    const part = this.parts.leastUsed(parts);
    return part && now - part.lastUsed > idleUs ? part : undefined;
  }

  private userOf(uid: number): User {
    const id = userId(uid);
    const known = this.users.get(id);
    if (known) return known;
    const user = new User(id, this.parts.open());
    this.users.set(id, user);
    return user;
  }

  private partOf(user: User, namespace: Namespace): Part {
    const known = user.parts.get(namespace.space);
    if (known) return known;
    const part = new Part(user, namespace, this.things.open());
    part.inAll = this.parts.push(this.partsByUse, part, part.lastUsed);
    part.inOwn = this.parts.push(user.partsByUse, part, part.lastUsed);
    user.parts.set(namespace.space, part);
    return part;
  }

  private processOf(part: Part, pid: number): Process {
    const known = part.processes.get(pid);
    if (known) return known;
    const process = { pid, part, byUse: this.things.open(), size: 0 };
    part.processes.set(pid, process);
    return process;
  }

  private closeProcess({ pid, part, byUse }: Process): void {
    this.things.close(byUse);
    part.processes.delete(pid);
  }

  private closePart({ user, namespace, byUse, inAll, inOwn }: Part): void {
    this.things.close(byUse);
    this.parts.remove(inAll);
    this.parts.remove(inOwn);
    user.parts.delete(namespace.space);
    if (user.size === 0) this.closeUser(user);
    if (namespace.size === 0) this.spaces.delete(namespace.space);
  }

  private closeUser({ id, partsByUse }: User): void {
    this.parts.close(partsByUse);
    this.users.delete(id);
  }
}
