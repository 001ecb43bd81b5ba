/** What ends at some time and says so: a test, for one. */
export interface Scope {
  after(undo: () => Promise<void>): void;
}

type Undo = () => unknown;

const undoneAfter = new WeakMap<Scope, Undo[]>();

/** Undoes at the end of a scope, the latest first (the test runner's own hooks run in the order they were made), whatever fails. */
export function atEnd(scope: Scope, undo: Undo): void {
  const undos = undoneAfter.get(scope) ?? [];
  undos.push(undo);
  if (undoneAfter.has(scope)) return;
  undoneAfter.set(scope, undos);
  scope.after(async () => {
    const failures: unknown[] = [];
    for (const undo of undos.reverse()) {
      try {
        await undo();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  });
}
