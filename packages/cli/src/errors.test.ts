import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddonError } from '@tcppipe/native/addon-error';
import {
  explain,
  IoError,
  ioError,
  NotPermittedError,
  ReaderGone,
  UnavailableError,
  UsageError,
} from './errors.js';

test('each error has its exit code', () => {
  const codes = [
    [new ReaderGone(), 0],
    [new UsageError('a'), 2],
    [new UnavailableError('a'), 69],
    [new IoError('a'), 74],
    [new NotPermittedError('a'), 77],
    [new Error('a'), 1],
    ['a', 1],
  ] as const;
  for (const [error, code] of codes) assert.equal(explain(error).exitCode, code);
});

test('a reader that has gone is nothing to talk about', () => {
  assert.equal(explain(new ReaderGone()).message, '');
});

test('an addon that is not there, or cannot be loaded, is a host that cannot do it', () => {
  const message = 'the native addon is not built';
  assert.deepEqual(explain(new AddonError(message)), { exitCode: 69, message });
});

test('too few descriptors, even to load what a command is made of, are a host that cannot do it', () => {
  const error = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
  const message = 'this process may open no more files: raise its limit (ulimit -n)';
  assert.deepEqual(explain(error), { exitCode: 69, message });
});

test('an error nobody foresaw is one line without a stack', () => {
  const { message } = explain(new TypeError('x is not a function\n    at y'));
  assert.equal(message, 'unexpected failure (TypeError: x is not a function); please report it');
});

test('errors of the system are put into words, unknown ones keep their code', () => {
  const errno = (code: string) => Object.assign(new Error('text'), { code });
  assert.equal(ioError('log', errno('ENOSPC')).message, 'log: no space left on device');
  assert.equal(ioError('log', errno('EWEIRD')).message, 'log: EWEIRD');
  assert.equal(ioError('log', new Error('odd')).message, 'log: odd');
});
