import { prepare } from './src/prepare.mjs';
import { commandLineOptions, main, say } from './src/run.mjs';

// `npm run setup`: system packages, npm packages, all builds. `-- --test` adds the packages that only tests need.
await main('setup', () => {
  const { values } = commandLineOptions({ options: { test: { type: 'boolean' } } });
  prepare(values.test ? ['build', 'test'] : ['build']);
  say('setup: ready');
  return 0;
});
