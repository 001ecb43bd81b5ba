import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BpfError, type BpfObject } from '@tcppipe/native';
import { attached, type Plan } from './plan.js';

const ringBytes = 65536;

/** A kernel whose answer to each object file is an error or none; and which of them were opened and closed. */
function kernel(answers: Readonly<Record<string, Error | undefined>>) {
  const calls: string[] = [];
  const open = (path: string) => {
    calls.push(`open ${path}`);
    return {
      setMapEntries() {},
      setGlobal() {},
      load() {
        if (answers[path]) throw answers[path];
      },
      close: () => calls.push(`close ${path}`),
    } as unknown as BpfObject;
  };
  return { binding: { open }, calls };
}

function plan(objectPath: string, attachError?: Error): Plan {
  return {
    objectPath,
    configure() {},
    attach() {
      if (attachError) throw attachError;
      return [`hook of ${objectPath}`];
    },
  };
}

const notPermitted = new BpfError('cannot load best', 'EPERM', 'load', '');
const full = new BpfError('cannot attach', 'E2BIG', 'attach', '');

test('the first plan that the kernel accepts is taken, and what it refused is closed', () => {
  const { binding, calls } = kernel({ best: notPermitted });
  const { hooks, skipped } = attached([plan('best'), plan('second'), plan('third')], binding, ringBytes);
  skipped.close();
  assert.deepEqual(hooks, ['hook of second']);
  assert.deepEqual(calls, ['open best', 'close best', 'open second']);
});

test('where it accepts none, what refused the last is the reason', () => {
  const { binding, calls } = kernel({ best: notPermitted });
  assert.throws(
    () => attached([plan('best'), plan('last', full)], binding, ringBytes),
    error => error === full,
  );
  assert.deepEqual(calls, ['open best', 'close best', 'open last', 'close last']);
});

test('a plan that could be loaded says more than a later one that could not', () => {
  const { binding } = kernel({ fallback: notPermitted });
  assert.throws(
    () => attached([plan('best', full), plan('fallback')], binding, ringBytes),
    error => error === full,
  );
});

test('what is no refusal of a plan ends the search', () => {
  const badMap = new BpfError('the map pinned at /x is array', 'EINVAL', 'map', '');
  const { binding, calls } = kernel({ best: badMap });
  assert.throws(
    () => attached([plan('best'), plan('second')], binding, ringBytes),
    error => error === badMap,
  );
  assert.deepEqual(calls, ['open best', 'close best']);
});
