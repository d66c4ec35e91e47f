import type { FieldError, ProblemSlug } from '@vestnik/protocol';

/**
 * Failures that the client itself finds, beside those that the bus tells of.
 *
 * - `unreachable`: no connection could be made, or nothing answered in time
 * - `offline`: this cannot wait for a connection, and there is none now
 * - `disconnected`: the connection ended before the answer; it may have been carried out
 * - `queue-full`: as many sends as `queueLimit` allows are waiting for a connection
 * - `closed`: `close()` was called
 * - `token-unavailable`: the `token` callback failed
 * - `answer-unreadable`: what came back is no JSON-RPC answer
 */
export type LocalSlug = 'unreachable' | 'offline' | 'disconnected' | 'queue-full' | 'closed' | 'token-unavailable' | 'answer-unreadable';

/** A newer bus may know more of them than this client: the type is open. */
export type VestnikErrorSlug = ProblemSlug | LocalSlug | (string & {});

interface Details {
  readonly errors?: readonly FieldError[];
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly key?: string;
  readonly cause?: unknown;
}

/** Any failure of the bus or of the way to it. Switch on `slug`. */
export class VestnikError extends Error {
  override readonly name = 'VestnikError';
  /** The wrong fields, where the bus names them. */
  readonly errors: readonly FieldError[];
  /** Further members of the problem, such as `retryAfter` in seconds. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** Of a durable send: its idempotency key. To repeat a send that may have been accepted, send it again under this key. */
  readonly key?: string;

  constructor(
    readonly slug: VestnikErrorSlug,
    readonly detail: string,
    /** Whether the same request may succeed later, unchanged. */
    readonly retryable: boolean,
    { errors = [], extra = {}, key, cause }: Details = {},
  ) {
    super(detail === '' ? slug : `${slug}: ${detail}`, cause === undefined ? undefined : { cause });
    this.errors = errors;
    this.extra = extra;
    if (key !== undefined) this.key = key;
  }

  /** The same failure, of the send that carried this key. */
  withKey(key: string): VestnikError {
    return new VestnikError(this.slug, this.detail, this.retryable, { errors: this.errors, extra: this.extra, key, cause: this.cause });
  }
}

/** Reads the `error` member of a JSON-RPC answer. */
export function errorFromRpc(error: unknown): VestnikError {
  const { code, message, data } = asRecord(error);
  const { type, detail, retryable, errors, ...extra } = asRecord(data);
  return new VestnikError(
    typeof type === 'string' ? type : 'internal',
    typeof detail === 'string' ? detail : typeof message === 'string' ? message : `the bus answered with error ${String(code)}`,
    retryable === true,
    { errors: Array.isArray(errors) ? (errors as FieldError[]) : [], extra },
  );
}

/** Reads problem details (RFC 9457), as the bus answers over HTTP and in `error` of a recipient. */
export function errorFromProblem(problem: unknown): VestnikError {
  const { type, detail, title, retryable, errors, status: _status, instance: _instance, ...extra } = asRecord(problem);
  return new VestnikError(
    typeof type === 'string' ? type.replace(/^urn:vestnik:problem:/, '') : 'internal',
    typeof detail === 'string' ? detail : typeof title === 'string' ? title : '',
    retryable === true,
    { errors: Array.isArray(errors) ? (errors as FieldError[]) : [], extra },
  );
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
