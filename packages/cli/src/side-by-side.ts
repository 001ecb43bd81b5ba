/**
 * What several inputs give, in the order in which it comes. Each is asked for more when its last item has been used, and
 * may then do with that as it likes.
 * @throws what an input throws, after what came before it
 */
export async function* sideBySide<T>(inputs: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const arrived: { readonly item: T; used(): void }[] = [];
  const failures: unknown[] = [];
  let open = inputs.length;
  let wake = () => {};
  const pump = async (input: AsyncIterable<T>) => {
    try {
      for await (const item of input) {
        await new Promise<void>(used => {
          arrived.push({ item, used });
          wake();
        });
      }
    } catch (error) {
      failures.push(error);
    }
    open--;
    wake();
  };
  for (const input of inputs) void pump(input);
  for (;;) {
    const next = arrived.shift();
    if (next) {
      yield next.item;
      next.used();
      continue;
    }
    if (failures.length > 0) throw failures[0];
    if (open === 0) return;
    await new Promise<void>(resolve => {
      wake = resolve;
    });
  }
}
