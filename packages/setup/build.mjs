import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BUILDS, build } from './src/builds.mjs';
import { main, ROOT, StepError } from './src/run.mjs';

// `npm run build`: everything. `npm run build -- bpf native ts`: what is named.
await main('build', () => {
  if (!existsSync(join(ROOT, 'node_modules'))) {
    throw new StepError('the npm packages are not installed: run "npm run setup", which builds too');
  }
  const names = process.argv.slice(2);
  build(names.length > 0 ? names : Object.keys(BUILDS));
  return 0;
});
