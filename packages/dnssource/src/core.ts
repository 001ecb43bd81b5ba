/** What a command that uses DNS responses in its own process builds on. */
export { type DnsFilters, dnsTracer } from './tracer.js';
