import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Command, commonOptions, helpText, parseOptions, UsageError } from '@tcppipe/cli';
import { command as tcpconnect } from './connect-command.js';
import { command as tcptracer } from './tracer-command.js';
import { command as tcpv4connect } from './v4connect-command.js';

/** Short and long names, in the order of bcc's manual pages. */
const known = new Map<Command, readonly string[]>([
  [
    tcpconnect,
    [
      ...[
        '-h, --help',
        '-t, --timestamp',
        '-p, --pid',
        '-P, --port',
        '-4, --ipv4',
        '-6, --ipv6',
        '-L, --lport',
      ],
      ...['-U, --print-uid', '-u, --uid', '-c, --count', '--cgroupmap', '--mntnsmap', '-d, --dns'],
    ],
  ],
  [
    tcptracer,
    [
      ...[
        '-h, --help',
        '-t, --timestamp',
        '-v, --verbose',
        '-p, --pid',
        '-N, --netns',
        '-4, --ipv4',
        '-6, --ipv6',
      ],
      ...['--cgroupmap', '--mntnsmap'],
    ],
  ],
  [tcpv4connect, ['-h, --help', '-t, --timestamp', '-p, --pid']],
]);

function parse(command: Command, ...argv: string[]) {
  return parseOptions(command.options, argv, { positionals: false }).options;
}

for (const [command, names] of known) {
  test(`${command.name} --help lists the options in the order users know, and then those of every command`, async () => {
    const help = await helpText({ ...command, options: { ...command.options, ...commonOptions } });
    const listed = [...help.matchAll(/^ +((?:-\w, )?--[\w-]+)/gm)].map(match => match[1]);
    assert.deepEqual(listed, [...names, '-o, --output', '--on-full', '--strict', '--version']);
  });

  test(`the README lists the options of ${command.name} with their help`, () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    for (const [name, { short, arg, help }] of Object.entries(command.options)) {
      const option = `${short ? `-${short}, ` : ''}--${name}${arg ? ` ${arg}` : ''}`;
      assert.ok(readme.includes(`| \`${option}\` | ${help} |`), option);
    }
  });

  test(`${command.name} refuses what it does not know`, () => {
    for (const argv of [['-x'], ['--no-such-option'], ['argument'], ['-p', 'abc'], ['-p', '-1'], ['-p0x1']]) {
      assert.throws(() => parse(command, ...argv), UsageError, argv.join(' '));
    }
  });
}

test('0 is no process, but to tcptracer, where it stands for all of them as it does in bcc', () => {
  for (const command of [tcpconnect, tcpv4connect])
    assert.throws(() => parse(command, '-p', '0'), UsageError, command.name);
  assert.deepEqual({ ...parse(tcptracer, '-p', '0', '-N0') }, { ...parse(tcptracer) });
});

test('-4 and -6 exclude each other', () => {
  for (const command of [tcpconnect, tcptracer]) {
    assert.throws(() => parse(command, '-4', '-6'), UsageError);
    assert.throws(() => parse(command, '-64'), UsageError);
  }
});

test('options group, take attached values and lists of ports', () => {
  const options = parse(tcpconnect, '-tULd', '-u1000', '-P80,443', '--pid=7');
  assert.deepEqual(
    { ...options },
    {
      ...parse(tcpconnect),
      ...{ timestamp: true, 'print-uid': true, lport: true, dns: true, uid: 1000, port: [80, 443], pid: 7 },
    },
  );
  // As argparse has it, from where scripts come.
  assert.deepEqual(parse(tcpconnect, '-P80', '-P', '443').port, [443]);
  assert.deepEqual(parse(tcpconnect, '-P', ' 80, 443 ,8080\t').port, [80, 443, 8080]);
  for (const ports of ['80,', 'http', '0', '65536', '80 81']) {
    assert.throws(() => parse(tcpconnect, '-P', ports), UsageError, ports);
  }
});
