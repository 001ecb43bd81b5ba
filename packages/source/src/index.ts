export { commText } from './comm.js';
export { Emitter, type Stamp } from './emitter.js';
export { cgroup2Root } from './host.js';
export { ownerOptions, runOptions, setOwnerFilters, u8, u16s, u32 } from './options.js';
export { type Owner, OwnerReader, type Places } from './owner.js';
export { type Plan, runSource, type Tracer } from './source.js';
export { microseconds, offsetsOf, u64 } from './wire.js';
