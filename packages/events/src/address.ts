/** Canonical text of addresses in network byte order: RFC 5952 for IPv6. */

export function ipv4Text(bytes: Uint8Array, at = 0): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/**
 * Text of an address that may be IPv4-mapped, in 16 bytes (IPv4: in the first 4 of them). A mapped one is written as
 * the IPv4 address that it is on the wire.
 */
export function addressText(bytes: Uint8Array, at: number, isV4: boolean): string {
  if (isV4) return ipv4Text(bytes, at);
  return isMapped(bytes, at) ? ipv4Text(bytes, at + 12) : ipv6Text(bytes, at);
}

/** RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
export function ipv6Text(bytes: Uint8Array, at = 0): string {
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((bytes[at + i]! << 8) | bytes[at + i + 1]!);
  if (isMapped(bytes, at)) return `::ffff:${ipv4Text(bytes, at + 12)}`; // RFC 5952, section 5

  const { start, length } = longestZeroRun(groups);
  if (length < 2) return hexText(groups);
  return `${hexText(groups.slice(0, start))}::${hexText(groups.slice(start + length))}`;
}

/** Whether the 16 bytes are an IPv4-mapped address, ::ffff:0:0/96 (RFC 4291, section 2.5.5.2). */
export function isMapped(bytes: Uint8Array, at = 0): boolean {
  for (let i = 0; i < 10; i++) if (bytes[at + i] !== 0) return false;
  return bytes[at + 10] === 0xff && bytes[at + 11] === 0xff;
}

function hexText(groups: number[]): string {
  return groups.map(group => group.toString(16)).join(':');
}

function longestZeroRun(groups: number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
    start = Math.max(start, end - 1);
  }
  return best;
}
