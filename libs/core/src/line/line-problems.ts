import { LIMITS, lineProblemSchema, Problem, parseJson, RawJson, rawMember, writeJson } from '@vestnik/protocol';
import { LINE_BYTES_MAX } from '../ports/line.js';
import type { Remote } from '../ports/links.js';

/** Nothing can be asked of a remote now. Names the link, as addresses do. */
export function linkDown(remote: Remote): Problem {
  return new Problem('unavailable', `the link to ${nameOf(remote)} is down; it comes back by itself`, { link: nameOf(remote), retryAfter: 5 });
}

export function linkLost(remote: Remote): Problem {
  return new Problem('call-interrupted', `the link to ${nameOf(remote)} was lost; it may have been carried out there`, { link: nameOf(remote) });
}

export function notInTime(): Problem {
  return new Problem('call-timeout', 'the call was not answered before its deadline');
}

export function askerGone(): Problem {
  return new Problem('call-interrupted', 'whoever asked is gone');
}

export function tooMuchWaits(): Problem {
  return new Problem('rate-limited', 'too much waits for answers of that installation', { retryAfter: 1 });
}

/** What is wrong with the size of what should cross a line. */
export function tooLarge(text: string): Problem | undefined {
  // A character is three bytes of UTF-8 at most.
  if (text.length * 3 <= LINE_BYTES_MAX || Buffer.byteLength(text) <= LINE_BYTES_MAX) return undefined;
  return new Problem('data-too-large', `this is larger than the ${LINE_BYTES_MAX} bytes that cross a link at once`, { limit: LINE_BYTES_MAX });
}

/** The neighbour whose link leads to it. */
function nameOf({ path }: Remote): string {
  return path.at(-1) ?? '';
}

/** A problem as it crosses a line: JSON text. What is no business of others is left out. */
export function writeProblem({ slug, detail, extra }: Problem): string {
  const said = SAID_AS[slug] ?? slug;
  const { retryAfter, limit, from, error } = extra;
  const text = writeJson({ slug: said, detail: detail.slice(0, LIMITS.reasonCharacters), retryAfter, limit, from, error });
  return tooLarge(text) === undefined ? text : writeJson({ slug: said, detail: detail.slice(0, LIMITS.reasonCharacters), retryAfter, limit, from });
}

/** The node there goes down, or is in trouble: for who asked that is all the same. */
const SAID_AS: Readonly<Partial<Record<Problem['slug'], string>>> = {
  draining: 'unavailable',
  internal: 'unavailable',
  'storage-full': 'unavailable',
};

/** Reads what {@link writeProblem} wrote, or what a stranger claims to be that. `error` stays byte for byte as it was. */
export function readProblem(text: string, remote: Remote): Problem {
  const unclear = () => new Problem('unavailable', `the installation behind the link to ${nameOf(remote)} answered what cannot be understood here`);
  let parsed: ReturnType<typeof lineProblemSchema.safeParse>;
  try {
    parsed = lineProblemSchema.safeParse(parseJson(text, LIMITS.jsonDepth + 1));
  } catch {
    return unclear();
  }
  if (!parsed.success) return unclear();
  const { slug, detail, retryAfter, limit, from } = parsed.data;
  const error = rawMember(text, 'error');
  return new Problem(slug, detail, {
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(limit === undefined ? {} : { limit }),
    ...(from === undefined ? {} : { from }),
    ...(error === undefined ? {} : { error: new RawJson(error) }),
  });
}
