import type { FaultProxy } from './fault-proxy.js';
import type { TestServer } from './test-server.js';
import { untilAsked } from './until.js';

export interface LinkServersOptions {
  /** What each calls the other; default: what the other calls itself. */
  readonly names?: {
    /** What the inviting side calls the other. */
    readonly there?: string;
    /** What the accepting side calls the inviting one. */
    readonly here?: string;
  };
  /** Stands between the two: it passes on to the port of the inviting side. `up` is from the accepting side, which dials. */
  readonly through?: FaultProxy;
  readonly withinMs?: number;
}

/** The two ends of a link, each as the other one's id. */
export interface LinkedServers {
  /** The id of the inviting installation: the link's id at the accepting side. */
  readonly inviting: string;
  /** The id of the accepting installation: the link's id at the inviting side. */
  readonly accepting: string;
}

/** What the API answers of a link, as far as tests need it. */
export interface LinkSeen {
  readonly id: string;
  readonly name: string;
  readonly state: 'pending' | 'active' | 'paused';
  readonly connected: boolean;
  readonly quarantined?: string;
  readonly queue: { readonly messages: number; readonly bytes: number; readonly oldestAt?: string };
  readonly epoch?: number;
  readonly lastError?: string;
  readonly words: string;
}

/**
 * Pairs two installations by the HTTP API, confirms at both sides, and resolves when both say that they are connected.
 *
 * @param inviting is dialled
 * @param accepting dials
 */
export async function linkServers(inviting: TestServer, accepting: TestServer, options: LinkServersOptions = {}): Promise<LinkedServers> {
  const { names, through, withinMs = 15_000 } = options;
  const { invite } = await called<{ invite: string }>(inviting, 'POST', '/invites');
  const pasted = through === undefined ? invite : readdressed(invite, (url) => through.through(url));
  const here = await called<LinkSeen>(accepting, 'POST', '', { invite: pasted, ...(names?.here === undefined ? {} : { name: names.here }) });
  const there = (await linksOf(inviting)).find(({ words }) => words === here.words);
  if (there === undefined) throw new Error('the inviting side knows nothing of the link');
  await called(accepting, 'POST', `/${here.id}/confirm`, {});
  await called(inviting, 'POST', `/${there.id}/confirm`, names?.there === undefined ? {} : { name: names.there });
  const linked = { inviting: here.id, accepting: there.id };
  await linkConnected(inviting, linked.accepting, withinMs);
  await linkConnected(accepting, linked.inviting, withinMs);
  return linked;
}

/** Resolves when one end says that the link is active and connected. */
export function linkConnected(server: TestServer, link: string, withinMs = 15_000): Promise<LinkSeen> {
  return untilAsked(
    `${server.installation} is connected to ${link}`,
    async () => {
      const seen = await linkSeen(server, link);
      return seen.state === 'active' && seen.connected ? seen : undefined;
    },
    withinMs,
    100,
  );
}

/** @throws Error where there is no such link */
export async function linkSeen(server: TestServer, link: string): Promise<LinkSeen> {
  const seen = (await linksOf(server)).find(({ id }) => id === link);
  if (seen === undefined) throw new Error(`${server.installation} has no link to ${link}`);
  return seen;
}

async function linksOf(server: TestServer): Promise<readonly LinkSeen[]> {
  return (await called<{ items: LinkSeen[] }>(server, 'GET', '')).items;
}

/** Calls the API of links. @throws Error unless it succeeds */
async function called<Body>(server: TestServer, method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await server.api(method, `/v1/links${path}`, body);
  if (answer.status >= 300) throw new Error(`${method} /v1/links${path} at ${server.installation}: ${answer.status} ${answer.text}`);
  return answer.body as Body;
}

const INVITE_PREFIX = 'vestnik-link.';

/** The same invite with another address in it. */
function readdressed(invite: string, change: (url: string) => string): string {
  const said = JSON.parse(Buffer.from(invite.slice(INVITE_PREFIX.length), 'base64url').toString()) as { u: string };
  return INVITE_PREFIX + Buffer.from(JSON.stringify({ ...said, u: change(said.u) })).toString('base64url');
}
