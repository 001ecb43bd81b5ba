import {
  type Context,
  canBeFollowed,
  counted,
  dropPrivileges,
  identityAfterAttaching,
  LineNumbers,
  refuseOwnOutput,
  refuseReadTwice,
  sayLossesRead,
} from '@tcppipe/cli';
import { binding } from '@tcppipe/native';
import { type options, ownDnssource } from './command.js';
import { DnsChild, dnssourcePath } from './dns-child.js';
import { Feed, maxHeld, maxHeldBytes } from './feed.js';
import type { Input } from './input.js';
import { dnsInputOf, inputOf } from './inputs.js';
import { numberedBy } from './items.js';
import { Join } from './join.js';

/** What `--dns` alone has to do with the host. */
export interface Host {
  /** The script that it starts. */
  readonly dnssource: string;
  /** Gives up root and every capability, as dnssource has done. */
  dropPrivileges(say: (message: string) => void): void;
}

const thisHost: Host = {
  // Looked for when it is needed: most runs are of files.
  get dnssource() {
    return dnssourcePath();
  },
  dropPrivileges: say => dropPrivileges(identityAfterAttaching(undefined, process.env), binding, say),
};

/** Joins until the inputs end. */
export async function main(context: Context<typeof options>, host = thisHost): Promise<void> {
  const { options: given, tally, stop, interrupted, follow } = context;
  const files = context.files.length > 0 ? context.files : ['-'];
  const numbers = new LineNumbers(numberedBy);
  const sideBySide = files.length + (given.dns === '-' ? 0 : 1);
  const reading = { numbers, follow, sideBySide };
  const inputs = files.map(path => inputOf(path, tally, stop, reading));
  if (given.dns === ownDnssource) {
    if (!follow && files.every(canBeFollowed))
      context.say(
        '--dns alone joins recorded FILEs with answers of now; answers in a file are read with --dns=FILE',
      );
    const child = new DnsChild(host.dnssource, tally, given['pass-dns'], interrupted);
    await joinLive(context, inputs, child, numbers, host);
  } else {
    refuseOwnOutput([given.dns], given.output);
    if (given.dns === '-') {
      await join(context, inputs);
      return;
    }
    const refusal = (name: string) => `${name} is an input, whose DNS records count anyway: leave out --dns`;
    refuseReadTwice(files, given.dns, refusal);
    await join(context, [...inputs, dnsInputOf(given.dns, tally, stop, reading)]);
  }
}

async function joinLive(
  context: Context<typeof options>,
  inputs: Input[],
  child: DnsChild,
  numbers: LineNumbers,
  host: Host,
): Promise<void> {
  try {
    const attached = child.attached.then(isAttached => {
      // Before that it could be stopped by root alone.
      if (isAttached && !hasFiles(context)) host.dropPrivileges(context.say);
    });
    // Beside a live source even a file is taken as it comes: the other side may have nothing to say to it.
    const held = inputs.map(({ batches, stop }) => ({
      batches: after(attached, batches),
      isLive: true,
      ...(stop ? { stop } : {}),
    }));
    const dns = {
      batches: child.batches(numbers),
      isLive: true,
      isSide: true,
      onOthersEnded: () => child.stop(),
    };
    await join(context, [...held, dns]);
  } finally {
    await child.kill();
  }
}

/** Whether there are files to be opened, now or when they are moved away, which may be root's. */
function hasFiles({ files, options: { output } }: Context<typeof options>): boolean {
  return files.some(path => path !== '-') || output !== undefined;
}

/** What `batches` gives, not read before `moment`. */
async function* after<T>(moment: Promise<void>, batches: AsyncIterable<T>): AsyncGenerator<T> {
  await moment;
  yield* batches;
}

async function join(context: Context<typeof options>, inputs: Input[]): Promise<void> {
  const { options: given, out } = context;
  const join = new Join({
    scope: given.scope,
    ttlUs: given.ttl * 1e6,
    max: given.max,
    unsolicited: given.unsolicited,
    passDns: given['pass-dns'],
  });
  const feed = new Feed(inputs, {
    slackMs: given.slack,
    deliver: item => join.write(item, out),
    out,
    onCut: time => join.cut(time),
  });
  try {
    await feed.run();
  } finally {
    if (feed.isDelivered) sayAccount(context, join, feed);
  }
}

function sayAccount(context: Context<typeof options>, join: Join, feed: Feed): void {
  const { say } = context;
  if (join.late > 0)
    say(
      `${counted(join.late, 'DNS answer')} came later than their connects: put DNS files in front, or raise --slack`,
    );
  if (feed.hurried > 0)
    say(
      `${counted(feed.hurried, 'record')} went on early: more than ${maxHeld}, or ${maxHeldBytes / 2 ** 20} MiB of them, were waiting; lower --slack`,
    );
  sayLossesRead(context);
}
