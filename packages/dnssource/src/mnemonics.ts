import rcodes from 'dns-packet/rcodes.js';
import types from 'dns-packet/types.js';

/** In IANA's registry of DNS parameters, and not in the tables of dns-packet. */
const moreTypes = new Map([
  [3, 'MD'],
  [4, 'MF'],
  [7, 'MB'],
  [8, 'MG'],
  [9, 'MR'],
  [11, 'WKS'],
  [14, 'MINFO'],
  [19, 'X25'],
  [20, 'ISDN'],
  [21, 'RT'],
  [22, 'NSAP'],
  [23, 'NSAP-PTR'],
  [26, 'PX'],
  [27, 'GPOS'],
  [30, 'NXT'],
  [31, 'EID'],
  [32, 'NIMLOC'],
  [34, 'ATMA'],
  [38, 'A6'],
  [40, 'SINK'],
  [53, 'SMIMEA'],
  [56, 'NINFO'],
  [57, 'RKEY'],
  [58, 'TALINK'],
  [61, 'OPENPGPKEY'],
  [62, 'CSYNC'],
  [63, 'ZONEMD'],
  [64, 'SVCB'],
  [65, 'HTTPS'],
  [66, 'DSYNC'],
  [100, 'UINFO'],
  [101, 'UID'],
  [102, 'GID'],
  [103, 'UNSPEC'],
  [104, 'NID'],
  [105, 'L32'],
  [106, 'L64'],
  [107, 'LP'],
  [108, 'EUI48'],
  [109, 'EUI64'],
  [128, 'NXNAME'],
  [253, 'MAILB'],
  [254, 'MAILA'],
  [256, 'URI'],
  [258, 'AVC'],
  [259, 'DOA'],
  [260, 'AMTRELAY'],
  [261, 'RESINFO'],
  [262, 'WALLET'],
]);

const moreRcodes = new Map([
  [11, 'DSOTYPENI'],
  [16, 'BADVERS'],
  [17, 'BADKEY'],
  [18, 'BADTIME'],
  [19, 'BADMODE'],
  [20, 'BADNAME'],
  [21, 'BADALG'],
  [22, 'BADTRUNC'],
  [23, 'BADCOOKIE'],
]);

/** IANA's mnemonic of a record or query type (255 is `ANY`); `TYPE` and the number (RFC 3597) where there is none. */
export function typeText(type: number): string {
  const known = moreTypes.get(type) ?? types.toString(type);
  return known.startsWith('UNKNOWN_') ? `TYPE${type}` : known;
}

/** IANA's mnemonic of a response code, EDNS's upper bits included; `RCODE` and the number where there is none. */
export function rcodeText(rcode: number): string {
  const known = moreRcodes.get(rcode) ?? rcodes.toString(rcode);
  return known.startsWith('RCODE_') ? `RCODE${rcode}` : known;
}
