import type { BpfObject } from '@tcppipe/native';
import { commText } from './comm.js';
import { microseconds, offsetsOf, readU64 } from './wire.js';

/** Identity of a task as records carry it; unknown fields absent. */
export interface Owner {
  pid: number;
  tid: number;
  uid: number;
  comm: string;
  pid_start_us: number;
}

export interface Places {
  mntns?: number;
  cgroup?: number;
}

/** Reads `struct owner` (bpf/owner.h), which wire structs embed. */
export class OwnerReader {
  /** Offsets of the members. */
  readonly at;

  constructor(object: BpfObject) {
    this.at = offsetsOf('owner', object.struct('owner'), {
      start_ns: 8,
      cgroup: 8,
      pid: 4,
      tid: 4,
      uid: 4,
      mntns: 4,
      comm: 16,
    });
  }

  /** The owner that lies at `base`, or undefined where the kernel did not know it. */
  owner(bytes: Buffer, base: number): Owner | undefined {
    const { at } = this;
    const pid = bytes.readUInt32LE(base + at.pid);
    if (pid === 0) return undefined;
    return {
      pid,
      tid: bytes.readUInt32LE(base + at.tid),
      uid: bytes.readUInt32LE(base + at.uid),
      comm: commText(bytes, base + at.comm),
      pid_start_us: microseconds(bytes, base + at.start_ns),
    };
  }

  /** Where that task lives; 0 is not known. */
  places(bytes: Buffer, base: number): Places {
    const mntns = bytes.readUInt32LE(base + this.at.mntns);
    const cgroup = readU64(bytes, base + this.at.cgroup);
    const places: Places = {};
    if (mntns > 0) places.mntns = mntns;
    if (cgroup > 0) places.cgroup = cgroup;
    return places;
  }
}
