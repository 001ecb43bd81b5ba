import type { NativeObject, NativeRing } from './addon.js';
import { checkFunction, checkText, checkU32 } from './check.js';
import type { Ring, RingOptions } from './types.js';

const maxU32 = 2 ** 32 - 1;
const LEAST_BATCH_BYTES = 64 * 1024;

/** Opens a ring of a loaded object. Throws TypeError or RangeError for options, BpfError from the kernel. */
export function openRing(object: NativeObject, options: RingOptions): Ring {
  checkText('map', options.map);
  checkText('awake', options.awake);
  checkU32('drainMs', options.drainMs, 1);
  checkU32('batchBytes', options.batchBytes, LEAST_BATCH_BYTES);
  checkFunction('onBatch', options.onBatch);
  checkFunction('onError', options.onError);
  return new BatchRing(object, options);
}

class BatchRing implements Ring {
  readonly #native: NativeRing;
  #delivering = false;

  constructor(object: NativeObject, options: RingOptions) {
    const batch = Buffer.alloc(options.batchBytes);
    const deliver = (bytes: number): void => {
      this.#delivering = true;
      try {
        options.onBatch(batch.subarray(0, bytes));
      } catch (thrown) {
        options.onError(thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown }));
      } finally {
        this.#delivering = false;
      }
    };
    this.#native = object.openRing(options.map, options.awake, options.drainMs, batch, deliver, error =>
      options.onError(error),
    );
  }

  pause(): void {
    this.#native.pause();
  }

  resume(): void {
    this.#native.resume();
  }

  drain(most = maxU32): number {
    if (this.#delivering)
      throw new Error('drain() cannot be called inside onBatch: its batch would be overwritten');
    checkU32('most', most, 0);
    return this.#native.drain(most);
  }

  countAbove(bytes: number): number {
    checkU32('bytes', bytes, 0);
    return this.#native.countAbove(bytes);
  }
}
