import { spawnSync } from 'node:child_process';

const duckdbRequire = `const duckdb = require('@duckdb/node-api');`;

/** The grouped count of tcpcount on one thread, of the file named last. */
const duckdbCount = `${duckdbRequire}
duckdb.DuckDBInstance.create(':memory:', { threads: '1' }).then(async instance => {
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll(
    "SELECT saddr, daddr, dport, count(*) AS connects FROM read_json('" + process.argv.at(-1) +
    "', format = 'newline_delimited', columns = {saddr: 'VARCHAR', daddr: 'VARCHAR', dport: 'INTEGER'})" +
    " GROUP BY ALL ORDER BY connects DESC");
  for (const [saddr, daddr, dport, connects] of rows.getRows())
    process.stdout.write(JSON.stringify({ saddr, daddr, dport, connects: Number(connects) }) + '\\n');
});`;

const peers = {
  jq: { argv: ['jq'], version: ['jq', '--version'] },
  mlr: { argv: ['mlr'], version: ['mlr', '--version'] },
  duckdb: {
    argv: [process.execPath, '-e', duckdbCount, '--'],
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
