import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { eventually } from './deadline.js';

/** A set of bits in /proc/PID/status: signals, capabilities. */
export function statusBits(pid: number, field: string): bigint {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return BigInt(`0x${new RegExp(`^${field}:\\s*(\\w+)$`, 'm').exec(status)![1]}`);
}

/** Whether a process has not ended; one that only waits to be asked for its exit code has. */
export function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false; // there is no such process any more
  }
}

/** Resolves when a process listens for a signal. */
export async function signalHeard(pid: number, signal: NodeJS.Signals): Promise<void> {
  await eventually(
    () => ((statusBits(pid, 'SigCgt') & bitOf(signal)) !== 0n ? true : undefined),
    () => `process ${pid} to listen for ${signal}`,
  );
}

function bitOf(signal: NodeJS.Signals): bigint {
  return 1n << BigInt(constants.signals[signal] - 1);
}

/** Resolves when a signal that was sent to the process has been delivered. */
export async function signalTaken(pid: number, signal: NodeJS.Signals): Promise<void> {
  const pending = () => statusBits(pid, 'ShdPnd') | statusBits(pid, 'SigPnd');
  await eventually(
    () => ((pending() & bitOf(signal)) === 0n ? true : undefined),
    () => `process ${pid} to take ${signal}`,
  );
}

/** Makes a process stand still, and resolves when it does: a signal is delivered some time after it is sent. */
export async function standStill(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  const tasks = `/proc/${pid}/task`;
  const stands = (task: string) => /^State:\s+T/m.test(readFileSync(`${tasks}/${task}/status`, 'utf8'));
  await eventually(
    () => readdirSync(tasks).every(stands) || undefined,
    () => `process ${pid} to stand still`,
  );
}

/** Resolves when a process has written as much as goes into its output, and sleeps: one that waits for a core may write more. */
export async function stalled(pid: number): Promise<void> {
  let [written, looks] = [0, 0];
  await eventually(
    () => {
      const now = Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))![1]);
      const sleeps = /^State:\s+S/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
      looks = sleeps && now === written ? looks + 1 : 0;
      written = now;
      return written > 60_000 && looks > 20 ? true : undefined;
    },
    () => `process ${pid} to stall; it has written ${written} bytes`,
  );
}

/** How many TCP sockets of a process listen. */
export function listeners(pid: number): number {
  const own = new Set(readdirSync(`/proc/${pid}/fd`).map(fd => readlinkSync(`/proc/${pid}/fd/${fd}`)));
  const isListening = (line: string) => {
    const [, , , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === '0A' && own.has(`socket:[${inode}]`);
  };
  return ['tcp', 'tcp6']
    .flatMap(table => readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n'))
    .filter(isListening).length;
}
