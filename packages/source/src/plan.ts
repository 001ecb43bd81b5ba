import { type Binding, BpfError, type BpfObject } from '@tcppipe/native';
import { SkippedRuns } from './skipped-runs.js';
import { u32 } from './wire.js';

/** Backlog at which the reader is woken all the same, in a ring that has room for several times as much. A wake-up costs both sides. */
const wakeBytes = 512 * 1024;

/** One way to trace; a source may have several, for hosts that allow less. */
export interface Plan {
  /** Path of the BPF object file. */
  readonly objectPath: string;
  /** Sets globals and chooses programs; before load. */
  configure(object: BpfObject): void;
  /** Attaches, and returns the names of the programs that are, one for each purpose. */
  attach(object: BpfObject): string[];
  /** Lists of programs for the same purpose: an event that the kernel skips all of a list for is not seen. */
  readonly skippable?: readonly (readonly string[])[];
}

export interface Attached {
  readonly object: BpfObject;
  readonly hooks: string[];
  readonly skipped: SkippedRuns;
}

/**
 * Loads and attaches by the first plan that the kernel accepts.
 * @throws what refused the one that came furthest, of several the last: what the others lack, this host can do without
 */
export function attached(
  plans: readonly Plan[],
  binding: Pick<Binding, 'open'>,
  ringBytes: number,
): Attached {
  let refusal: BpfError | undefined;
  for (const plan of plans) {
    const object = binding.open(plan.objectPath);
    try {
      object.setMapEntries('ring', ringBytes);
      object.setGlobal('wake_bytes', u32(Math.min(wakeBytes, ringBytes / 4)));
      plan.configure(object);
      object.load();
      const hooks = plan.attach(object);
      const skippable = plan.skippable ?? [];
      const descriptors = skippable.map(alike => alike.map(name => object.programFd(name)));
      return { object, hooks, skipped: new SkippedRuns(descriptors) };
    } catch (error) {
      object.close();
      if (!(error instanceof BpfError && (error.step === 'load' || error.step === 'attach'))) throw error;
      if (refusal?.step !== 'attach' || error.step === 'attach') refusal = error;
    }
  }
  throw refusal;
}
