import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Question } from './question.js';
import { median, spread } from './statistics.js';
import { Tracer } from './tracer.js';
import { compiled, type Work, work } from './workload.js';

const statistics = '/proc/sys/kernel/bpf_stats_enabled';

/** enum bpf_prog_type, include/uapi/linux/bpf.h */
const cgroupSkb = 8;

const farServer = 'the server elsewhere: in two runs of the programs';
const nearServer = 'both ends on this host: in four';

/** A port on which nothing passes here. */
const otherPort = 1234;

export const dnsHook: Question = {
  name: 'dns-hook',
  asks: "how long dnssource's programs take in the kernel for a query and its answer, and for packets of other ports",
  isLive: true,
  async run({ quick, scope, directory }) {
    const exchange = compiled('exchange', directory);
    const before = readFileSync(statistics);
    scope.after(async () => writeFileSync(statistics, before));
    writeFileSync(statistics, '1');
    const start = async (port: number) => {
      const tracer = await Tracer.start('dnssource', ['--port', `${port}`], `${directory}/port-${port}`);
      scope.after(async () => tracer.kill());
      return tracer;
    };
    const [dns, other] = [await start(53), await start(otherPort)];
    const count = quick ? 200 : 2000;
    const ways = [
      { what: `all on one socket, ${farServer}`, way: ['exact', 'far'], times: timesOf(dns, other) },
      { what: `each on a new socket, ${farServer}`, way: ['anew', 'far'], times: timesOf(dns, other) },
      { what: `all on one socket, ${nearServer}`, way: ['exact'], times: timesOf(dns, other) },
      { what: `each on a new socket, ${nearServer}`, way: ['anew'], times: timesOf(dns, other) },
    ];
    for (let round = 0; round < (quick ? 1 : 60); round++) {
      for (const { way, times } of ways) await times.of(() => work(exchange, count, 0, ...way));
    }
    await dns.stop();
    await other.stop();
    return ways.map(({ what, times }) => ({
      what: `query and answer, ${what}`,
      value: median(times.dns),
      unit: 'us',
      peer: { name: 'of another port, most of it the cost of the statistics', value: median(times.other) },
      spread: spread(times.dns),
    }));
  },
};

/** Microseconds for each exchange in the programs of two tracers, one of them of another port. */
function timesOf(dns: Tracer, other: Tracer) {
  const times = { dns: [] as number[], other: [] as number[] };
  return {
    ...times,
    async of(asked: () => Promise<Work>): Promise<void> {
      const earlier = [programTime(dns.pid), programTime(other.pid)] as const;
      const { count } = await asked();
      times.dns.push((programTime(dns.pid) - earlier[0]) / count / 1000);
      times.other.push((programTime(other.pid) - earlier[1]) / count / 1000);
    },
  };
}

/** Nanoseconds that the programs of a process on packets have run in all, by the kernel's statistics. */
function programTime(pid: number): number {
  const directory = `/proc/${pid}/fdinfo`;
  const programs = readdirSync(directory)
    .map(fd => readFileSync(`${directory}/${fd}`, 'utf8'))
    .filter(info => new RegExp(`^prog_type:\\s+${cgroupSkb}$`, 'm').test(info));
  const times = programs.map(info => Number(/^run_time_ns:\s+(\d+)$/m.exec(info)![1]));
  return times.reduce((sum, time) => sum + time, 0);
}
