/** What a command that shows TCP events in its own way builds on. */
export type { TcpEvent } from './decode.js';
export { eventFilterOptions } from './filter-options.js';
export { type TcpFilters, tcpTracer } from './tracer.js';
