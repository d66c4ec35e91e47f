import { Problem } from '@vestnik/protocol';
import { QueryFailedError } from 'typeorm';

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
const DISK_FULL = '53100';
const READ_ONLY = '25006';

/** SQLSTATE classes and codes of a server that cannot work now: connection lost, shutting down, out of connections, chosen as a victim. */
const UNAVAILABLE = /^(?:08...|57P0[123]|53300|57014|40001|40P01)$/;
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EACCES']);
/** What the driver says without a code. */
const DRIVER = /connection terminated|timeout exceeded when trying to connect|connection ended|connection error|not queryable|cannot use a pool after/i;

function codeOf(error: unknown): string | undefined {
  const source: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const code = typeof source === 'object' && source !== null ? (source as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

export const isUniqueViolation = (error: unknown): boolean => codeOf(error) === UNIQUE_VIOLATION;
export const isForeignKeyViolation = (error: unknown): boolean => codeOf(error) === FOREIGN_KEY_VIOLATION;

/** What whoever asked is told of a failure of the store; what is no failure of the store comes back as it is: a bug, or a `Problem`. */
export function storeProblem(error: unknown): unknown {
  if (error instanceof Problem) return error;
  const code = codeOf(error);
  if (code === DISK_FULL) return new Problem('storage-full', 'the database has no room', { retryAfter: 10 });
  const gone = code === undefined ? error instanceof Error && DRIVER.test(error.message) : UNAVAILABLE.test(code) || NETWORK.has(code) || code === READ_ONLY;
  return gone ? new Problem('unavailable', 'the database cannot be reached now', { retryAfter: 1 }) : error;
}

/** Does some work in the store. @throws Problem `unavailable` or `storage-full` where that is the reason */
export async function inStore<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw storeProblem(error);
  }
}
