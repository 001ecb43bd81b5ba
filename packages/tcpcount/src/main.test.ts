import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Context, parseOptions, Tally } from '@tcppipe/cli';
import { writtenLines } from '@tcppipe/cli/testing';
import { type AnyRecord, serialise } from '@tcppipe/events';
import fc from 'fast-check';
import { command } from './command.js';
import { main } from './main.js';
import { passes, weightOf } from './weight.js';
import { Windows } from './windows.js';

const directory = mkdtempSync(join(tmpdir(), 'tcpcount-'));
after(() => rmSync(directory, { recursive: true }));

function optionsOf(argv: string[]) {
  return parseOptions(command.options, argv, { positionals: true }).options;
}

/** What the command writes for files of these lines. */
async function counted(argv: string[], files: readonly string[][], said: string[] = []): Promise<string> {
  const { lines } = await countedUntilFailure(argv, files, said);
  return lines;
}

/** The same, also where an input fails. */
async function countedUntilFailure(
  argv: string[],
  files: readonly string[][],
  said: string[] = [],
  others: readonly string[] = [],
): Promise<{ lines: string; failure: unknown }> {
  const { out, lines } = writtenLines();
  const paths = files.map((lines, index) => {
    const path = join(directory, `${index}`);
    writeFileSync(path, lines.map(line => `${line}\n`).join(''));
    return path;
  });
  const context = {
    options: optionsOf(argv),
    files: [...paths, ...others],
    out,
    tally: new Tally(),
    stop: new AbortController().signal,
    say: (message: string) => said.push(message),
  };
  const failure = await main(context as unknown as Context<typeof command.options>).catch(error => {
    if (others.length === 0) throw error;
    return error;
  });
  await context.out.drained();
  const text = lines()
    .map(line => `${line}\n`)
    .join('');
  return { lines: text, failure };
}

/** The same, in the plainest way: every line parsed in full, every key compared by its values. */
function expected(argv: string[], lines: readonly string[]): string {
  const { by, event, interval, top = Number.POSITIVE_INFINITY, 'max-keys': maxKeys } = optionsOf(argv);
  const windows = new Windows({ by, maxKeys, top, interval });
  const out: string[] = [];
  for (const line of lines) {
    const record = parsed(line);
    if (!record) continue;
    const connects = weightOf(record, event);
    if (connects !== undefined) out.push(...windows.add(record, connects).map(serialise));
    else if (passes(record)) out.push(line);
  }
  return [...out, ...windows.end().map(serialise)].map(line => `${line}\n`).join('');
}

function parsed(line: string): AnyRecord | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Members of a record as they stand in its line, some of them in a way that no writer of this project has. */
const values = {
  type: fc.constantFrom('"connect"', '"connect"', '"connect"', '"close"', '"dns"', '"conn\\u0065ct"'),
  ts: fc.constantFrom(undefined, '1', '2.5', '7', '61', '1e1'),
  comm: fc.constantFrom(undefined, '"curl"', '"c\\u0075rl"', '"é"', '"__proto__"'),
  daddr: fc.constantFrom(undefined, '"a"', '"b"', '"c"', '"\\u0061"', '""'),
  dport: fc.constantFrom(undefined, '443', '443.0', '80', '"80"'),
  query: fc.constantFrom(undefined, 'null', '"null"', '"a.example"'),
  dns: fc.constantFrom(undefined, '{"scope":"netns"}', '{"scope":"netns","age_ms":1}', '{"scope": "host"}'),
};

function lineOf(members: object): string {
  const present = Object.entries(members).filter(([, value]) => value !== undefined);
  return `{${present.map(([name, value]) => `"${name}":${value}`).join(',')}}`;
}

const record = fc.record(values);
const otherOrder = record.map(members => lineOf(Object.fromEntries(Object.entries(members).reverse())));
const others = fc.constantFrom(
  '{"type":"lost","ts":1,"tool":"tcpsource","count":3,"reason":"ring_full"}',
  '{"type":"count","daddr":"a","dport":443,"connects":5,"from":1,"to":2}',
  '{"type":"count","connects":7,"from":0,"to":9,"other":true}',
  '{"type":"later"}',
  '{"type":"connect"',
);
const line = fc.oneof({ weight: 5, arbitrary: record.map(lineOf) }, otherOrder, others);

const argv = fc
  .tuple(
    fc.constantFrom('daddr,dport', 'comm,daddr', 'query', 'dns.scope', 'dns', 'daddr,ts', 'later'),
    fc.constantFrom([], ['-i', '5'], ['-i', '60']),
    fc.constantFrom([], ['--max-keys', '2'], ['--max-keys', '3', '--top', '2']),
    fc.constantFrom([], ['-e', 'close'], ['-e', 'dns']),
  )
  .map(([by, ...rest]) => ['--by', by, ...rest.flat()]);

test('counts are those of a full parse of every line, byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(
      argv,
      fc.array(fc.array(line, { maxLength: 40 }), { maxLength: 3 }),
      async (argv, files) => {
        assert.equal(await counted(argv, files.length > 0 ? files : [[]]), expected(argv, files.flat()));
      },
    ),
    { numRuns: 500 },
  );
});

test('a field of the key that nothing counted has is told of', async () => {
  const lines = ['{"type":"connect","ts":1,"comm":"curl"}', '{"type":"close","ts":1,"daddr":"a"}'];
  for (const [by, expected] of [
    ['comm', []],
    [
      'comm,daddr,dns.scope',
      ['no record that was counted has daddr', 'no record that was counted has dns.scope'],
    ],
  ] as const) {
    const said: string[] = [];
    await counted(['--by', by], [lines], said);
    assert.deepEqual(said, expected);
  }
  const said: string[] = [];
  await counted(['--by', 'comm', '--max-keys', '1'], [['{"type":"connect"}', lines[0]!]], said);
  await counted([], [[]], said);
  assert.deepEqual(said, []);
});

test('where nothing is counted, what else there was is told of', async () => {
  const lines = ['{"type":"dns"}', '{"type":"accept"}', '{"type":"accept","ts":1}', '{"type":"ready"}'];
  for (const [argv, expected] of [
    [[], ['no connect to count, but 1 dns, 2 accept; try -e accept']],
    [['-e', 'close', '-i', '1'], ['no close to count, but 1 dns, 2 accept; try -e accept']],
    [['-e', 'accept', '--by', 'ts'], []],
    [['-e', 'dns', '-i', '1', '--by', 'ts'], ['no record that was counted has ts']],
  ] as const) {
    const said: string[] = [];
    await counted([...argv], [lines], said);
    assert.deepEqual(said, expected, argv.join(' '));
  }
});

test('what was counted before an input failed is reported', async () => {
  const lines = ['{"type":"connect","ts":1,"comm":"curl"}', '{"type":"connect","ts":2,"comm":"curl"}'];
  const missing = join(directory, 'missing');
  const result = await countedUntilFailure(['--by', 'comm'], [lines], [], [missing]);
  assert.equal(result.lines, '{"type":"count","comm":"curl","connects":2,"from":1,"to":2}\n');
  assert.match(String(result.failure), /missing/);
});

test('what is passed on is shown, not obeyed, by a terminal', async () => {
  const raw = '{"type":"later","comm":"\u202egpj.exe\x9b31m\x7f"}';
  const escaped = '{"type":"later","comm":"\\u202egpj.exe\\u009b31m\\u007f"}';
  assert.equal(await counted([], [[raw]]), `${escaped}\n`);
});

test('keys that are more than a reader remembers are counted exactly', async () => {
  const keys = 70_000;
  const lines = Array.from({ length: 3 * keys }, (_, i) => `{"type":"connect","ts":1,"sport":${i % keys}}`);
  const args = ['--by', 'sport', '--max-keys', '69000'];
  assert.equal(await counted(args, [lines]), expected(args, lines));
});
