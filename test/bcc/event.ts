import type { Hello } from '../lib/workload.js';

/** What an actor did, as it says itself: everything that a tool could print of it. */
export interface Event extends Pick<Hello, 'pid' | 'netns' | 'mntns' | 'cgroup'> {
  type: 'connect' | 'established' | 'accept' | 'release';
  uid: number;
  comm: string;
  ip: 4 | 6;
  saddr: string;
  sport: number;
  daddr: string;
  dport: number;
  /** IPv4 on an IPv6 socket. */
  mapped: boolean;
  /** Whether there ever was a connection. */
  connected: boolean;
  /** How it was connected. */
  blocking: boolean;
  /** Of a release: whether it came with the end of the process. */
  ending?: boolean;
  /** Of an accept: whether the connection had been reset before. */
  over?: boolean;
  /** Of a connect: the name that this process was answered with for the address; null without. */
  name?: string | null;
  /** Of a connect: the name in the latest answer with this address that anybody received on a connected socket. */
  latestName?: string | undefined;
}
