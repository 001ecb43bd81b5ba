import { parseArgs } from 'node:util';
import { fuzz } from './dns-fuzz.js';

// By hand: node test/dist/fuzz/dns.js --packets 10000000 --seed 1
const { values } = parseArgs({
  options: { packets: { type: 'string', default: '200000' }, seed: { type: 'string', default: '1' } },
});
const count = Number(values.packets);
const seed = Number(values.seed);

if (Number.isSafeInteger(count) && Number.isSafeInteger(seed)) report(count, seed);
else {
  console.error('--packets and --seed want whole numbers');
  process.exitCode = 2;
}

function report(wanted: number, from: number): void {
  const start = performance.now();
  const { packets, messages, truncated, answers, addresses, slowest } = fuzz(wanted, from);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${packets} mutated packets in ${seconds} s: no exception, no address that is not in its packet`,
  );
  console.log(
    `${messages} messages, ${truncated} of them truncated, ${answers} answers, ${addresses} addresses`,
  );
  console.log(`slowest packet: ${slowest.us.toFixed(0)} us for ${slowest.bytes} bytes`);
}
