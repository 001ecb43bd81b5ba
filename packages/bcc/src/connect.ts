import type { Context } from '@tcppipe/cli';
import { connectColumns, headerLine, rowLine } from '@tcppipe/tcpfmt/layouts';
import type { Options } from './connect-command.js';
import { ConnectCounts } from './connect-counts.js';
import { showEvents, type View } from './view.js';

const firstLine = 'Tracing connect ... Hit Ctrl-C to end';

export async function main(context: Context<Options>): Promise<number> {
  const { count, dns } = context.options;
  if (count && dns) {
    process.stderr.write('Error: you may not specify -d/--dns with -c/--count.\n');
    return 2;
  }
  if (count) await countConnects(context);
  else if (dns) await showNamedConnects(context);
  else await showConnects(context, connectRows(context));
  return 0;
}

function showConnects(context: Context<Options>, view: View): Promise<void> {
  return showEvents('tcpconnect', context, ['connect'], context.options, view);
}

/** Rows of the table that the options ask for. */
export function connectRows({ options, out }: Pick<Context<Options>, 'options' | 'out'>): View {
  const columns = connectColumns({ ...options, uid: options['print-uid'] });
  return {
    heading: [firstLine, headerLine(columns)],
    event: record => out.write(rowLine(columns, record)),
  };
}

async function countConnects(context: Context<Options>): Promise<void> {
  const counts = new ConnectCounts();
  await showConnects(context, {
    heading: [firstLine],
    fate: 'counted',
    event: record => counts.add(record),
  });
  for (const line of counts.lines()) context.out.write(line);
}

/** Loads what has to do with DNS only here: it takes memory and time that other runs need not spend. */
async function showNamedConnects(context: Context<Options>): Promise<void> {
  const { showWithNames } = await import('./names.js');
  await showWithNames('tcpconnect', context, connectRows(context), view => showConnects(context, view));
}
