import type { Context } from '@tcppipe/cli';
import type { AnyRecord } from '@tcppipe/events';
import { binding } from '@tcppipe/native';
import { runSource, type Tracer } from '@tcppipe/source';
import type { Options } from './command.js';
import { TcpLines } from './lines.js';
import { tcpTracer } from './tracer.js';

export function main(context: Context<Options>): Promise<void> {
  const { options, say } = context;
  const lines = new TcpLines();
  const tracer: Tracer = {
    ...tcpTracer(options.events, options, say),
    write: (record, out) => lines.write(record as AnyRecord, out),
  };
  return runSource('tcpsource', context, tracer, binding);
}
