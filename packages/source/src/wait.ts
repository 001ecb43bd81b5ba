/** The longest that a timer can be set for; Node lets one that is longer end at once. */
const mostMs = 2 ** 31 - 1;

/** Resolves after so many milliseconds, however many those are. */
export async function waited(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= mostMs)
    await new Promise<void>(resolve => setTimeout(resolve, Math.min(left, mostMs)));
}
