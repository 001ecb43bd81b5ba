/**
 * The layouts of tables for people, as pure functions from options to columns and from records to lines. What shows
 * records in these layouts builds the columns once and then a line for each record.
 */
export { type Column, headerLine, rowLine } from '../columns.js';
export { type ConnectOptions, connectColumns } from './connect.js';
export { type CountOptions, countColumns, countFields, keyOf } from './count.js';
export { type DnsOptions, dnsColumns } from './dns.js';
export { type FieldsOptions, fieldColumns } from './fields.js';
export { type TracerOptions, tracerColumns } from './tracer.js';
export { v4connectColumns } from './v4connect.js';
