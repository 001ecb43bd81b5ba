/** bin.js [WORDS]: compares bcc's tools and this project's in a guest, with all option sets or those that contain the words. */
import { root } from '../lib/command.js';
import { runBesidePeers } from './peers-guest.js';

/** Seconds. Most of them go to bcc's compiler, under emulation. */
const guestTimeout = 2400;
/** How many times longer than usual what is waited for may take there. */
const slowness = 60;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

const words = (process.argv[2] ?? '').replaceAll("'", '');
const script = `echo nameserver 127.0.0.1 >/etc/resolv.conf
cd '${root}' && TCPPIPE_SLOWNESS=${slowness} '${process.execPath}' test/dist/bcc/guest.js '${words}'
`;
try {
  const heard = (text: string) => void process.stdout.write(text);
  const { code } = await runBesidePeers(script, guestTimeout, stop.signal, [], heard);
  process.exitCode = code;
} catch (error) {
  process.stderr.write(`test:bcc: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
