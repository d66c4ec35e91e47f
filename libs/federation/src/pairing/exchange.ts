import { Problem } from '@vestnik/protocol';
import { z } from 'zod';
import { isInstallationId, KEY_LIST_CHARACTERS_MAX } from '../identity/index.js';
import { urlSchema } from './link-url.js';

/** Of what crosses when two installations are paired: the question, and the answer. */
export const PAIRING_BYTES_MAX = 64 * 1024;

const bytes32 = z.base64url().length(43);

const introduction = z.object({
  versions: z.tuple([z.int().min(1), z.int().min(1)]).readonly(),
  id: z.string().refine(isInstallationId, 'the id of an installation'),
  root: bytes32,
  keys: z.string().max(KEY_LIST_CHARACTERS_MAX),
  nonce: bytes32,
  name: z.string().min(1).max(63),
  url: urlSchema.optional(),
});

/** `POST /v1/links/pair`: what the accepting side says. Members that a newer version adds are passed over. */
export const pairingQuestion = introduction.extend({
  /** By which the invite is found. */
  word: bytes32,
  /** HMAC-SHA-256, base64url. */
  proof: bytes32,
});
export type PairingQuestion = z.output<typeof pairingQuestion>;

/** What the inviting side answers. */
export const pairingAnswer = introduction.extend({ proof: bytes32 });
export type PairingAnswer = z.output<typeof pairingAnswer>;

/**
 * Asks the inviting side.
 *
 * @returns its answer as JSON
 * @throws Problem what it refuses; `unavailable` where it cannot be reached, or what answers is no bus
 */
export type AskInviter = (url: string, question: object) => Promise<unknown>;

const WITHIN_MS = 10_000;

/** Over HTTP: 10 s in all, no redirects, 64 KiB. */
export const askInviter: AskInviter = async (url, question) => {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url}/v1/links/pair`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(question),
      redirect: 'error',
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    text = await readAtMost(response);
  } catch (error) {
    throw unreachable(url, reasonOf(error));
  }
  const said = parse(text);
  if (response.ok && said !== undefined) return said;
  const { type, detail } = (said ?? {}) as { type?: unknown; detail?: unknown };
  if (typeof type !== 'string' || !type.startsWith('urn:vestnik:problem:')) throw unreachable(url, `what answers there is no bus (HTTP ${response.status})`);
  const why = typeof detail === 'string' ? `: ${detail.slice(0, 500)}` : '';
  if (response.status === 401)
    throw new Problem('request-invalid', `the other installation does not take the invite${why}`, {
      errors: [{ path: 'invite', message: 'is not taken by the other installation' }],
    });
  throw new Problem(response.status === 409 ? 'conflict' : 'unavailable', `the other installation refuses${why}`);
};

async function readAtMost(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > PAIRING_BYTES_MAX) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function unreachable(url: string, reason: string): Problem {
  return new Problem('unavailable', `${url} cannot be reached: ${reason}`);
}

/** `fetch` says only "fetch failed"; the reason is in its cause. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  const inner = cause instanceof AggregateError ? cause.errors[0] : cause;
  return inner instanceof Error && inner.message !== '' ? inner.message : error instanceof Error ? error.message : 'no answer';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}
