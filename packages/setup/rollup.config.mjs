import { readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/**
 * Each command as one file, made of the entry beside it and of all modules of this project that it needs: a module that
 * Node loads by itself takes it 0.4 ms and 70 KB. What is imported later is a file of its own, and what both need is one,
 * too: an entry waits for its command to end, so that nothing may import the entry.
 * @type {import('rollup').RollupOptions[]}
 */
export default Object.values(bin).map(path => {
  const directory = join(ROOT, dirname(path));
  const name = basename(path, '.js');
  return {
    input: { [name]: join(ROOT, path.replace('/dist/bin', '/dist/entry')) },
    output: { dir: directory, format: 'es', chunkFileNames: `${name}-[name].js` },
    external: id => !isOurs(id) && !/^[./]/.test(id),
    plugins: [{ name: 'ours', resolveId, moduleParsed, resolveImportMeta: whereModulesWere(directory) }],
    onwarn(warning) {
      throw new Error(warning.message);
    },
  };
});

/** @param {string} id */
function isOurs(id) {
  return id.startsWith('@tcppipe/');
}

/** @param {string} id */
function resolveId(id) {
  return isOurs(id) ? realpathSync(fileURLToPath(import.meta.resolve(id))) : null;
}

/**
 * @param {import('rollup').ModuleInfo} parsed
 * @this {import('rollup').PluginContext}
 */
function moduleParsed(parsed) {
  for (const id of parsed.dynamicallyImportedIds)
    if (!this.getModuleInfo(id)?.isExternal) this.emitFile({ type: 'chunk', id });
}

/**
 * What a module finds beside itself stays beside that module.
 * @param {string} directory of the bundle
 * @returns {import('rollup').ResolveImportMetaHook}
 */
function whereModulesWere(directory) {
  return (property, { moduleId }) =>
    property === 'url'
      ? `new URL(${JSON.stringify(relative(directory, moduleId))}, import.meta.url).href`
      : null;
}
