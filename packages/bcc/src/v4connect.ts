import type { Context } from '@tcppipe/cli';
import { headerLine, rowLine, v4connectColumns } from '@tcppipe/tcpfmt/layouts';
import type { Options } from './v4connect-command.js';
import { showEvents } from './view.js';

export async function main(context: Context<Options>): Promise<void> {
  const { options, out } = context;
  const columns = v4connectColumns({ timestamp: options.timestamp });
  await showEvents(
    'tcpv4connect',
    context,
    ['connect'],
    { pid: options.pid, ipv4: true },
    {
      heading: [headerLine(columns)],
      event: record => out.write(rowLine(columns, record)),
    },
  );
}
