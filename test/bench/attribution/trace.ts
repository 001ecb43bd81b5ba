import { readFileSync } from 'node:fs';
import type { AnyRecord } from '@tcppipe/events';
import type { Scope } from '../../lib/cleanup.js';
import { eventually } from '../../lib/deadline.js';
import { Pipeline } from '../../lib/pipeline.js';
import { type Lab, targetPort, tlsPort } from './lab.js';

/** What a live run leaves: lines with their newlines. */
export interface Recording {
  /** What tcpsource wrote. */
  readonly tcp: string;
  /** What tcpjoin --pass-dns made of it. */
  readonly joined: string;
  /** The DNS records of that. */
  readonly dns: string;
  /** Why a replay may differ: tcpjoin says that records were overtaken. */
  readonly warnings: string;
  readonly records: AnyRecord[];
}

/** `tcpsource | tcpjoin --dns`, live, on the lab's host, so that its hosts file and its daemons are the system's. */
export class Trace {
  private constructor(
    private readonly pipeline: Pipeline,
    private readonly files: { tcp: string; joined: string },
  ) {}

  /** Resolves when connects and answers are seen. */
  static async start(t: Scope, lab: Lab): Promise<Trace> {
    const [tcp, joined] = [lab.file('tcp.ndjson', ''), lab.file('joined.ndjson', '')];
    const [source, join] = [
      `tcpsource -e connect -P ${targetPort},${tlsPort} --ready | tee -i '${tcp}'`,
      `${lab.onHost.join(' ')} tcpjoin --dns --pass-dns >'${joined}'`,
    ];
    const pipeline = new Pipeline(t, `${source} | ${join}`);
    await eventually(
      () => {
        if (pipeline.hasEnded) throw new Error(`the tracer ended: ${pipeline.stderr}`);
        return readFileSync(joined, 'utf8').includes('"tool":"tcpsource"') || undefined;
      },
      () => `a ready record; stderr: ${pipeline.stderr}`,
    );
    return new Trace(pipeline, { tcp, joined });
  }

  /** Ends it as Ctrl-C does. @throws Error when a stage failed */
  async stop(): Promise<Recording> {
    this.pipeline.signalGroup('SIGINT');
    const { codes, stderr } = await this.pipeline.finish();
    if (codes.some(code => code !== 0)) throw new Error(`the tracer ended with ${codes}: ${stderr}`);
    const joined = readFileSync(this.files.joined, 'utf8');
    const lines = joined.split('\n').slice(0, -1);
    const records = lines.map(line => JSON.parse(line) as AnyRecord);
    const isOfDns = (_: string, i: number) => records[i]!.type === 'dns' || records[i]!.tool === 'dnssource';
    return {
      tcp: readFileSync(this.files.tcp, 'utf8'),
      joined,
      dns: lines
        .filter(isOfDns)
        .map(line => `${line}\n`)
        .join(''),
      warnings: stderr,
      records,
    };
  }
}
