/** guest.js STORM ROUNDS SECONDS: run in a guest, prints the measured `Measures` of each tool as the last line. */
import { sum } from '../process.js';
import { median } from '../statistics.js';
import { closedPort, work } from '../workload.js';
import { firstRow, type Start } from './first-row.js';
import { PeerTracer, type ToolName, tools } from './peer-tracer.js';

/** Microseconds of one connect. */
export interface Cost {
  wallUs: number;
  /** Of the process that connects. */
  cpuUs: number;
}

/** Of one tool. */
export interface Measures extends Start {
  /** What a connect costs without it, in each round, and what it adds to that. */
  bare: Cost[];
  added: Cost[];
  /** Connects of two processes at full rate, and rows of them. */
  made: number;
  rows: number;
  /** How many connects a second. */
  rate: number;
}

const [storm = '', rounds = '', seconds = ''] = process.argv.slice(2);
const connects = 2000;
/** Before a measurement with a tool: what it runs then is compiled, which under emulation slows everything. */
const warmUpConnects = 20_000;
/** Storms without the tool and with it, in each round. */
const stormsEach = 10;
const file = '/run/rows';

/** Medians of so many storms. */
async function connectCost(storms: number): Promise<Cost> {
  const costs: Cost[] = [];
  for (let i = 0; i < storms; i++) {
    const { wall_ns, cpu_ns, count } = await work(storm, 'refused', closedPort, connects);
    costs.push({ wallUs: wall_ns / count / 1000, cpuUs: cpu_ns / count / 1000 });
  }
  return { wallUs: median(costs.map(cost => cost.wallUs)), cpuUs: median(costs.map(cost => cost.cpuUs)) };
}

/** Storms without, with, and without the tool, so that a drift of the machine counts for neither side. */
async function round(name: ToolName): Promise<{ bare: Cost; added: Cost }> {
  const before = await connectCost(stormsEach / 2);
  const tracer = await PeerTracer.start(name, file);
  await work(storm, 'refused', closedPort, warmUpConnects);
  const traced = await connectCost(stormsEach);
  await tracer.rows([]);
  const after = await connectCost(stormsEach / 2);
  const bare = { wallUs: (before.wallUs + after.wallUs) / 2, cpuUs: (before.cpuUs + after.cpuUs) / 2 };
  const added = { wallUs: traced.wallUs - bare.wallUs, cpuUs: traced.cpuUs - bare.cpuUs };
  return { bare, added };
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
  return {
    ...(await firstRow(name)),
    bare: results.map(({ bare }) => bare),
    added: results.map(({ added }) => added),
    ...(await flood(name)),
  };
}

const measures: Partial<Record<ToolName, Measures>> = {};
for (const name of Object.keys(tools) as ToolName[]) measures[name] = await measured(name);
process.stdout.write(`${JSON.stringify(measures)}\n`);
