import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BpfError, type BpfObject, binding, type Ring, type RingOptions } from './index.js';

const packageFolder = fileURLToPath(new URL('../', import.meta.url));

/** For node:test's `skip`: the reason why this process cannot load programs, or false. */
export const needsRoot = process.getuid?.() === 0 ? false : 'needs root (CAP_BPF)';

/** Where cgroup v2 is mounted. */
export function cgroupRoot(): string {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const path = mounts.map(line => line.split(' ')).find(([, , type]) => type === 'cgroup2')?.[1];
  assert.ok(path, 'cgroup v2 is mounted');
  return path;
}

/** The compiled test/probe.bpf.c, compiled anew where the source is newer. */
export function probePath(): string {
  const source = `${packageFolder}test/probe.bpf.c`;
  const object = `${packageFolder}test/probe.bpf.o`;
  if (!existsSync(object) || statSync(object).mtimeMs < statSync(source).mtimeMs) {
    execFileSync('npm', ['run', '--silent', 'build:test'], {
      cwd: packageFolder,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  }
  return object;
}

/** A batch as a ring gives it: each record as u32 length, u32 zero, payload, padding to 8 bytes. */
export function framed(...payloads: readonly Uint8Array[]): Buffer {
  const frames = payloads.map(payload => {
    const frame = Buffer.alloc(8 + Math.ceil(payload.length / 8) * 8);
    frame.writeUInt32LE(payload.length);
    frame.set(payload, 8);
    return frame;
  });
  return Buffer.concat(frames);
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  new Uint32Array(bytes.buffer, bytes.byteOffset, 1)[0] = value;
  return bytes;
}

export function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  new BigUint64Array(bytes.buffer, bytes.byteOffset, 1)[0] = BigInt(value);
  return bytes;
}

/** umask(2): Node calls it for nobody but us, and exactly once per `process.umask(mask)`. */
const UMASK_CALL = process.arch === 'arm64' ? 166 : 95;

export interface ProbeOptions {
  pid?: number;
  /** Payload of each record. */
  bytes?: number;
  linger?: number;
  hold?: number;
}

/** The probe, loaded and attached: one record for each `emit()` of the process `pid`. */
export function startProbe({
  pid = process.pid,
  bytes = 64,
  linger = 0,
  hold = 0,
}: ProbeOptions = {}): BpfObject {
  const object = binding.open(probePath());
  object.setGlobal('target_pid', u32(pid));
  object.setGlobal('target_call', u64(UMASK_CALL));
  object.setGlobal('bytes', u32(bytes));
  object.setGlobal('linger', u32(linger));
  object.setGlobal('hold', u32(hold));
  object.load();
  object.attach('on_call');
  return object;
}

/** A started probe that is closed at the end of the test, however that ends: an open ring would keep it alive. */
export function probeFor(context: TestContext, options?: ProbeOptions): BpfObject {
  const object = startProbe(options);
  context.after(() => object.close());
  return object;
}

export function emit(count: number): void {
  for (let i = 0; i < count; i++) process.umask(0o22);
}

export interface ProbeRecord {
  seq: number;
  bytes: number;
}

/** The records of a batch. Throws where a frame does not end inside it, or its end is that of another record. */
export function recordsOf(batch: Buffer): ProbeRecord[] {
  const records: ProbeRecord[] = [];
  for (let at = 0; at < batch.length; ) {
    const bytes = batch.readUInt32LE(at);
    if (batch.readUInt32LE(at + 4) !== 0 || at + 8 + bytes > batch.length) throw new Error('broken frame');
    const seq = Number(batch.readBigUInt64LE(at + 8));
    // The probe's short records, of two numbers, have no such mark.
    if (bytes >= 24 && batch[at + 8 + bytes - 1] !== seq % 256) throw new Error(`broken record ${seq}`);
    records.push({ seq, bytes });
    at += 8 + Math.ceil(bytes / 8) * 8;
  }
  return records;
}

export const DRAIN_MS = 5;

/** A ring of the probe; an error fails the test unless `options` says otherwise. */
export function openRing(
  object: BpfObject,
  options: Partial<RingOptions> & Pick<RingOptions, 'onBatch'>,
): Ring {
  const onError = (error: Error): void => assert.fail(error);
  return object.openRing({
    map: 'ring',
    awake: 'awake',
    drainMs: DRAIN_MS,
    batchBytes: 65536,
    onError,
    ...options,
  });
}

export function countFromZero(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

export function seqs(records: ProbeRecord[]): number[] {
  return records.map(record => record.seq);
}

/** Resolves once `condition` holds; rejects after five seconds. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within 5 s: ${what}`);
    await delay(1);
  }
}

/** Descriptors of this process that are BPF maps, programs, links or iterators: their /proc fdinfo by number. */
export function bpfDescriptors(): Map<string, string> {
  const found = new Map<string, string>();
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      if (readlinkSync(`/proc/self/fd/${fd}`).startsWith('anon_inode:bpf')) {
        found.set(fd, readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'));
      }
    } catch (error) {
      // The folder's own descriptor is listed, and gone by now.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return found;
}

/** The kernel's ids of what this process holds descriptors of. */
export function descriptorIds(kind: 'link' | 'map' | 'prog'): string[] {
  const id = new RegExp(`^${kind}_id:\\s*(\\d+)$`, 'm');
  return [...bpfDescriptors().values()].flatMap(info => id.exec(info)?.[1] ?? []);
}

/** For assert.throws: a BpfError with this code, step and message. */
export function bpfError(code: string, step: string, message: RegExp): (error: unknown) => boolean {
  return error => {
    assert.ok(error instanceof BpfError, String(error));
    assert.deepEqual({ code: error.code, step: error.step }, { code, step });
    assert.match(error.message, message);
    return true;
  };
}
