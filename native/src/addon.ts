import { createRequire } from 'node:module';
import { AddonError } from './addon-error.js';
import { BpfError } from './error.js';
import type { WriteLines } from './lines.js';
import type { MapInfo } from './types.js';

/** The C++ side. It trusts its arguments, which `object.ts`, `ring.ts` and `index.ts` check, but for the pieces of lines. */
export interface Addon {
  BpfObject: new (path: string) => NativeObject;
  setErrorClass(errorClass: typeof BpfError): void;
  bootOffsetUs(): number;
  dropCapabilities(): void;
  createLineWriter(
    steps: Uint32Array,
    texts: Uint8Array,
    structBytes: number,
  ): (...args: [...Parameters<WriteLines>, jsonOf: (text: Buffer) => string]) => ReturnType<WriteLines>;
  pinnedMapInfo(path: string): MapInfo;
  watchMounts(onChange: () => void): () => void;
}

export interface NativeObject {
  struct(name: string): { size: number; members: [name: string, offset: number, size: number][] };
  setGlobal(name: string, value: Uint8Array): void;
  setMapEntries(name: string, entries: number): void;
  setAutoload(program: string, on: boolean): void;
  reuseMap(name: string, path: string): void;
  load(): void;
  attach(program: string): void;
  attachCgroup(program: string, cgroupPath: string): void;
  readGlobal(name: string): Buffer;
  openRing(
    map: string,
    awake: string,
    drainMs: number,
    batch: Uint8Array,
    onBatch: (bytes: number) => void,
    onError: (error: Error) => void,
  ): NativeRing;
  runIter(program: string): void;
  programFd(program: string): number;
  detach(): void;
  close(): void;
}

export interface NativeRing {
  pause(): void;
  resume(): void;
  drain(most: number): number;
  countAbove(bytes: number): number;
}

let loaded: Addon | undefined;

/** The addon, loaded at the first call. @throws AddonError where it is not built or cannot be loaded */
export function addon(): Addon {
  loaded ??= loadAddon();
  return loaded;
}

function loadAddon(): Addon {
  try {
    const native: Addon = createRequire(import.meta.url)('../build/Release/bpf.node');
    native.setErrorClass(BpfError);
    return native;
  } catch (cause) {
    throw new AddonError(loadFailure(cause), { cause });
  }
}

/**
 * An addon that nothing needs: undefined where it is not built.
 * @throws AddonError where it is and cannot be loaded
 */
export function optionalAddon<T>(name: string): T | undefined {
  try {
    return createRequire(import.meta.url)(`../build/Release/${name}.node`) as T;
  } catch (cause) {
    if (isNotBuilt(cause)) return undefined;
    throw new AddonError(loadFailure(cause), { cause });
  }
}

function isNotBuilt(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'MODULE_NOT_FOUND';
}

/** Says what to do about an error of loading the addon. */
export function loadFailure(cause: unknown): string {
  if (!(cause instanceof Error)) return `cannot load the native addon: ${cause}`;
  if (isNotBuilt(cause)) return 'the native addon is not built: run `npm run build`';
  const missingLibrary = cause.message.includes('libbpf.so') ? ' (install libbpf: package libbpf1)' : '';
  return `cannot load the native addon: ${cause.message}${missingLibrary}`;
}
