import { BUILDS, build } from './src/builds.mjs';
import { main } from './src/run.mjs';

// `npm run build`: everything. `npm run build -- bpf native ts`: what is named.
await main('build', () => {
  const names = process.argv.slice(2);
  build(names.length > 0 ? names : Object.keys(BUILDS));
  return 0;
});
