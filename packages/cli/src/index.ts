export { maxNumberBytes, maxThousandths } from '@tcppipe/native/weave';
export { type AllOptions, type Command, type Context, commonOptions, filterOptions } from './command.js';
export {
  CliError,
  ioError,
  isErrno,
  NotPermittedError,
  notPermitted,
  ReaderGone,
  UnavailableError,
  UsageError,
} from './errors.js';
export { FlatLinesAgain, LineNumbers } from './flat-lines.js';
export { canBeFollowed } from './follow.js';
export { helpText } from './help.js';
export { dropPrivileges, identityAfterAttaching } from './identity.js';
export { type InputOptions, readAll, readRecords, recordsOf } from './input.js';
export type { Block, Line, LineBytes } from './line.js';
export { maxLineBytes } from './lines.js';
export { counted } from './messages.js';
export { getSystemErrorName } from './node-util.js';
export {
  Expected,
  flag,
  type OptionSpec,
  type OptionTable,
  type Parsed,
  parseOptions,
  value,
} from './options.js';
export { type LineSink, Output } from './output.js';
export { OutputFile } from './output-file.js';
export { ownText } from './own-text.js';
export { RecordReader, Tally } from './records.js';
export { placeLength, placeStart } from './rows.js';
export { run, sayLossesRead, version } from './run.js';
export { refuseOwnOutput, refuseReadTwice } from './same-file.js';
export { TypeCounts } from './type-counts.js';
export { decimal, fieldPath, integer, list, oneOf, pid, port, text, uid } from './values.js';
