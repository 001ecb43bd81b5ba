import type { AllOptions, Context } from '@tcppipe/cli';
import { binding } from '@tcppipe/native';
import { runSource, type Tracer } from '@tcppipe/source';
import type { Options } from './command.js';
import { watchHosts } from './hosts-watch.js';
import { dnsTracer } from './tracer.js';

export function main(context: Context<Options>): Promise<void> {
  const { options, say } = context;
  const tracer: Tracer = {
    ...dnsTracer(options, say),
    ...(filtersOwner(options)
      ? {}
      : {
          beside: (emitter, yielded) =>
            watchHosts('/etc/hosts', { emitter, emitted: yielded, say, watchMounts: binding.watchMounts }),
        }),
  };
  return runSource('dnssource', context, tracer, binding);
}

/** A hosts file has no owner, and what has none does not pass filters on it. */
function filtersOwner({ pid, netns, cgroupmap, mntnsmap }: AllOptions<Options>): boolean {
  return [pid, netns, cgroupmap, mntnsmap].some(filter => filter !== undefined);
}
