/**
 * The layouts of tables for people, as pure functions from options to columns and from records to lines. What shows
 * records in these layouts builds the columns once and then a line for each record.
 */
export { type Column, headerLine, rowLine } from '../columns.js';
export { connectColumns } from './connect.js';
export { countColumns, countFields, keyOf, ownKeyOf } from './count.js';
export { dnsColumns } from './dns.js';
export { fieldColumns } from './fields.js';
export { tracerColumns } from './tracer.js';
export { v4connectColumns } from './v4connect.js';
