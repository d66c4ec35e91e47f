import type { Log } from '@vestnik/core';
import { type Logger, pino } from 'pino';
import type { Settings } from './config/index.js';

/** What is told of an error: never the values that a database driver puts into it. */
function plainError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack } = error;
  const code = (error as { code?: unknown }).code;
  return { type: name, message, code, stack, cause: error.cause === undefined ? undefined : plainError(error.cause) };
}

/** The log of a node on its standard output: for programs as JSON, for people as lines. */
export function serverLog(settings: Pick<Settings, 'log' | 'logLevel'>): Log {
  const options = { level: settings.logLevel, base: undefined, serializers: { error: plainError } };
  const logger: Logger = settings.log === 'json' ? pino(options) : pino(options, { write: (line) => void process.stdout.write(prettyLine(line)) });
  const write = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, fields?: object) => logger[level](fields ?? {}, message);
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

const LEVELS: Readonly<Record<number, string>> = { 10: 'trace', 20: 'debug', 30: '', 40: 'warning: ', 50: 'error: ', 60: 'fatal: ' };

/** One line of JSON as a person reads it. */
function prettyLine(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as { level: number; time: number; msg: string };
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`);
  return `${new Date(time).toTimeString().slice(0, 8)} ${LEVELS[level] ?? ''}${[msg, ...rest].join(' ')}\n`;
}

function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'stack' in value && typeof value.stack === 'string') {
    const cause = (value as { cause?: unknown }).cause;
    return cause === undefined ? value.stack : `${value.stack} cause=${shown(cause)}`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
