import { addon } from './addon.js';
import { checkFunction, checkText } from './check.js';
import { CheckedObject } from './object.js';
import type { Binding } from './types.js';

export { BpfError } from './error.js';
export { createLineWriter, type Piece, type WriteLines } from './lines.js';
export type * from './types.js';

/** libbpf. The addon is loaded at the first call; a missing build throws an Error that says how to build. */
export const binding: Binding = {
  open(path) {
    checkText('object path', path);
    const { BpfObject } = addon();
    return new CheckedObject(new BpfObject(path));
  },
  bootOffsetUs() {
    return addon().bootOffsetUs();
  },
  dropCapabilities() {
    addon().dropCapabilities();
  },
  pinnedMapInfo(path) {
    checkText('pinned map path', path);
    return addon().pinnedMapInfo(path);
  },
  watchMounts(onChange) {
    checkFunction('onChange', onChange);
    let end: (() => void) | undefined = addon().watchMounts(onChange);
    return () => {
      end?.();
      end = undefined;
    };
  },
};
