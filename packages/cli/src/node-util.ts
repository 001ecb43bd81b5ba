/**
 * Parts of node:util. To import that asks it for all that it has, and since Node 22 one of these opens stderr, which is not
 * to block from then on: it would be too late to note that it did (`prepareQuit`).
 */
export const { getSystemErrorName, parseArgs } = process.getBuiltinModule('node:util');
