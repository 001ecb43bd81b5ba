import { type Context, counted, refuseOwnOutput, refuseReadTwice } from '@tcppipe/cli';
import { type options, ownDnssource } from './command.js';
import { DnsChild, dnssourcePath } from './dns-child.js';
import { Feed, type Input, maxHeld, maxHeldBytes } from './feed.js';
import { dnsInputOf, inputOf } from './inputs.js';
import { Join } from './join.js';

/** Joins until the inputs end. `dnssource` is the script that `--dns` alone starts. */
export async function main(context: Context<typeof options>, dnssource?: string): Promise<void> {
  const { files, options: given, tally, stop, interrupted, follow } = context;
  const inputs = (files.length > 0 ? files : ['-']).map(path => inputOf(path, tally, stop, follow));
  if (given.dns === ownDnssource) {
    await joinLive(
      context,
      inputs,
      new DnsChild(dnssource ?? dnssourcePath(), tally, given['pass-dns'], interrupted),
    );
  } else {
    refuseOwnOutput([given.dns], given.output);
    if (given.dns === '-') {
      await join(context, inputs);
      return;
    }
    const refusal = (name: string) => `${name} is an input, whose DNS records count anyway: leave out --dns`;
    refuseReadTwice(files.length > 0 ? files : ['-'], given.dns, refusal);
    await join(context, [...inputs, dnsInputOf(given.dns, tally, stop, follow)]);
  }
}

async function joinLive(context: Context<typeof options>, inputs: Input[], child: DnsChild): Promise<void> {
  try {
    // Beside a live source even a file is taken as it comes: the other side may have nothing to say to it.
    const held = inputs.map(({ batches, stop }) => ({
      batches: after(child.attached, batches),
      isLive: true,
      ...(stop ? { stop } : {}),
    }));
    const dns = { batches: child.batches(), isLive: true, isSide: true, onOthersEnded: () => child.stop() };
    await join(context, [...held, dns]);
  } finally {
    await child.kill();
  }
}

/** What `batches` gives, not read before `moment`. */
async function* after<T>(moment: Promise<void>, batches: AsyncIterable<T>): AsyncGenerator<T> {
  await moment;
  yield* batches;
}

async function join({ options: given, out, say }: Context<typeof options>, inputs: Input[]): Promise<void> {
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
  await feed.run();
  if (join.late > 0)
    say(
      `${counted(join.late, 'DNS answer')} came later than their connects: put DNS files in front, or raise --slack`,
    );
  if (feed.hurried > 0)
    say(
      `${counted(feed.hurried, 'record')} went on early: more than ${maxHeld}, or ${maxHeldBytes / 2 ** 20} MiB of them, were waiting; lower --slack`,
    );
}
