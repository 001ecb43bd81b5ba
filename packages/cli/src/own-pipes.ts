import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { isErrno } from './errors.js';
import { fdInfo, fdStat } from './fd-info.js';

/**
 * Opens stdout and stderr once more where they are pipes. Node makes both nonblocking, and that is a property of the open file
 * (open(2), "open file description"), which the stages of a pipeline share with each other and with what the shell runs after
 * them: those would fail for want of room. What cannot be opened again stays shared, and `prepareQuit` makes it block again at
 * the end: sockets, pipes of another user, those that have no reader. To be called before either is used.
 */
export function openOwnPipes(): void {
  for (const [name, fd] of [
    ['stdout', 1],
    ['stderr', 2],
  ] as const) {
    const own = openedAgain(fd);
    // In place of Node's, which Node asks for by itself, for one when a socket closes.
    if (own !== undefined) Object.defineProperty(process, name, { value: streamOf(own), configurable: true });
  }
}

function openedAgain(fd: number): number | undefined {
  try {
    if (!fdStat(fd).isFIFO() || !isForWriting(fd)) return undefined;
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}

/** To be asked first: opened again, it would be for writing whatever it is. */
function isForWriting(fd: number): boolean {
  return (fdInfo(fd).flags & (constants.O_WRONLY | constants.O_RDWR)) !== 0;
}

/** What Node does for its own two, and does not document. */
interface Revivable extends Socket {
  _undestroy(): void;
}

function streamOf(fd: number): Socket {
  const stream = new Socket({ fd, readable: false, writable: true });
  // As Node's stdout and stderr it outlives an error: a FIFO may get another reader.
  stream._destroy = (error, done) => {
    done(error);
    (stream as Revivable)._undestroy();
  };
  return Object.assign(stream, { fd });
}
