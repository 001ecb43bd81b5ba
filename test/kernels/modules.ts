/** Kernel modules by name, as modprobe knows them: `-` and `_` are the same. */
function moduleName(path: string): string {
  return path
    .replace(/^.*\//, '')
    .replace(/\.ko(\.\w+)?$/, '')
    .replaceAll('-', '_');
}

/**
 * Paths of the modules to load for `wanted`, each after those that it needs, below /lib/modules/VERSION.
 * What is built into the kernel needs no loading.
 * @param dep text of modules.dep (modules.dep(5)): a path and the paths it needs, the innermost last
 * @param builtin text of modules.builtin: one path per line
 * @throws Error if the kernel has a module neither as a file nor built in
 */
export function loadOrder(wanted: readonly string[], dep: string, builtin: string): string[] {
  const needs = new Map<string, string[]>();
  for (const line of dep.split('\n')) {
    const [path = '', rest = ''] = line.split(':');
    needs.set(moduleName(path), [path, ...rest.split(' ').filter(Boolean)]);
  }
  const present = new Set(builtin.split('\n').map(moduleName));
  const paths = wanted.flatMap(name => {
    const found = needs.get(name);
    if (found === undefined && !present.has(name)) throw new Error(`this kernel has no module ${name}`);
    return found?.toReversed() ?? [];
  });
  return [...new Set(paths)];
}
