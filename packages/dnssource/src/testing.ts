import { type Answer, encode, type Question, type RecordType } from 'dns-packet';

/** For a type that dns-packet's encoder takes by number and its published types do not know. */
export function typeNumber(type: number): RecordType {
  return `UNKNOWN_${type}` as RecordType;
}

/** A response as a name server writes it. Names are not compressed. */
export function response(question: Question, answers: Answer[], additionals: Answer[] = []): Buffer {
  return encode({ type: 'response', id: 0x1234, questions: [question], answers, additionals });
}

/** A message with these sections, one Buffer for each question or record. */
export function message(sections: {
  questions?: Buffer[];
  answers?: Buffer[];
  additionals?: Buffer[];
}): Buffer {
  const { questions = [], answers = [], additionals = [] } = sections;
  const header = Buffer.from([0x12, 0x34, 0x80, 0, 0, questions.length, 0, 0, 0, 0, 0, additionals.length]);
  header.writeUInt16BE(answers.length, 6);
  return Buffer.concat([header, ...questions, ...answers, ...additionals]);
}

/** A name in wire form, a label for each argument: text stands for its bytes in Latin-1. */
export function name(...labels: string[]): Buffer {
  const wire = labels.map(label => Buffer.from(`${String.fromCharCode(label.length)}${label}`, 'latin1'));
  return Buffer.concat([...wire, Buffer.from([0])]);
}

/** A compression pointer. */
export function pointer(offset: number): Buffer {
  return Buffer.from([0xc0 | (offset >> 8), offset & 0xff]);
}

export function question(qname: Buffer, type = 1): Buffer {
  return Buffer.concat([qname, Buffer.from([type >> 8, type & 0xff, 0, 1])]);
}

/** A record of class IN, TTL 60; RDLENGTH is that of the data unless it is to lie. */
export function record(owner: Buffer, type: number, data: Buffer, rdlength = data.length): Buffer {
  const fixed = Buffer.from([type >> 8, type & 0xff, 0, 1, 0, 0, 0, 60, rdlength >> 8, rdlength & 0xff]);
  return Buffer.concat([owner, fixed, data]);
}
