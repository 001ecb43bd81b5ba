import { prepare } from './src/prepare.mjs';
import { commandLineOptions, main, say } from './src/run.mjs';

// `npm run setup`: system packages, npm packages, all builds. `-- --test` adds the packages that only tests need,
// `-- --kernels` those and the ones for tests on other kernels.
await main('setup', () => {
  const { values } = commandLineOptions({
    options: { test: { type: 'boolean' }, kernels: { type: 'boolean' } },
  });
  if (values.kernels) prepare(['build', 'test', 'kernels']);
  else prepare(values.test ? ['build', 'test'] : ['build']);
  say('setup: ready');
  return 0;
});
