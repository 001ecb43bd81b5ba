import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Link, type Queue, Queues } from './queue.js';

class Thing {
  lastUsed = 0;

  constructor(readonly name: number) {}
}

/** As plain as can be: a list for each queue. */
interface Model {
  readonly queue: Queue;
  readonly list: { thing: Thing; since: number; link: Link }[];
}

function leastUsed({ list }: Model): Thing | undefined {
  for (let first = list[0]; first; first = list[0]) {
    if (first.thing.lastUsed <= first.since) return first.thing;
    first.since = first.thing.lastUsed;
    list.push(list.shift()!);
  }
  return undefined;
}

test('queues that come and go side by side give what lists would', () => {
  const step = fc.record({
    what: fc.constantFrom('push', 'push', 'push', 'use', 'remove', 'close', 'ask'),
    queue: fc.nat(3),
    at: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600, size: 'max' }), steps => {
      const queues = new Queues<Thing>();
      const models: Model[] = Array.from({ length: 4 }, () => ({ queue: queues.open(), list: [] }));
      let time = 0;
      for (const { what, queue: index, at } of steps) {
        const model = models[index]!;
        const { queue, list } = model;
        const one = list[at % list.length];
        time++;
        if (what === 'push') {
          const thing = new Thing(time);
          list.push({ thing, since: time, link: queues.push(queue, thing, time) });
        } else if (what === 'use' && one) {
          one.thing.lastUsed = time;
        } else if (what === 'remove' && one) {
          queues.remove(one.link);
          list.splice(list.indexOf(one), 1);
        } else if (what === 'close') {
          for (const { link } of list) queues.remove(link);
          queues.close(queue);
          models[index] = { queue: queues.open(), list: [] };
        }
        assert.equal(queues.leastUsed(models[index]!.queue), leastUsed(models[index]!));
      }
    }),
    { numRuns: 300 },
  );
});
