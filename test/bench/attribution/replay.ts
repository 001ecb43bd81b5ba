import { writeFileSync } from 'node:fs';
import type { AnyRecord } from '@tcppipe/events';
import { Child } from '../../lib/child.js';
import type { Scope } from '../../lib/cleanup.js';
import { programOf } from '../../lib/command.js';
import type { Recording } from './trace.js';

/** What tcpjoin makes of a recording anew, by the way in which it is given. */
export async function replays(
  t: Scope,
  recording: Recording,
  directory: string,
): Promise<Map<string, string>> {
  const [tcp, dns, one] = ['tcp', 'dns', 'one'].map(name => `${directory}/replay-${name}.ndjson`) as [
    string,
    string,
    string,
  ];
  const mixed = inEventOrder(recording);
  writeFileSync(tcp, recording.tcp);
  writeFileSync(dns, recording.dns);
  writeFileSync(one, mixed);
  const ways: [string, string[], string?][] = [
    ['two files', [`--dns=${dns}`, tcp]],
    ['one file', [one]],
    ['the joined output itself', ['-'], recording.joined],
    ['in pieces of any length', ['-'], mixed],
  ];
  const outputs = new Map<string, string>();
  for (const [way, args, input = ''] of ways) outputs.set(way, await joined(t, args, input));
  return outputs;
}

async function joined(t: Scope, args: string[], input: string): Promise<string> {
  const argv = [process.execPath, programOf('tcpjoin'), '--pass-dns', ...args] as const;
  const child = new Child(t, `tcpjoin ${args.join(' ')}`, [...argv], { stdio: 'pipe' });
  for (let at = 0; at < input.length; ) {
    const length = 1 + Math.floor(Math.random() ** 4 * 100_000);
    const hasRoom = child.process.stdin!.write(input.slice(at, at + length));
    if (!hasRoom) await new Promise(resolve => child.process.stdin!.once('drain', resolve));
    at += length;
  }
  child.process.stdin!.end();
  const { code, stdout, stderr } = await child.end();
  if (code !== 0) throw new Error(`tcpjoin ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

function inEventOrder({ tcp, dns }: Recording): string {
  const lines = `${dns}${tcp}`.split('\n').slice(0, -1);
  const timed = lines.map(line => ({ line, time: (JSON.parse(line) as AnyRecord).mono_us as number }));
  return timed
    .sort((a, b) => a.time - b.time)
    .map(({ line }) => `${line}\n`)
    .join('');
}
