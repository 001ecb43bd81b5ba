/** What a command that uses DNS responses in its own process builds on. */
export { dnsTracer } from './tracer.js';
