/** How many times slower than usual this machine is: an emulated one says so. */
export const slowness = Number(process.env.TCPPIPE_SLOWNESS ?? 1);

/** How long anything may take that a test waits for, in milliseconds; generous, as a busy machine is slow. */
export const patienceMs = 20_000 * slowness;

const pauseMs = 10;

/**
 * What `promise` gives.
 * @throws Error saying what was waited for, when it takes too long
 */
export async function within<T>(promise: Promise<T>, what: () => string, ms = patienceMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what()}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The first thing that `look` finds; it is called again and again until then. @throws Error as `within` */
export async function eventually<T>(look: () => T | undefined, what: () => string): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited ${patienceMs} ms for ${what()}`);
    await new Promise(resolve => setTimeout(resolve, pauseMs));
  }
}
