import { type Answer, encode, type RecordType } from 'dns-packet';

const RESPONSE_BYTES = 4096;
const HEADER_BYTES = 12;
const HTTPS = 'UNKNOWN_65' as RecordType;
const UNKNOWN = 'UNKNOWN_65280' as RecordType;

const edns: Answer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 1232,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0x8000,
  flag_do: true,
  options: [],
};

/** Responses as name servers send them, and 4 KiB of what costs a parser most. All are well-formed. */
export const seeds: readonly Buffer[] = [
  response('A', 'www.Example.com', [a('www.Example.com', '192.0.2.1')]),
  response('A', 'www.example.com', [
    { type: 'CNAME', name: 'www.example.com', ttl: 300, data: 'edge.example.net' },
    { type: 'CNAME', name: 'edge.example.net', ttl: 30, data: 'a.cdn.example.org' },
    a('a.cdn.example.org', '198.51.100.1'),
    a('a.cdn.example.org', '198.51.100.2'),
  ]),
  response('AAAA', 'six.example', [
    aaaa('six.example', '2001:db8::1'),
    aaaa('six.example', '2001:db8:0:1::'),
  ]),
  response('AAAA', 'mapped.example', [aaaa('mapped.example', '::ffff:203.0.113.9')]),
  response('MX', 'example.com', [
    { type: 'MX', name: 'example.com', ttl: 60, data: { preference: 10, exchange: 'mx.example.net' } },
  ]),
  response('TXT', 'txt.example', [
    { type: 'TXT', name: 'txt.example', ttl: 60, data: ['v=spf1 -all', Buffer.from('"\\\u001b[31m')] },
  ]),
  response('SRV', '_sip._tcp.example', [
    {
      type: 'SRV',
      name: '_sip._tcp.example',
      data: { priority: 1, weight: 2, port: 5060, target: 'sip.example' },
    },
  ]),
  response('SOA', 'example.org', [
    {
      type: 'SOA',
      name: 'example.org',
      ttl: 60,
      data: { mname: 'ns.example.net', rname: 'root.example.net' },
    },
  ]),
  response('CAA', 'caa.example', [
    { type: 'CAA', name: 'caa.example', data: { flags: 0, tag: 'issue', value: 'ca.example' } },
  ]),
  response('DS', 'ds.example', [
    {
      type: 'DS',
      name: 'ds.example',
      data: { keyTag: 1, algorithm: 8, digestType: 2, digest: Buffer.alloc(32, 7) },
    },
  ]),
  response(HTTPS, 'h.example', [other(HTTPS, 'h.example', Buffer.from('00010000010003026832', 'hex'))]),
  withRcode(3, response('A', 'no.example', [])),
  response(
    'A',
    'many.example',
    Array.from({ length: 80 }, (_, i) => a('many.example', `10.0.0.${i}`)),
  ),
  response(
    'AAAA',
    'six.example',
    Array.from({ length: 70 }, (_, i) => aaaa('six.example', `fd00::${i}`)),
  ),
  pointersToPointers(),
  longNames(),
  response('TXT', 'empty.example', [{ type: 'TXT', name: 'empty.example', data: Array(4000).fill('') }]),
  response('A', '.', Array(270).fill(a('.', '192.0.2.1'))),
];

function response(type: RecordType, name: string, answers: Answer[]): Buffer {
  const packet = encode({ type: 'response', questions: [{ type, name }], answers, additionals: [edns] });
  return withPointers(packet, name);
}

function a(name: string, data: string): Answer {
  return { type: 'A', name, ttl: 60, data };
}

function aaaa(name: string, data: string): Answer {
  return { type: 'AAAA', name, ttl: 60, data };
}

function other(type: RecordType, name: string, data: Buffer): Answer {
  return { type, name, ttl: 60, data } as Answer;
}

function withRcode(rcode: number, packet: Buffer): Buffer {
  packet[3] = packet[3]! | rcode;
  return packet;
}

/** Owner names that repeat the question as pointers to it: dns-packet compresses nothing. */
function withPointers(packet: Buffer, qname: string): Buffer {
  if (qname === '.') return packet;
  const wire = packet.subarray(HEADER_BYTES, HEADER_BYTES + qname.length + 2);
  const [head, ...rest] = split(packet.subarray(HEADER_BYTES + wire.length), wire);
  const pointed = rest.flatMap(part => [Buffer.from([0xc0, HEADER_BYTES]), part]);
  return Buffer.concat([packet.subarray(0, HEADER_BYTES + wire.length), head!, ...pointed]);
}

function split(bytes: Buffer, separator: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let start = 0;
  for (let at = bytes.indexOf(separator); at >= 0; at = bytes.indexOf(separator, start)) {
    parts.push(bytes.subarray(start, at));
    start = at + separator.length;
  }
  return [...parts, bytes.subarray(start)];
}

/** Each pointer leads to the one before it, and the CNAMEs behind them enter that chain at every place. */
function pointersToPointers(): Buffer {
  const chain = Buffer.alloc(2001);
  for (let at = 1; at < chain.length; at += 2) chain.writeUInt16BE(pointerToData(Math.max(at - 2, 0)), at);
  return namesInData(chain, i => chain.length - 2 - 2 * i);
}

/** Seven names of 255 bytes, all of which need escapes, entered at many labels. */
function longNames(): Buffer {
  const labels = Array.from({ length: 127 }, (_, i) => Buffer.from([1, 0x80 + i]));
  const name = Buffer.concat([...labels, Buffer.alloc(1)]);
  return namesInData(Buffer.concat(Array(7).fill(name)), i => (i % 7) * name.length + 2 * Math.floor(i / 7));
}

/** A record with these data, then as many CNAMEs as fit, whose owners and targets point to `entry`(0, 1, 2…) in them. */
function namesInData(data: Buffer, entry: (i: number) => number): Buffer {
  const first = encode({ type: 'response', answers: [other(UNKNOWN, '.', data)] });
  const answers: Buffer[] = [];
  for (let length = first.length; length + 14 <= RESPONSE_BYTES; length += 14) {
    const answer = Buffer.from('0000000500010000003c00020000', 'hex');
    answer.writeUInt16BE(pointerToData(entry(answers.length)), 0);
    answer.writeUInt16BE(pointerToData(entry(answers.length + 10)), 12);
    answers.push(answer);
  }
  first.writeUInt16BE(1 + answers.length, 6);
  return Buffer.concat([first, ...answers]);
}

/** A compression pointer into the data of the first record of a message without questions. */
function pointerToData(offset: number): number {
  return 0xc000 | (HEADER_BYTES + 11 + offset);
}
