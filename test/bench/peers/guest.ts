/** guest.js STORM ROUNDS SECONDS: run in a guest, prints the measured `Measures` of each tool as the last line. */
import { sum } from '../process.js';
import { median, spread } from '../statistics.js';
import { closedPort, work } from '../workload.js';
import { PeerTracer, type ToolName, tools } from './peer-tracer.js';

/** Of one tool. */
export interface Measures {
  /** Microseconds for a connect without it and what it adds to that, and how far rounds differ. */
  bareUs: number;
  addedUs: number;
  spreadUs: number;
  /** Connects of two processes at full rate, and rows of them. */
  made: number;
  rows: number;
  /** How many connects a second. */
  rate: number;
}

const [storm = '', rounds = '', seconds = ''] = process.argv.slice(2);
const connects = 1000;
/** Storms without the tool and with it, in each round. */
const stormsEach = 10;
const file = '/run/rows';

/** Median of so many storms, in microseconds per connect. */
async function connectUs(storms: number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < storms; i++) {
    const { wall_ns, count } = await work(storm, 'refused', closedPort, connects);
    times.push(wall_ns / count / 1000);
  }
  return median(times);
}

/** Storms without, with, and without the tool, so that a drift of the machine counts for neither side. */
async function round(name: ToolName): Promise<{ bareUs: number; addedUs: number }> {
  const before = await connectUs(stormsEach / 2);
  const tracer = await PeerTracer.start(name, file);
  const traced = await connectUs(stormsEach);
  await tracer.rows([]);
  const bareUs = (before + (await connectUs(stormsEach / 2))) / 2;
  return { bareUs, addedUs: traced - bareUs };
}

async function flood(name: ToolName): Promise<Pick<Measures, 'made' | 'rows' | 'rate'>> {
  const tracer = await PeerTracer.start(name, file);
  const works = await Promise.all([0, 1].map(() => work(storm, 'flood', closedPort, seconds)));
  const rows = await tracer.rows(works.map(({ pid }) => pid));
  const made = sum(works.map(({ count }) => count));
  return { made, rows, rate: made / Number(seconds) };
}

async function measured(name: ToolName): Promise<Measures> {
  const results = [];
  for (let i = 0; i < Number(rounds); i++) results.push(await round(name));
  const added = results.map(({ addedUs }) => addedUs);
  return {
    bareUs: median(results.map(({ bareUs }) => bareUs)),
    addedUs: median(added),
    spreadUs: spread(added),
    ...(await flood(name)),
  };
}

const measures: Partial<Record<ToolName, Measures>> = {};
for (const name of Object.keys(tools) as ToolName[]) measures[name] = await measured(name);
process.stdout.write(`${JSON.stringify(measures)}\n`);
