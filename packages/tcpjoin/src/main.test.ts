import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Context, Output, parseOptions, ReaderGone, Tally } from '@tcppipe/cli';
import type { AnyRecord } from '@tcppipe/events';
import { command, type options } from './command.js';
import { DnsChild } from './dns-child.js';
import { type Host, main } from './main.js';
import { connect, dns, ready } from './testing/fixtures.js';

const address = '198.51.100.7';
const dir = mkdtempSync(join(tmpdir(), 'tcpjoin-'));
after(() => rmSync(dir, { recursive: true }));

function file(name: string, ...records: (AnyRecord | string)[]): string {
  const path = join(dir, name);
  writeFileSync(
    path,
    records.map(record => (typeof record === 'string' ? record : `${JSON.stringify(record)}\n`)).join(''),
  );
  return path;
}

/** A stand-in for dnssource. */
function script(name: string, code: string): string {
  return file(
    `${name}.mjs`,
    `const write = record => process.stdout.write(JSON.stringify(record) + '\\n');\n${code}`,
  );
}

function contextOf(argv: string[], write?: (lines: Buffer) => Promise<void>) {
  const { options: given, positionals } = parseOptions(
    { ...command.options, strict: {} as never, output: {} as never, help: {} as never, version: {} as never },
    argv,
    { positionals: true },
  );
  let text = '';
  const said: string[] = [];
  const keep = async (more: Buffer) => {
    text += more;
  };
  const stopping = new AbortController();
  const sink = { chunkBytes: 4096, write: write ?? keep, onReaderGone: () => {} };
  const context = {
    options: given,
    files: positionals,
    out: new Output(sink, () => stopping.abort()),
    tally: new Tally(),
    stop: stopping.signal,
    interrupted: new AbortController().signal,
    say: (message: string) => said.push(message),
  } as unknown as Context<typeof options>;
  const records = async () => {
    await context.out.drained();
    return text
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line) as AnyRecord);
  };
  return { context, said, records };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a file is not read as an input and for --dns', async () => {
  const both = file('both', dns(10, 'a.example', [address]), connect(20, address));
  const { context } = contextOf([`--dns=${both}`, both]);
  await assert.rejects(main(context), {
    name: 'UsageError',
    message: `${both} is an input, whose DNS records count anyway: leave out --dns`,
  });
});

test('files are merged, --dns=FILE among them', async () => {
  const answers = file('dns', dns(10, 'a.example', [address]), dns(30, 'b.example', [address]));
  const connects = file('tcp', connect(20, address), connect(40, address));
  for (const argv of [
    [`--dns=${answers}`, connects],
    [connects, answers],
    [answers, connects],
  ]) {
    const { context, records, said } = contextOf(argv);
    await main(context);
    assert.deepEqual(
      (await records()).map(({ query }) => query),
      ['a.example', 'b.example'],
    );
    assert.deepEqual(said, []);
  }
});

test('answers behind their connects are counted', async () => {
  const { context, said } = contextOf([
    file('late', connect(20, address), connect(40, address), dns(10, 'a.example', [address])),
  ]);
  await main(context);
  assert.deepEqual(said, [
    '1 DNS answer came later than their connects: put DNS files in front, or raise --slack',
  ]);
});

test('a file that is not there is said to be', async () => {
  const { context } = contextOf([join(dir, 'nowhere')]);
  await assert.rejects(main(context), { exitCode: 74, message: /nowhere: no such file/ });
});

test('what cannot be read takes nothing from the others', async () => {
  const many = Array.from({ length: 2000 }, (_, i) => connect(20 + i, address));
  const named = [dns(10, 'a.example', [address]), ...many];
  for (const [path, message] of [
    [join(dir, 'nowhere'), /nowhere: no such file/],
    [dir, /directory/],
  ] as const) {
    const { context, records } = contextOf([file('one', ...named), path, file('two', ...named)]);
    await assert.rejects(main(context), { exitCode: 74, message });
    const queries = (await records()).map(({ query }) => query);
    assert.deepEqual(queries, Array(2 * many.length).fill('a.example'));
  }
});

/** A host where this process, which has more tests to run, keeps its privileges. */
function hostWith(dnssource: string, dropPrivileges = () => {}): Host {
  return { dnssource, dropPrivileges };
}

const sayReady = `write(${JSON.stringify(ready(1, 'dnssource'))});`;

test('the input waits until dnssource is attached, which drains when the input has ended', async () => {
  const late = script(
    'late',
    `process.on('SIGTERM', () => { write(${JSON.stringify(dns(10, 'a.example', [address]))}); process.exit(); });
     setTimeout(() => {${sayReady}}, 50);
     setInterval(() => {}, 1000);`,
  );
  const { context, records, said } = contextOf([
    '--dns',
    file('one', ready(2, 'tcpsource'), connect(11, address)),
  ]);
  await main(context, hostWith(late));
  const [first, second, ...rest] = await records();
  assert.deepEqual([first!.tool, second!.query, rest.length], ['tcpsource', 'a.example', 0]);
  assert.deepEqual(said, [
    '--dns alone joins recorded FILEs with answers of now; answers in a file are read with --dns=FILE',
  ]);
});

test('privileges are kept where there are files, which may need them', async () => {
  const attached = script(
    'attached',
    `process.on('SIGTERM', () => process.exit()); ${sayReady} setInterval(() => {}, 1000);`,
  );
  const { context } = contextOf(['--dns', file('some', connect(11, address))]);
  let times = 0;
  await main(
    context,
    hostWith(attached, () => times++),
  );
  assert.equal(times, 0);
});

test('a dnssource is attached once it says so, and not where it ends without that', async () => {
  const ready = script('ready', `${sayReady} setInterval(() => {}, 1000);`);
  const failing = script('not-attached', 'process.exit(69);');
  for (const [dnssource, isAttached] of [
    [ready, true],
    [failing, false],
  ] as const) {
    const child = new DnsChild(dnssource, new Tally(), false, AbortSignal.abort());
    const reading = child.batches().next();
    reading.catch(() => {}); // of the one that fails
    assert.equal(await child.attached, isAttached);
    await child.kill();
  }
});

test('--pass-dns passes on what dnssource says', async () => {
  const one = script(
    'one',
    `process.on('SIGTERM', () => process.exit()); ${sayReady} write(${JSON.stringify(dns(10, 'a.example', [address]))});
     setInterval(() => {}, 1000);`,
  );
  const { context, records } = contextOf(['--dns', '--pass-dns', file('pass', connect(11, address))]);
  await main(context, hostWith(one));
  assert.deepEqual(
    (await records()).map(({ type }) => type),
    ['ready', 'dns', 'connect'],
  );
});

test('the exit code of a dnssource that fails is passed on', async () => {
  for (const [exitCode, message] of [
    [69, ''],
    [77, '--dns starts that dnssource; try: sudo tcpjoin --dns'],
  ] as const) {
    const failing = script('failing', `process.exit(${exitCode});`);
    const { context } = contextOf(['--dns', file('unread', connect(11, address))]);
    await assert.rejects(main(context, hostWith(failing)), { exitCode, message });
  }
});

test('that dnssource cannot be started is told of, with the reason', async t => {
  const { execPath } = process;
  t.after(() => {
    process.execPath = execPath;
  });
  process.execPath = '/nonexistent/node';
  const { context } = contextOf(['--dns', file('unstarted', connect(11, address))]);
  await assert.rejects(main(context, hostWith('/any')), {
    exitCode: 1,
    message: 'dnssource could not be started: /nonexistent/node: no such file or directory',
  });
});

test('a dnssource that is killed is told of', async () => {
  const killed = script('killed', `process.kill(process.pid, 'SIGKILL');`);
  const { context } = contextOf(['--dns', file('w', connect(11, address))]);
  await assert.rejects(main(context, hostWith(killed)), { exitCode: 1, message: /ended by SIGKILL/ });
});

test('a dnssource that ends by itself has failed, but after a signal to end', async () => {
  const ending = script('ending', sayReady);
  const ended = script('ended', `${sayReady} process.kill(process.pid, 'SIGTERM');`);
  const recordsOf = async (dnssource: string, interrupted: AbortSignal) => {
    const records = [];
    for await (const lines of new DnsChild(dnssource, new Tally(), false, interrupted).batches())
      records.push(...lines.map(({ record }) => record.type));
    return records;
  };
  const never = new AbortController().signal;
  await assert.rejects(recordsOf(ending, never), { exitCode: 1, message: /dnssource has ended/ });
  await assert.rejects(recordsOf(ended, never), { exitCode: 1, message: /ended by SIGTERM/ });
  for (const dnssource of [ending, ended])
    assert.deepEqual(await recordsOf(dnssource, AbortSignal.abort()), ['ready']);
});

test('when the reader has gone dnssource goes too', async () => {
  const pidFile = join(dir, 'pid');
  const stubborn = script(
    'stubborn',
    `import { writeFileSync } from 'node:fs';
     process.on('SIGTERM', () => {});
     writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
     ${sayReady} write(${JSON.stringify(dns(10, 'a.example', [address]))});
     write(${JSON.stringify(dns(12, 'a.example', [address]))});
     setInterval(() => {}, 1000);`,
  );
  const { context } = contextOf(['--dns', file('gone', connect(11, address))], async () => {
    throw new ReaderGone();
  });
  await assert.rejects(
    main(context, hostWith(stubborn)).then(() => context.out.drained()),
    ReaderGone,
  );
  assert.equal(isAlive(Number(readFileSync(pidFile, 'utf8'))), false);
});
