import type { NativeObject } from './addon.js';
import { checkBoolean, checkBytes, checkText, checkU32 } from './check.js';
import { openRing } from './ring.js';
import type { BpfObject, Ring, RingOptions, StructLayout } from './types.js';

/** Checks arguments and the order of calls, then hands over to C++. */
export class CheckedObject implements BpfObject {
  readonly #native: NativeObject;
  #state: 'open' | 'loaded' | 'closed' = 'open';

  constructor(native: NativeObject) {
    this.#native = native;
  }

  struct(name: string): StructLayout {
    checkText('struct name', name);
    const { size, members } = this.#notClosed('struct()').struct(name);
    return { size, members: new Map(members.map(([name, offset, size]) => [name, { name, offset, size }])) };
  }

  setGlobal(name: string, value: Buffer): void {
    checkText('global name', name);
    checkBytes('global value', value);
    this.#notLoaded('setGlobal()').setGlobal(name, value);
  }

  setMapEntries(name: string, entries: number): void {
    checkText('map name', name);
    checkU32('map entries', entries, 1);
    this.#notLoaded('setMapEntries()').setMapEntries(name, entries);
  }

  setAutoload(program: string, on: boolean): void {
    checkText('program name', program);
    checkBoolean('autoload', on);
    this.#notLoaded('setAutoload()').setAutoload(program, on);
  }

  reuseMap(name: string, path: string): void {
    checkText('map name', name);
    checkText('pinned map path', path);
    this.#notLoaded('reuseMap()').reuseMap(name, path);
  }

  load(): void {
    this.#notLoaded('load()').load();
    this.#state = 'loaded';
  }

  attach(program: string): void {
    checkText('program name', program);
    this.#loaded('attach()').attach(program);
  }

  attachCgroup(program: string, cgroupPath: string): void {
    checkText('program name', program);
    checkText('cgroup path', cgroupPath);
    this.#loaded('attachCgroup()').attachCgroup(program, cgroupPath);
  }

  readGlobal(name: string): Buffer {
    checkText('global name', name);
    return this.#notClosed('readGlobal()').readGlobal(name);
  }

  openRing(options: RingOptions): Ring {
    return openRing(this.#loaded('openRing()'), options);
  }

  runIter(program: string): void {
    checkText('program name', program);
    this.#loaded('runIter()').runIter(program);
  }

  programFd(program: string): number {
    checkText('program name', program);
    return this.#loaded('programFd()').programFd(program);
  }

  detach(): void {
    this.#loaded('detach()').detach();
  }

  close(): void {
    this.#native.close();
    this.#state = 'closed';
  }

  #notClosed(call: string): NativeObject {
    if (this.#state === 'closed') throw new Error(`${call} after close()`);
    return this.#native;
  }

  #notLoaded(call: string): NativeObject {
    if (this.#state === 'loaded') throw new Error(`${call} must come before load()`);
    return this.#notClosed(call);
  }

  #loaded(call: string): NativeObject {
    if (this.#state === 'open') throw new Error(`${call} must come after load()`);
    return this.#notClosed(call);
  }
}
