import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { liveRefusal } from './src/live.mjs';
import { commandLine, program, runPipeline } from './src/pipeline.mjs';
import { prepare } from './src/prepare.mjs';
import { main, ROOT, rootPrefix, say } from './src/run.mjs';

/** A recording by tcpsource and dnssource; its first line is the `ready` record of the machine it comes from. */
const SAMPLE = 'packages/setup/sample.ndjson';

// `npm start`: prepares the machine, then shows who connects where, live; a recording where that is impossible.
await main('start', async () => {
  prepare(['build']);
  const node = process.execPath;
  const fmt = [node, program('tcpfmt'), '-t'];
  const refusal = liveRefusal();
  if (refusal !== undefined) {
    say(refusal);
    const [ready = ''] = readFileSync(join(ROOT, SAMPLE), 'utf8').split('\n', 1);
    say(`showing a recorded sample instead (recorded on Linux ${JSON.parse(ready).kernel}, not live)`);
    return runPipeline(commandLine([[node, program('tcpjoin'), SAMPLE], fmt]));
  }
  const asRoot = rootPrefix() ?? [];
  const live = commandLine([
    [...asRoot, node, program('tcpsource')],
    [...asRoot, node, program('tcpjoin'), '--dns'],
    fmt,
  ]);
  say(`live: ${live}; Ctrl-C ends it`);
  return runPipeline(live);
});
