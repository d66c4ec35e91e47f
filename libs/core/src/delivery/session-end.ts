import { type NoticeParams, PROBLEMS, type ProblemKind, type ProblemSlug } from '@vestnik/protocol';

/** How a session ends: what its last notice says, and the close code. */
export interface SessionEnd {
  /** WebSocket close code. */
  readonly code: number;
  /** The slug; also the reason of the close frame. */
  readonly slug: ProblemSlug;
  /** Whether the client should come back by itself. */
  readonly reconnect: boolean;
  /** Seconds before it does. */
  readonly after?: number;
  readonly detail?: string;
}

/** Failures after which the client comes back by itself; the others need somebody to change something. */
const COMES_BACK: ReadonlySet<ProblemSlug> = new Set([
  'unauthenticated',
  'token-expired',
  'too-slow',
  'too-many-connections',
  'internal',
  'unavailable',
  'draining',
  'closed-by-administrator',
  'data-too-large',
]);
const LATER: ReadonlySet<ProblemSlug> = new Set(['data-too-large', 'closed-by-administrator']);

export function sessionEnd(slug: ProblemSlug, detail?: string): SessionEnd {
  const kind: ProblemKind = PROBLEMS[slug];
  return { code: kind.close ?? 1011, slug, reconnect: COMES_BACK.has(slug), after: LATER.has(slug) ? 60 : undefined, detail };
}

/** The last notice before a close. */
export function closingNotice(end: SessionEnd): NoticeParams {
  return { type: 'vestnik.closing', code: end.code, reason: end.slug, reconnect: end.reconnect, after: end.after, detail: end.detail };
}
