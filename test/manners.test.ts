import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
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
import { eventually } from './lib/deadline.js';
import { greeting, invocations, sample } from './lib/filters.js';
import { Pipeline, temporaryDirectory } from './lib/pipeline.js';

/** Runs a command without any capability, whoever runs this. */
function runPowerless(command: CommandName, ...args: string[]) {
  const without = ['--bounding-set=-all', '--inh-caps=-all', '--ambient-caps=-all'];
  return spawnSync('setpriv', [...without, process.execPath, programOf(command), ...args], {
    encoding: 'utf8',
  });
}

/** Asserts that a command said one line that begins with its name and shows nothing of its inside. */
function assertOneLine(command: CommandName, stderr: string): void {
  assert.match(stderr, new RegExp(`^${command}: [^\n]+\n$`));
  assert.doesNotMatch(stderr, /^ {4}at |Error:|node:internal|unexpected failure/m);
}

for (const filter of filters) {
  describe(filter, () => {
    const line = invocations[filter];

    test('pkill finds it by its name', async t => {
      const idle = new Command(t, filter, [], { stdio: 'pipe' });
      await eventually(
        () => readFileSync(`/proc/${idle.pid}/comm`, 'utf8') === `${filter}\n` || undefined,
        () => `the name of ${filter}`,
      );
      idle.process.stdin!.end();
      assert.equal((await idle.end()).code, 0);
    });

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

for (const source of sources) {
  test(`${source} without the privilege is 77 and says which and how`, () => {
    const { status, stdout, stderr } = runPowerless(source);
    assert.deepEqual([status, stdout], [77, '']);
    assertOneLine(source, stderr);
    assert.match(stderr, /CAP_BPF.*sudo/);
  });
}

test('tcpjoin --dns without the privilege is 77, and says which command wants it', () => {
  const { status, stdout, stderr } = runPowerless('tcpjoin', '--dns');
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
