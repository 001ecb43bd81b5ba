import { spawnSync } from 'node:child_process';

const duckdbRequire = `const duckdb = require('@duckdb/node-api');`;

/** Runs a query on one thread; FILE in it stands for the file named last, its result goes to /dev/stdout. */
const duckdbRun = `${duckdbRequire}
const [query, file] = process.argv.slice(-2);
duckdb.DuckDBInstance.create(':memory:', { threads: '1' }).then(async instance => {
  const connection = await instance.connect();
  await connection.run(query.replace('FILE', () => "'" + file + "'"));
});`;

const peers = {
  jq: { argv: ['jq'], version: ['jq', '--version'] },
  mlr: { argv: ['mlr'], version: ['mlr', '--version'] },
  duckdb: {
    argv: [process.execPath, '-e', duckdbRun, '--'],
    version: [process.execPath, '-p', `${duckdbRequire} duckdb.version()`],
  },
} as const;

export type Peer = keyof typeof peers;

/** The words that begin a peer's command line. */
export function commandOf(peer: Peer): readonly string[] {
  return peers[peer].argv;
}

/** Versions of the peers that are installed; DuckDB is the npm package @duckdb/node-api, found by NODE_PATH. */
export function installedPeers(): Map<Peer, string> {
  const versions = new Map<Peer, string>();
  for (const peer of Object.keys(peers) as Peer[]) {
    const [file, ...args] = peers[peer].version;
    const { status, stdout } = spawnSync(file, args, { encoding: 'utf8' });
    if (status === 0) versions.set(peer, stdout.trim());
  }
  return versions;
}
