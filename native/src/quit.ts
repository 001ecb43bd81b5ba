import { optionalAddon } from './addon.js';
import { checkU32 } from './check.js';

interface QuitAddon {
  quit(code: number): never;
}

/**
 * Notes whether stdin, stdout and stderr block, so it is to be called before they are used. What it returns ends the
 * process: it tells who listens for `exit`, makes these three block again where they did, and waits for nobody. Node itself
 * would wait for V8's compiler threads, and one of them may be waiting for the main thread to collect garbage: then neither
 * ends, and signals are not heard (https://github.com/nodejs/node/issues/54918). Where the addon is not built, Node does it.
 */
export function prepareQuit(): (code: number) => never {
  const quit = optionalAddon<QuitAddon>('quit')?.quit;
  return code => {
    checkU32('exit code', code, 0);
    if (!quit || nodeWritesAtEnd()) process.exit(code);
    process.exitCode = code;
    process.emit('exit', code);
    return quit(code);
  };
}

/** Whether Node was told to write something, as a profile, which it does when it is the one that ends. */
function nodeWritesAtEnd(): boolean {
  const { NODE_OPTIONS = '', NODE_V8_COVERAGE, NODE_COMPILE_CACHE } = process.env;
  const isTold = [NODE_OPTIONS, ...process.execArgv].some(option => /prof|trace-e(vent|xit)/.test(option));
  return isTold || NODE_V8_COVERAGE !== undefined || NODE_COMPILE_CACHE !== undefined;
}
