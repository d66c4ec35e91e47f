/** What the table says of one kind of failure. */
export interface ProblemKind {
  /** HTTP status (RFC 9457). */
  readonly status: number;
  /** JSON-RPC 2.0 error code; fixed once given. */
  readonly rpc: number;
  /** WebSocket close code, for failures that end a connection. */
  readonly close?: number;
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean;
  readonly title: string;
}

/**
 * Every failure that a client can be told about: the one table.
 *
 * A slug, and a code, is never given to another failure, even after its own is gone.
 * Clients switch on the slug.
 */
export const PROBLEMS = {
  'request-invalid': { status: 400, rpc: -32602, close: 4400, retryable: false, title: 'The request is not well formed' },
  'address-invalid': { status: 400, rpc: -32001, retryable: false, title: 'The address is not well formed' },
  'message-invalid': { status: 400, rpc: -32002, retryable: false, title: 'The message is not well formed' },
  'position-invalid': { status: 400, rpc: -32003, retryable: false, title: 'The position was not given out by this bus' },
  unauthenticated: { status: 401, rpc: -32010, close: 4401, retryable: false, title: 'No valid token or key was presented' },
  'token-expired': { status: 401, rpc: -32011, close: 4401, retryable: false, title: 'The token has expired' },
  forbidden: { status: 403, rpc: -32012, close: 4403, retryable: false, title: 'This is not allowed' },
  'scope-missing': { status: 403, rpc: -32013, close: 4403, retryable: false, title: 'The token or key lacks a scope' },
  'recipient-refused': { status: 403, rpc: -32014, retryable: false, title: 'The recipient does not accept this' },
  'origin-refused': { status: 403, rpc: -32015, close: 4403, retryable: false, title: 'Web pages of this origin are not allowed' },
  'url-refused': { status: 403, rpc: -32016, retryable: false, title: 'The bus may not fetch this URL' },
  'not-found': { status: 404, rpc: -32020, retryable: false, title: 'There is no such thing here' },
  'tenant-unknown': { status: 404, rpc: -32021, close: 4404, retryable: false, title: 'There is no such tenant' },
  'data-too-large': { status: 413, rpc: -32022, close: 1009, retryable: false, title: 'The data is larger than the tenant allows' },
  'installation-unknown': { status: 404, rpc: -32023, retryable: false, title: 'There is no link to this installation' },
  'client-unknown': { status: 404, rpc: -32030, retryable: false, title: 'The tenant does not know this client' },
  'client-offline': { status: 404, rpc: -32031, retryable: true, title: 'The client has no session now' },
  'method-unknown': { status: 404, rpc: -32601, retryable: false, title: 'There is no such method' },
  conflict: { status: 409, rpc: -32040, retryable: true, title: 'It is in conflict with what is there' },
  'position-expired': { status: 410, rpc: -32041, retryable: false, title: 'The log no longer reaches back to this position' },
  'idempotency-mismatch': { status: 422, rpc: -32042, retryable: false, title: 'The key was used for another message' },
  'call-failed': { status: 422, rpc: -32043, retryable: false, title: 'The called client answered with an error' },
  'rate-limited': { status: 429, rpc: -32050, retryable: true, title: 'Too many requests' },
  'inbox-full': { status: 429, rpc: -32051, retryable: true, title: 'The recipient has too many unacknowledged messages' },
  'too-many-connections': { status: 429, rpc: -32052, close: 4429, retryable: true, title: 'Too many connections' },
  internal: { status: 500, rpc: -32603, close: 1011, retryable: true, title: 'An internal error' },
  'call-interrupted': { status: 502, rpc: -32060, retryable: true, title: 'The session that was called is gone; the call may have been carried out' },
  unavailable: { status: 503, rpc: -32061, close: 1013, retryable: true, title: 'The bus cannot do this now' },
  draining: { status: 503, rpc: -32062, close: 1012, retryable: true, title: 'This node is shutting down' },
  'call-timeout': { status: 504, rpc: -32063, retryable: true, title: 'The call was not answered in time' },
  'storage-full': { status: 507, rpc: -32064, retryable: true, title: 'The database has no room' },
  // Only ever the reason of a close (section 10 of the protocol).
  'too-slow': { status: 408, rpc: -32070, close: 4408, retryable: true, title: 'The connection did not keep up' },
  replaced: { status: 409, rpc: -32071, close: 4409, retryable: false, title: 'A newer session of the same device took over' },
  'closed-by-administrator': { status: 403, rpc: -32072, close: 4410, retryable: true, title: 'An administrator closed the session' },
} as const satisfies Record<string, ProblemKind>;

/** The name of a failure, on which clients switch. */
export type ProblemSlug = keyof typeof PROBLEMS;

/** One wrong field: a path such as `to/0` or `data`, and the reason. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** Further members of a problem, shown to whoever is told of it. */
export interface ProblemExtra {
  readonly errors?: readonly FieldError[];
  /** Seconds to wait before the next try. */
  readonly retryAfter?: number;
  readonly [member: string]: unknown;
}

/**
 * A failure that the other side is told about. Anything else that is thrown is a bug:
 * it is logged whole and answered as `internal`.
 */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly slug: ProblemSlug,
    readonly detail: string,
    readonly extra: ProblemExtra = {},
  ) {
    super(`${slug}: ${detail}`);
  }

  get kind(): ProblemKind {
    return PROBLEMS[this.slug];
  }

  /** Problem details as RFC 9457 has them. */
  toHttp(instance?: string): Record<string, unknown> {
    const { status, title, retryable } = this.kind;
    return { type: `urn:vestnik:problem:${this.slug}`, title, status, detail: this.detail, instance, retryable, ...this.extra };
  }

  /** The `error` member of a JSON-RPC 2.0 response. */
  toRpc(): { code: number; message: string; data: Record<string, unknown> } {
    const { rpc, title, retryable } = this.kind;
    return { code: rpc, message: title, data: { type: this.slug, detail: this.detail, retryable, ...this.extra } };
  }
}

/** The problem of one wrong field. */
export function invalid(slug: ProblemSlug, path: string, message: string): Problem {
  return new Problem(slug, path === '' ? message : `${path}: ${message}`, { errors: [{ path, message }] });
}
