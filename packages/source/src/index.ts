export { WallClock } from './clock.js';
export { commText, utf8Text } from './comm.js';
export { Emitter, type Stamp } from './emitter.js';
export { cgroup2Mount, isKernelSince } from './host.js';
export { type OwnerFilters, ownerOptions, type RunOptions, runOptions, setOwnerFilters } from './options.js';
export { type Owner, OwnerReader, type Places } from './owner.js';
export { follow, runSource } from './source.js';
export { besideText, bpfObjectPath, type Plan, type Reading, type Tracer, Tracing } from './tracing.js';
export { forEachEvent, frameAt, microseconds, offsetsOf, u8, u16s, u32, u64 } from './wire.js';
