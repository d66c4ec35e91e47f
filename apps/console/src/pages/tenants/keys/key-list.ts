import type { Schema } from '../../../api/client.js';

export type Key = Schema<'Key'>;
export type Scope = Key['scopes'][number];

export const SCOPES = ['send', 'call', 'tokens', 'read', 'read:data', 'manage', 'broadcast'] as const satisfies readonly Scope[];

/** What a key is made for most often. */
export const PRESETS = {
  backend: ['send', 'call', 'tokens', 'read'],
  reader: ['read'],
  everything: SCOPES,
} as const satisfies Record<string, readonly Scope[]>;
export type Preset = keyof typeof PRESETS;

export function presetOf(scopes: readonly Scope[]): Preset | undefined {
  return (Object.keys(PRESETS) as Preset[]).find((name) => PRESETS[name].length === scopes.length && PRESETS[name].every((scope) => scopes.includes(scope)));
}

const SOON_MS = 14 * 86_400_000;

/** How long a key still lives: `soon` is two weeks. */
export type KeyLife = 'lasting' | 'soon' | 'over';

export function lifeOf({ expiresAt }: Pick<Key, 'expiresAt'>, now: number): KeyLife {
  if (expiresAt === undefined) return 'lasting';
  const left = Date.parse(expiresAt) - now;
  return left <= 0 ? 'over' : left < SOON_MS ? 'soon' : 'lasting';
}

/** The keys in which every word is found: in the title, the client, the id or a scope. */
export function foundKeys(keys: readonly Key[], text: string, scope: string | undefined): Key[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return keys.filter((key) => {
    const where = [key.title, key.client, key.id, ...key.scopes].join(' ').toLowerCase();
    return words.every((word) => where.includes(word)) && (scope === undefined || key.scopes.some((one) => one === scope));
  });
}

/** A line that shows in a shell that the key works; undefined where its scopes let nothing be tried without consequences. */
export function tryingLine(
  origin: string,
  tenant: string,
  { key, client, scopes }: { readonly key: string; readonly client: string; readonly scopes: readonly Scope[] },
): string | undefined {
  const base = `${origin}/v1/tenants/${tenant}`;
  const bearer = `-H 'Authorization: Bearer ${key}'`;
  const post = (path: string, body: object) =>
    `curl ${base}${path} ${bearer} -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`;
  if (scopes.includes('read')) return `curl '${base}/clients?limit=5' ${bearer}`;
  if (scopes.includes('manage')) return `curl ${base} ${bearer}`;
  // To itself: nobody else is disturbed.
  if (scopes.includes('send')) return post('/messages', { to: client, type: 'test', data: { hello: 'world' }, ttl: 60 });
  if (scopes.includes('tokens')) return post('/tokens', { client, ttl: 60 });
  return undefined;
}
