import type { FieldError, ProblemSlug } from '@vestnik/protocol';
// By its own door: with the whole package its schemas would come along, whose library tries `new Function` and is heavy.
import { PROBLEMS } from '@vestnik/protocol/problems';

/** Of the table of problems, or `unreachable` where nothing answered at all. */
export type ConsoleSlug = ProblemSlug | 'unreachable';

/** What the server refused, or that it could not be reached. Its text is translated by its slug. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly slug: ConsoleSlug,
    /** As the server says it, in English; shown below the translated title. */
    readonly detail: string | undefined,
    readonly status: number,
    readonly errors: readonly FieldError[] = [],
    /** Seconds. */
    readonly retryAfter: number | undefined = undefined,
  ) {
    super(detail ?? slug);
  }

  get retryable(): boolean {
    return this.slug === 'unreachable' || PROBLEMS[this.slug].retryable;
  }
}

/** Reads problem details (RFC 9457). Whatever else stands in the body, a problem comes out. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const body = await response.json().then(
    (json: unknown) => (typeof json === 'object' && json !== null ? (json as Readonly<Record<string, unknown>>) : {}),
    () => ({}) as Readonly<Record<string, unknown>>,
  );
  const detail = typeof body.detail === 'string' ? body.detail : undefined;
  const retryAfter = typeof body.retryAfter === 'number' ? body.retryAfter : secondsOf(response.headers.get('retry-after'));
  return new ProblemError(slugOf(body.type, response.status), detail, response.status, fieldErrors(body.errors), retryAfter);
}

/** Any failure of a call as a problem: what is thrown by `fetch` means that nobody answered. */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  return error instanceof TypeError ? new ProblemError('unreachable', undefined, 0) : new ProblemError('internal', String(error), 0);
}

const PREFIX = 'urn:vestnik:problem:';

function slugOf(type: unknown, status: number): ConsoleSlug {
  if (typeof type === 'string' && type.startsWith(PREFIX)) {
    const slug = type.slice(PREFIX.length);
    if (Object.hasOwn(PROBLEMS, slug)) return slug as ProblemSlug;
  }
  // Of a proxy before the server.
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  if (status === 429) return 'rate-limited';
  return status === 502 || status === 503 || status === 504 ? 'unavailable' : 'internal';
}

function fieldErrors(errors: unknown): FieldError[] {
  if (!Array.isArray(errors)) return [];
  return errors.filter((one): one is FieldError => typeof one === 'object' && one !== null && typeof one.path === 'string' && typeof one.message === 'string');
}

function secondsOf(header: string | null): number | undefined {
  const seconds = header === null ? Number.NaN : Number(header);
  return Number.isFinite(seconds) ? seconds : undefined;
}
