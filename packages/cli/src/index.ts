export { type AllOptions, type Command, type Context, commonOptions } from './command.js';
export {
  CliError,
  explain,
  IoError,
  ioError,
  isErrno,
  NotPermittedError,
  ReaderGone,
  UnavailableError,
  UsageError,
} from './errors.js';
export { helpText } from './help.js';
export { readAll, readRecords, recordsOf } from './input.js';
export { maxLineBytes } from './lines.js';
export {
  Expected,
  flag,
  type OptionSpec,
  type OptionTable,
  type Parsed,
  parseOptions,
  value,
} from './options.js';
export { Output } from './output.js';
export { refuseOwnOutput } from './own-output.js';
export { type Line, RecordReader, Tally } from './records.js';
export { run, version } from './run.js';
export { fileSink, type Sink } from './sink.js';
export { decimal, fieldPath, integer, list, oneOf, pid, port, ports, text, uid } from './values.js';
