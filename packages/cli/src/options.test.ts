import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from './errors.js';
import { flag, parseOptions, value } from './options.js';
import { integer, list, pid, port, text } from './values.js';

const table = {
  uid: value({ short: 'u', arg: 'UID', parse: integer(0, 9999), help: '' }),
  'print-uid': flag({ short: 'U', help: '' }),
  pid: value({ short: 'p', arg: 'PID', parse: pid, help: '' }),
  port: value({ short: 'P', arg: 'PORT,…', parse: list(port, 64), help: '', adds: true }),
  max: value({ arg: 'N', parse: integer(1, 10), default: 5, help: '' }),
  dns: value({ arg: 'FILE', parse: text('a file name'), bare: 'live', help: '' }),
  ipv4: flag({ short: '4', excludes: 'ipv6', help: '' }),
  ipv6: flag({ short: '6', excludes: 'ipv4', help: '' }),
} as const;

function parsed(...argv: string[]) {
  return parseOptions(table, argv, { positionals: true });
}

function refusal(...argv: string[]): string {
  try {
    parsed(...argv);
  } catch (error) {
    assert.ok(error instanceof UsageError);
    return error.message;
  }
  return '';
}

test('nothing given: flags are false, values undefined or their default', () => {
  assert.deepEqual(parsed(), {
    options: {
      uid: undefined,
      'print-uid': false,
      pid: undefined,
      port: undefined,
      max: 5,
      dns: undefined,
      ipv4: false,
      ipv6: false,
    },
    positionals: [],
  });
});

test('short options group and take the next word or what is attached', () => {
  const { options } = parsed('-Uu', '1000', '-P80,81', '-p7');
  assert.deepEqual([options['print-uid'], options.uid, options.port, options.pid], [true, 1000, [80, 81], 7]);
  assert.equal(parsed('-Uu1000').options.uid, 1000);
});

test('long options take the next word or what follows =', () => {
  assert.deepEqual(parsed('--port', '80', '--uid=0').options.port, [80]);
  assert.equal(parsed('--port', '80', '--uid=0').options.uid, 0);
});

test('the last of a repeated option counts', () => {
  assert.equal(parsed('-p', '1', '-p', '2').options.pid, 2);
});

test('a list that is repeated is one list, within its bounds', () => {
  assert.deepEqual(parsed('-P', '80', '-P81,82', '--port=80').options.port, [80, 81, 82, 80]);
  assert.match(refusal('-P80', '-P', ''), /--port wants values separated by single commas, not ''/);
  assert.match(refusal('-P80', '-P'), /--port wants a value/);
  assert.match(refusal(...Array(65).fill('-P80')), /at most 64 values/);
});

test('an option with a bare value takes another only after =', () => {
  const bare = parsed('--dns', 'file');
  assert.deepEqual([bare.options.dns, bare.positionals], ['live', ['file']]);
  assert.equal(parsed('--dns=file').options.dns, 'file');
  assert.equal(parsed('--dns=-').options.dns, '-');
  assert.match(refusal('--dns='), /--dns wants a file name, not ''/);
});

test('-- ends the options, - is a file', () => {
  assert.deepEqual(parsed('-', '--', '-U', '--').positionals, ['-', '-U', '--']);
});

test('numbers are decimal and in range, never NaN', () => {
  assert.equal(refusal('-P', 'abc'), "-P/--port wants a port number from 1 to 65535, not 'abc'");
  for (const bad of [
    '0x1bb',
    '',
    '0',
    '65536',
    '-1',
    '+80',
    '8e1',
    '80.0',
    ' 80',
    '80,',
    ',80',
    '80,abc',
    '٨٠',
  ]) {
    assert.match(refusal(`--port=${bad}`), /^-P\/--port wants /, bad);
  }
  assert.match(refusal('-P', Array(65).fill(80).join()), /at most 64 values/);
});

test('what is missing, unknown or too much is said', () => {
  assert.equal(refusal('-p'), '-p/--pid wants a value: PID');
  assert.match(refusal('-p', '-U'), /-p\/--pid wants a process id/);
  assert.equal(refusal('-x'), 'unknown option -x');
  assert.equal(refusal('--no-print-uid'), 'unknown option --no-print-uid');
  assert.equal(refusal('--constructor'), 'unknown option --constructor');
  assert.equal(refusal('--__proto__=1'), 'unknown option --__proto__');
  assert.equal(refusal('--print-uid=yes'), '-U/--print-uid takes no value');
});

test('what argparse takes is taken: long options by as much as no other begins with, short ones with = before the value', () => {
  const named = (...argv: string[]) =>
    parseOptions(table, argv, {
      positionals: false,
      argparse: ['print-uid', 'pid', 'port', 'ipv4', 'ipv6'],
    }).options;
  assert.deepEqual(
    { ...named('--po=80', '--po', '81', '--pi', '7', '--print') },
    { ...named('--port=80,81', '--pid', '7', '--print-uid') },
  );
  assert.deepEqual({ ...named('-P=80', '-p=7', '-Uu5') }, { ...named('-P80', '-p7', '-U', '-u', '5') });
  for (const literal of [['-UP=80'], ['-u=5'], ['-P==80'], ['--port==80'], ['-P', '=80']])
    assert.throws(() => named(...literal), /wants .*, not '=/, literal.join(' '));
  assert.throws(() => named('-U=1'), /unknown option -=/);
  assert.throws(() => named('--p', '80'), /^UsageError: --p may be --print-uid or --pid or --port$/);
  assert.throws(() => named('--ipv4', '--ipv'), /--ipv may be --ipv4 or --ipv6/);
  assert.throws(() => named('--po'), /-P\/--port wants a value/);
  for (const unknown of ['-i', '--ui=7', '--porto=80', '--=80'])
    assert.throws(() => named(unknown), /unknown option --?/, unknown);
});

test('options that exclude each other do so in either order', () => {
  assert.equal(refusal('-4', '-6'), '-4/--ipv4 and -6/--ipv6 exclude each other');
  assert.match(refusal('-6', '-4'), /exclude each other/);
  assert.equal(refusal('-4', '-4'), '');
});

test('a command without files refuses them', () => {
  assert.throws(() => parseOptions(table, ['file'], { positionals: false }), /unexpected argument 'file'/);
});
