const tooLong = 'x'.repeat(16 * 1024);
const tooDeep = 1000;

/** How a filter names what is wrong with a line. */
export type Fault = 'not a JSON object' | 'not UTF-8' | 'longer than 16 KiB';

export interface BadLine {
  fault: Fault;
  /** Its bytes, made of the text of a good record, without a newline. */
  of(good: string): Buffer;
}

function noObject(text: (good: string) => string): BadLine {
  return { fault: 'not a JSON object', of: good => Buffer.from(text(good)) };
}

/** Every kind of line that is no record. */
export const badLines: readonly BadLine[] = [
  noObject(() => 'connection refused'),
  noObject(good => good.slice(0, good.length / 2)),
  noObject(good => good.slice(1)),
  noObject(good => good + good),
  noObject(good => `${good.slice(0, -1)},}`),
  noObject(good => good.replaceAll('"', "'")),
  noObject(good => good.replace(/"ts":[^,]*/, '"ts":NaN')),
  noObject(good => good.replace(/"pid":/, '"pid":0x')),
  noObject(good => good.replace(/"comm":"/, '"comm":"\u0001')),
  noObject(good => `[${good}]`),
  noObject(good => JSON.stringify(good)),
  noObject(() => 'null'),
  noObject(() => '12'),
  noObject(() => '}{'),
  noObject(good => `${good.slice(0, -1)},"deep":${'['.repeat(tooDeep)}${']'.repeat(tooDeep)}}`),
  noObject(() => '{"a":'.repeat(tooDeep)),
  { fault: 'not UTF-8', of: good => Buffer.from(good.replace(/"comm":"/, '"comm":"\u00ff'), 'latin1') },
  { fault: 'not UTF-8', of: () => Buffer.from([0xc3, 0x28, 0x80, 0xfe]) },
  { fault: 'longer than 16 KiB', of: good => Buffer.from(good.replace(/"comm":"/, `"comm":"${tooLong}`)) },
];
