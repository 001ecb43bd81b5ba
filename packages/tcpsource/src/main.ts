import type { Context } from '@tcppipe/cli';
import { binding } from '@tcppipe/native';
import { runSource, type Tracer } from '@tcppipe/source';
import type { Options } from './command.js';
import { TcpEventReader } from './decode.js';
import { TcpLines } from './lines.js';
import { tcpTracer } from './tracer.js';

export function main(context: Context<Options>): Promise<void> {
  const { options, out, say } = context;
  const tracer: Tracer = {
    ...tcpTracer(options.events, options, say),
    reader(object, emitter) {
      const lines = new TcpLines(new TcpEventReader(object), emitter);
      return batch => lines.write(batch, out);
    },
  };
  return runSource('tcpsource', context, tracer, binding);
}
