import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  openSync,
  read,
  readFileSync,
  readSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import {
  Command,
  type CommandName,
  commands,
  filters,
  programOf,
  root,
  runCommand,
  sources,
} from './lib/command.js';
import { greeting, invocations, sample } from './lib/filters.js';
import { run } from './lib/namespaces.js';
import { Pipeline, temporaryDirectory } from './lib/pipeline.js';
import { stalled } from './lib/process-state.js';

/** Words that take every capability away, whoever runs them. */
const powerless = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--ambient-caps=-all'] as const;

/** Asserts that a command said one line that begins with its name and shows nothing of its inside. */
function assertOneLine(command: CommandName, stderr: string): void {
  assert.match(stderr, new RegExp(`^${command}: [^\n]+\n$`));
  assert.doesNotMatch(stderr, /^ {4}at |Error:|node:internal|unexpected failure/m);
}

for (const filter of filters) {
  describe(filter, () => {
    const line = invocations[filter];

    test('a full disk is 74 and one line', async t => {
      const { codes, stderr } = await new Pipeline(t, `${line} ${sample} > /dev/full`).finish();
      assert.deepEqual(codes, [74]);
      assertOneLine(filter, stderr);
      assert.match(stderr, /no space left on device/);
    });

    test('a reader that has gone is success and silence', async t => {
      const many = `for i in $(seq 20); do cat ${sample}; done`;
      const { codes, stderr } = await new Pipeline(
        t,
        `(${many}) 2>/dev/null | ${line} | head -1 > /dev/null`,
      ).finish();
      assert.deepEqual([codes[1], stderr], [0, '']);
    });

    test('with stdout closed it ends as if its reader had gone', async t => {
      const { codes, stderr } = await new Pipeline(t, `${line} ${sample} >&-`).finish();
      assert.deepEqual(codes, [0]);
      assert.doesNotMatch(stderr, /^ {4}at |Error:|unexpected failure/m);
    });

    test('a file that is not there is 74, a directory too', t => {
      for (const path of ['/nowhere/file.ndjson', temporaryDirectory(t)]) {
        const { code, stderr } = runCommand(filter, [path]);
        assert.equal(code, 74, path);
        assertOneLine(filter, stderr);
        assert.ok(stderr.includes(path));
      }
    });

    test('a file that it also writes to is a usage error, and stays as it was', async t => {
      const file = join(temporaryDirectory(t), 'file');
      const ways = [
        '-o file file',
        'file >> file',
        '< file >> file',
        ...(filter === 'tcpjoin' ? ['--dns=file -o file /dev/null'] : []),
      ];
      for (const way of ways) {
        writeFileSync(file, greeting);
        const pipeline = new Pipeline(t, `${line} ${way}`, { cwd: dirname(file) });
        const { codes, stderr } = await pipeline.finish();
        assert.deepEqual(codes, [2], way);
        assertOneLine(filter, stderr);
        assert.match(stderr, /: (file|stdin) is both input and output;/);
        assert.equal(readFileSync(file, 'utf8'), greeting);
      }
    });

    test('a terminal as stdin is a usage error with a hint', () => {
      const result = spawnSync(
        'script',
        ['-qec', `'${process.execPath}' '${programOf(filter)}'`, '/dev/null'],
        {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      assert.equal(result.status, 2);
      assert.match(result.stdout, new RegExp(`^${filter}: stdin is a terminal: .*\r\n$`));
    });

    test('--strict makes rejected lines and lost records a failure', () => {
      for (const bad of ['no JSON\n', '{"type":"lost","tool":"x","count":1,"reason":"y"}\n']) {
        assert.equal(runCommand(filter, [], bad).code, 0);
        assert.equal(runCommand(filter, ['--strict'], bad).code, 1);
      }
    });
  });
}

test('tcpfmt says what it did not print, although an input fails', t => {
  const path = join(temporaryDirectory(t), 'mixed');
  writeFileSync(path, '{"type":"connect","pid":1}\n{"type":"count","connects":1}\n');
  const { code, stderr } = runCommand('tcpfmt', [path, `${path}.missing`]);
  assert.equal(code, 74);
  assert.match(stderr, /^tcpfmt: 1 record not printed .*\ntcpfmt: .*no such file or directory\n$/);
});

test('two writers to one slow pipe tear no line', async t => {
  const cwd = temporaryDirectory(t);
  const input = join(cwd, 'input');
  const times = 300;
  writeFileSync(input, readFileSync(sample, 'utf8').repeat(times));
  const writer = `tcpjoin --pass-dns ${input}`;
  const slow = "python3 -c 'import os\nwhile d := os.read(0, 5000): os.write(1, d)'";
  const { codes, stdout } = await new Pipeline(t, `{ ${writer} & ${writer}; wait; } | ${slow}`).finish();
  assert.deepEqual(codes, [0, 0]);
  const one = runCommand('tcpjoin', ['--pass-dns', input]).stdout.split('\n').toSorted();
  assert.deepEqual(stdout.split('\n').toSorted(), [...one, ...one].toSorted().slice(1));
});

test('a reader of messages that stands still is waited for', async t => {
  const times = 2000;
  const input = join(temporaryDirectory(t), 'input');
  const record = { type: 'lost', tool: 'tcpsource', count: 3, reason: 'x'.repeat(1000) };
  writeFileSync(input, `${JSON.stringify(record)}\n`.repeat(times));
  const command = new Command(t, 'tcpfmt', [input]);
  command.process.stderr!.pause();
  await stalled(command.pid);
  command.process.stderr!.resume();
  const { code, stderr } = await command.end();
  assert.equal(code, 0);
  assert.equal(stderr.split('\n').length - 1, times);
});

test('messages are heard again when a pipe has got another reader', async t => {
  const path = join(temporaryDirectory(t), 'messages');
  run('mkfifo', path);
  const open = (flags: number) => openSync(path, flags | constants.O_NONBLOCK);
  const reader = open(constants.O_RDONLY);
  const writer = open(constants.O_WRONLY);
  const command = new Command(t, 'tcpfmt', ['-F', 'json'], { stdio: ['pipe', 'pipe', writer] });
  closeSync(writer);
  /** Has it say something; a record that follows tells when it has. */
  const say = async (seq: number) => {
    command.process.stdin!.write(
      `{"type":"lost","tool":"x","count":${seq},"reason":"y"}\n{"type":"connect","seq":${seq}}\n`,
    );
    await command.until(record => record.seq === seq, 'the record behind a message');
  };
  const message = Buffer.alloc(4096);
  await say(1);
  readSync(reader, message); // or it would wait for the other one
  closeSync(reader);
  await say(2);
  const another = open(constants.O_RDONLY);
  t.after(() => closeSync(another));
  await say(3);
  assert.equal(message.toString('utf8', 0, readSync(another, message)), 'tcpfmt: x lost 3 events (y)\n');
  command.process.stdin!.end();
  assert.equal((await command.end()).code, 0);
});

for (const source of sources) {
  test(`${source} without the privilege is 77 and says which and how`, () => {
    const [program, ...args] = [...powerless, process.execPath, programOf(source)];
    const { status, stdout, stderr } = spawnSync(program!, args, { encoding: 'utf8' });
    assert.deepEqual([status, stdout], [77, '']);
    assertOneLine(source, stderr);
    assert.match(stderr, /CAP_BPF.*sudo/);
  });
}

test('tcpjoin --dns without the privilege is 77, and says which command wants it', () => {
  const [program, ...args] = [...powerless, process.execPath, programOf('tcpjoin'), '--dns'];
  const { status, stdout, stderr } = spawnSync(program!, args, { encoding: 'utf8' });
  assert.deepEqual([status, stdout], [77, '']);
  assert.match(stderr, /^dnssource: .*CAP_BPF.*\ntcpjoin: .*try: sudo tcpjoin --dns\n$/);
});

for (const command of commands) {
  test(`${command}: unknown options, missing and wrong values are 2 and one line`, () => {
    for (const args of [['--nonsense'], ['--output'], ['-o', ''], ['--strict=yes']]) {
      const { code, stdout, stderr } = runCommand(command, args);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assertOneLine(command, stderr);
      assert.match(stderr, /--help lists the options/);
    }
  });

  test(`${command} --help names every option, --version the version`, async () => {
    const { code, stdout, stderr } = runCommand(command, ['--help']);
    assert.deepEqual([code, stderr], [0, '']);
    assert.ok(stdout.indexOf('Examples:') < stdout.indexOf('Usage:'));
    const module = await import(pathToFileURL(join(root, 'packages', command, 'dist/command.js')).href);
    const options = Object.entries<{ short?: string }>(module.command.options);
    for (const [name, { short }] of [
      ...options,
      ['output', { short: 'o' }],
      ['strict', {}],
    ] as typeof options)
      assert.match(stdout, new RegExp(`^ *${short ? `-${short}, ` : ''}--${name} `, 'm'));
    const version = runCommand(command, ['--version']);
    assert.deepEqual([version.code, version.stderr], [0, '']);
    assert.match(version.stdout, new RegExp(`^${command} \\d+\\.\\d+\\.\\d+\n$`));
  });
}

test("bcc's commands take long options by their beginning, as they do there; the others do not", () => {
  const script = join(root, 'packages/bcc/dist/bin/tcptracer.js');
  const ended = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  assert.match(ended('--he').stdout, /^Examples:/m);
  const { status, stderr } = ended('--mnt', '/sys/fs/bpf/none', '--i');
  assert.equal(status, 2);
  assert.match(stderr, /^tcptracer: --i may be --ipv4 or --ipv6; .+\n$/);
  for (const command of commands) assert.equal(runCommand(command, ['--he']).code, 2, command);
});

test('-o appends to a file of mode 0600 and follows no symbolic link', t => {
  const directory = temporaryDirectory(t);
  const [file, link] = [join(directory, 'file'), join(directory, 'link')];
  const record = '{"type":"connect","daddr":"192.0.2.1"}\n';
  for (const _ of [1, 2]) assert.equal(runCommand('tcpjoin', ['-o', file], record).code, 0);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    lines.map(line => JSON.parse(line).daddr),
    ['192.0.2.1', '192.0.2.1'],
  );
  symlinkSync(file, link);
  const { code, stderr } = runCommand('tcpjoin', ['-o', link], record);
  assert.equal(code, 74);
  assertOneLine('tcpjoin', stderr);
  assert.match(stderr, /symbolic link/);
});

test('a pipe that stdout only reads from is written to by nobody', t => {
  const path = join(temporaryDirectory(t), 'read');
  run('mkfifo', path);
  for (const filter of filters) {
    const line = `exec "$0" ${programOf(filter)} "$1" 3<>"$2" 1<"$2"`;
    const { status, stderr } = spawnSync('sh', ['-c', line, process.execPath, sample, path], {
      encoding: 'utf8',
    });
    assert.equal(status, 74);
    assert.match(stderr, /: stdout: EBADF$/m);
  }
});

test('a pipe that others write to blocks for them while a command runs, and after it', async t => {
  for (const filter of filters) {
    const path = join(temporaryDirectory(t), 'shared');
    run('mkfifo', path);
    const fd = openSync(path, constants.O_RDWR);
    t.after(() => closeSync(fd));
    const isNonblocking = () => {
      const [, flags] = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))!;
      return (Number.parseInt(flags!, 8) & constants.O_NONBLOCK) !== 0;
    };
    const [, ...args] = invocations[filter].split(' ');
    const command = new Command(t, filter, args, { stdio: ['pipe', fd, fd] });
    command.process.stdin!.write(greeting);
    const { buffer, bytesRead } = await promisify(read)(fd, Buffer.alloc(4096), 0, 4096, null);
    const written = buffer.toString('utf8', 0, bytesRead);
    assert.match(written, filter === 'tcpfmt' ? /^SEQ +COMM/ : /^\{"type":"greeting"/);
    assert.equal(isNonblocking(), false, filter);
    command.process.stdin!.end('junk\n');
    assert.equal((await command.end()).code, 0);
    assert.equal(isNonblocking(), false, filter);
  }
});

test('stdin named twice is a usage error', () => {
  for (const filter of filters) {
    const { code, stderr, stdout } = runCommand(filter, ['-', '-'], '{}\n');
    assert.deepEqual([code, stdout], [2, '']);
    assert.equal(stderr, `${filter}: stdin (-) can be read once only; ${filter} --help lists the options\n`);
  }
});

test('help needs no working directory, and speaks English', t => {
  const gone = join(temporaryDirectory(t), 'gone');
  const { status, stdout, stderr } = spawnSync(
    'sh',
    [
      '-c',
      'mkdir "$0" && cd "$0" && rmdir "$0" && exec "$@"',
      gone,
      process.execPath,
      programOf('tcpfmt'),
      '--help',
    ],
    { encoding: 'utf8', env: { ...process.env, LC_ALL: 'de_DE.UTF-8' } },
  );
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^Options:$/m);
});
