import type { Principal, Scope } from '@vestnik/core';
import { invalid, Problem } from '@vestnik/protocol';

/** A key that is to be made. */
export interface WantedKey {
  readonly client: string;
  readonly scopes: readonly Scope[];
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
}

/**
 * A key never gives what it has not itself: no other scope, no longer life, and no other name unless it may act
 * as any client anyway.
 *
 * @returns when the new key ends
 * @throws Problem `scope-missing`, or `forbidden` naming the field
 */
export function requireMayGive(giver: Principal, wanted: WantedKey): number | undefined {
  const missing = wanted.scopes.find((scope) => !giver.scopes.has(scope));
  if (missing !== undefined) throw new Problem('scope-missing', `a key cannot give the scope ${missing}, which it has not itself`, { scope: missing });
  if (wanted.client !== giver.client && !giver.scopes.has('tokens')) {
    throw new Problem('scope-missing', 'to speak as another client than its own a key needs the scope tokens', { scope: 'tokens' });
  }
  if (giver.expiresAt !== undefined && wanted.expiresAt !== undefined && wanted.expiresAt > giver.expiresAt) {
    throw invalid('forbidden', 'expiresAt', 'a key cannot make one that outlives it');
  }
  return wanted.expiresAt ?? giver.expiresAt;
}
