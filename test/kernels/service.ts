/** Run in a guest, where it may do as an administrator would: the service, as its README has it installed. */
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Child } from '../lib/child.js';
import { root, sources } from '../lib/command.js';
import { eventually } from '../lib/deadline.js';
import { ledgerOf, recordsOf } from '../lib/log.js';
import { run } from '../lib/namespaces.js';
import { Workload } from '../lib/workload.js';

const shipped = join(root, 'packages/setup/systemd');
const units = sources.map(source => `tcppipe@${source}`);
const log = '/var/log/tcppipe/tcpsource.ndjson';

/** Puts the commands and the service in their places. */
function install(): void {
  // Where the service sees it: not all of the file system is open to it.
  mkdirSync('/opt/tcppipe');
  run('mount', '--bind', root, '/opt/tcppipe');
  for (const source of sources)
    writeFileSync(
      `/usr/local/bin/${source}`,
      `#!/bin/sh\nexec '${process.execPath}' /opt/tcppipe/packages/${source}/dist/bin.js "$@"\n`,
      { mode: 0o755 },
    );
  const readme = readFileSync(join(shipped, 'README.md'), 'utf8');
  for (const [, line] of readme.matchAll(/^ {4}sudo (install .*)$/gm))
    run('sh', '-ec', `cd '${root}'; ${line}`);
  run('systemd-sysusers');
  appendFileSync('/etc/hosts', '192.0.2.80 host.example\n');
  // Not the rest of a system, which a unit otherwise waits for.
  for (const [file, text] of [
    ['tcppipe@.service.d/alone.conf', '[Unit]\nDefaultDependencies=no\n'],
    ['alone.target', '[Unit]\nDefaultDependencies=no\n'],
  ] as const)
    run(
      'sh',
      '-ec',
      'mkdir -p "$(dirname "$1")"; printf %s "$2" > "$1"',
      'sh',
      `/etc/systemd/system/${file}`,
      text,
    );
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

function isBegun(file: string): boolean {
  return existsSync(file) && readFileSync(file, 'utf8').includes('"ready"');
}

test('the service writes its log without privilege, is rotated, and stops in order', async t => {
  install();
  const systemd = ['/lib/systemd/systemd', '--system', '--unit=alone.target', '--log-target=console'];
  // Shared, as the first process of a host makes its mounts.
  const own = [
    'unshare',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount',
    '--mount-proc',
    '--propagation',
    'shared',
  ];
  const manager = new Child(t, 'systemd', ['env', 'container=other', ...own, ...systemd]);
  const inside = (...command: string[]) => {
    const pid = run('pgrep', '--exact', 'systemd').trim();
    return run('nsenter', '--target', pid, '--pid', '--mount', ...command);
  };
  const systemctl = (...args: string[]) => inside('systemctl', ...args);
  const said = () => `it says ${manager.stdout}${manager.stderr}`;
  await eventually(
    () => {
      assert.ok(!manager.hasEnded, `systemd has ended; ${said()}`);
      return succeeds(() => systemctl('is-active', 'alone.target')) || undefined;
    },
    () => `systemd; ${said()}`,
  );

  systemctl('start', ...units);
  for (const source of sources)
    await eventually(
      () => isBegun(`/var/log/tcppipe/${source}.ndjson`) || undefined,
      () =>
        `a ready record from ${source}; ${systemctl('show', '--property=Result,ExecMainStatus', ...units)}`,
    );
  const main = run(
    'pgrep',
    '--full',
    'dist/bin.js --on-full drop --output /var/log/tcppipe/tcpsource',
  ).trim();
  const status = readFileSync(`/proc/${main}/status`, 'utf8');
  assert.match(status, new RegExp(`^Uid:\t${run('id', '-u', 'tcppipe').trim()}\t`, 'm'));
  for (const [field, value] of [
    ['CapPrm', '0{16}'],
    ['CapEff', '0{16}'],
    ['NoNewPrivs', '1'],
    ['Seccomp', '2'],
  ])
    assert.match(status, new RegExp(`^${field}:\t${value}$`, 'm'));

  const [entry] = recordsOf('/var/log/tcppipe/dnssource.ndjson').filter(
    ({ qname }) => qname === 'host.example',
  );
  // Not the mount namespace that the service has to itself.
  assert.deepEqual([entry?.mntns, entry?.netns], [undefined, statSync('/proc/self/ns/net').ino]);

  const workload = new Workload(t, { refused: 5 });
  const { closed_port: port } = await workload.hello;
  const connects = (file: string) =>
    recordsOf(file).filter(({ type, dport }) => type === 'connect' && dport === port).length;
  const fiveIn = (file: string) =>
    eventually(
      () => (existsSync(file) && connects(file) === 5) || undefined,
      () => `five connects in ${file}`,
    );
  await workload.round();
  await fiveIn(log);
  inside('logrotate', '--force', '/etc/logrotate.d/tcppipe');
  await eventually(
    () => existsSync(log) || undefined,
    () => 'the new log',
  );
  await workload.round();
  await fiveIn(log);
  assert.equal(connects(`${log}.1`), 5);
  systemctl('stop', ...units);
  assert.equal(ledgerOf(recordsOf(`${log}.1`, log)).lost, 0);
  const results = systemctl('show', '--property=Result', '--property=ActiveState', '--value', ...units);
  assert.equal(results.split(/\s+/).filter(Boolean).join(' '), 'success inactive success inactive');
});
