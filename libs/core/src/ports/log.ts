/**
 * Where a part of the bus writes what an operator may want to know. Never a secret, never the contents of a message.
 * Fields go into the line as they are: values are plain data.
 */
export interface Log {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

/** Writes nothing. */
export const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
