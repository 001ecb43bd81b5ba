/** Addresses of names, and the one that two names share. */
export const places = {
  v4: ['v4.test', '127.0.0.10'],
  alias: ['alias.test', '127.0.0.11'],
  unconnected: ['unconnected.test', '127.0.0.12'],
  shared: ['first.test', '127.0.0.13'],
  sharedToo: ['second.test', '127.0.0.13'],
  v6: ['v6.test', 'fd00::10'],
  longestRunLater: ['zeros.test', 'fd00:0:0:1::1'],
} as const;

/** For dnsmasq; the alias has a name of its own besides. */
export const dnsRecords: readonly string[] = [
  ...Object.values(places)
    .filter(([name]) => name !== places.alias[0])
    .map(([name, address]) => `--host-record=${name},${address}`),
  `--host-record=real.test,${places.alias[1]}`,
  `--cname=${places.alias[0]},real.test`,
];

/** Those that loopback does not have by itself. */
export const localAddresses: readonly string[] = Object.values(places)
  .map(([, address]) => address)
  .filter(address => address.includes(':'))
  .map(address => `${address}/128`);
