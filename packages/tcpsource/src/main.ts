import type { Context } from '@tcppipe/cli';
import { binding } from '@tcppipe/native';
import { runSource } from '@tcppipe/source';
import type { Options } from './command.js';
import { tcpTracer } from './tracer.js';

export function main(context: Context<Options>): Promise<void> {
  const { options, say } = context;
  return runSource('tcpsource', context, tcpTracer(options.events, options, say), binding);
}
