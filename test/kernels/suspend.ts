/**
 * Run in a guest: suspends it to memory while the pipe traces, and says on the console what came of it. What the host
 * shares does not come back after that, so everything that is needed later must be in memory before.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import type { AnyRecord } from '@tcppipe/events';
import { programOf } from '../lib/command.js';
import { eventually } from '../lib/deadline.js';

/** Seconds until the clock's alarm wakes the guest. */
const asleep = 20;
/** More than the guest's clock of the day is off by after it wakes: that one counts seconds. */
const tolerance = 2;

const tcpsource = spawn(process.execPath, [programOf('tcpsource'), '-e', 'all', '--ready'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const tcpjoin = spawn(process.execPath, [programOf('tcpjoin'), '--dns'], {
  stdio: [tcpsource.stdout!, 'pipe', 'inherit'],
}) as ChildProcess;
let text = '';
tcpjoin.stdout!.on('data', chunk => {
  text += chunk;
});
const records = () =>
  text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as AnyRecord);
const awaited = (fits: (record: AnyRecord) => boolean) =>
  eventually(
    () => records().find(fits),
    () => `a record; there are: ${text}`,
  );

/** Makes a connection and gives the port of its client with what ends it. */
async function connection(port: number): Promise<{ sport: number; end: () => void }> {
  const client = connect(port, '127.0.0.1');
  await once(client, 'connect');
  return { sport: client.localPort!, end: () => client.destroy() };
}

const bootSeconds = () => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);

async function suspendsWell(): Promise<void> {
  await awaited(({ type }) => type === 'ready');
  const server = createServer(socket => socket.resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  (await connection(port)).end(); // once through everything that will be needed
  const lasting = await connection(port);
  const first = await awaited(({ type, sport }) => type === 'connect' && sport === lasting.sport);
  const slept = bootSeconds();
  for (const alarm of ['0', `+${asleep}`]) writeFileSync('/sys/class/rtc/rtc0/wakealarm', alarm);
  writeFileSync('/sys/power/state', 'mem');
  assert.ok(bootSeconds() - slept > asleep / 2, 'the guest did not sleep');
  lasting.end();
  const later = await connection(port);
  const now = Date.now() / 1000;
  const second = await awaited(({ type, sport }) => type === 'connect' && sport === later.sport);
  const close = await awaited(({ type, sport }) => type === 'close' && sport === lasting.sport);
  const between = ((second.mono_us as number) - (first.mono_us as number)) / 1e6;
  assert.ok(between > asleep / 2, `mono_us went on by ${between} s`);
  assert.ok(Math.abs((second.ts as number) - now) < tolerance, `ts ${second.ts} at ${now}`);
  const duration = (close.duration_ms as number) / 1000;
  assert.ok(
    duration > asleep / 2 && duration < between + 60,
    `duration ${duration} s of a connection that slept`,
  );
  say(
    `slept ${(bootSeconds() - slept).toFixed(1)} s; ts is off by ${((second.ts as number) - now).toFixed(3)} s; duration ${duration} s`,
  );
}

function say(message: string): void {
  writeFileSync('/dev/ttyS0', `@@ suspend: ${message}\n`);
}

try {
  await suspendsWell();
  say('ok');
} catch (error) {
  say((error as Error).message);
}
writeFileSync('/proc/sysrq-trigger', 'o');
