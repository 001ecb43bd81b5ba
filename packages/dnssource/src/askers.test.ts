import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Asker, Askers } from './askers.js';

function asker(pid: number): Asker {
  return { owner: { pid, tid: pid, uid: 0, comm: 'curl', pid_start_us: 5 }, places: {}, netns: 1 };
}

test('who asks later on a socket takes the place of who asked before', () => {
  const askers = new Askers();
  const [first, second, other] = [asker(1), asker(2), asker(3)];
  askers.add('7', first);
  askers.add('8', other);
  askers.add('7', second);
  assert.deepEqual([askers.of('7'), askers.of('8'), askers.of('9')], [second, other, undefined]);
});

test('where there is no room, the socket goes on which nobody has asked for longest', () => {
  const askers = new Askers(2);
  const [first, second, third] = [asker(1), asker(2), asker(3)];
  askers.add('1', first);
  askers.add('2', second);
  askers.add('1', first);
  askers.add('3', third);
  assert.deepEqual([askers.of('1'), askers.of('2'), askers.of('3')], [first, undefined, third]);
});
