import type { Context } from '@tcppipe/cli';
import { headerLine, rowLine, tracerColumns } from '@tcppipe/tcpfmt/layouts';
import type { Options } from './tracer-command.js';
import { showEvents } from './view.js';

export async function main(context: Context<Options>): Promise<void> {
  const { options, out } = context;
  const { timestamp, verbose, netns } = options;
  const columns = tracerColumns({ timestamp, verbose, netns: netns === undefined });
  await showEvents('tcptracer', context, ['established', 'accept', 'release'], options, {
    heading: ['Tracing TCP established connections. Ctrl-C to end.', headerLine(columns)],
    event: record => out.write(rowLine(columns, record)),
  });
}
