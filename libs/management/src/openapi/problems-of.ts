import { PROBLEMS, Problem, type ProblemSlug } from '@vestnik/protocol';
import type { Operation } from './operation.js';
import type { Json } from './schemas.js';

/** Every problem that a call may answer: its own, and what follows from who may call and what it takes. */
export function slugsOf({ access, body, path, query, problems = [] }: Operation): ProblemSlug[] {
  const slugs = new Set<ProblemSlug>(problems);
  if (access.kind !== 'public') for (const slug of ['unauthenticated', 'forbidden'] as const) slugs.add(slug);
  if (access.kind === 'tenant') for (const slug of ['scope-missing', 'token-expired'] as const) slugs.add(slug);
  if (path.includes('{tenant}') && access.kind !== 'public') slugs.add('tenant-unknown');
  if (body !== undefined || query !== undefined) slugs.add('request-invalid');
  if (body !== undefined) slugs.add('data-too-large');
  if (path.startsWith('/v1/')) slugs.add('internal').add('unavailable');
  return (Object.keys(PROBLEMS) as ProblemSlug[]).filter((slug) => slugs.has(slug));
}

/** The problems of a call as the document has them: by status, an example of each. */
export function problemResponses(operation: Operation): Record<string, Json> {
  const all = slugsOf(operation);
  const statuses = [...new Set(all.map((slug) => PROBLEMS[slug].status))].map((status) => ({
    status,
    slugs: all.filter((slug) => PROBLEMS[slug].status === status),
  }));
  return Object.fromEntries(
    statuses.map(({ status, slugs }) => [
      status,
      {
        description: slugs.map((slug) => `\`${slug}\`: ${PROBLEMS[slug].title}.`).join(' '),
        ...(slugs.includes('rate-limited') ? { headers: LIMIT_HEADERS } : {}),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(slugs.map((slug) => [slug, { value: new Problem(slug, 'What was wrong this time.').toHttp() }])),
          },
        },
      },
    ]),
  );
}

const header = (description: string, example: string): Json => ({ description, schema: { type: 'string' }, example });

const LIMIT_HEADERS: Json = {
  'Retry-After': header('Seconds to wait before the next try.', '1'),
  'RateLimit-Policy': header('Each limit of the tenant, with its quota and window in seconds; where it has some.', '"client";q=10;w=5'),
  RateLimit: header('What remains of each, and the seconds until it is whole again.', '"client";r=0;t=5'),
};
