import { Problem } from '@vestnik/protocol';

/** Why a credential was refused. For the log and the counter alone: whoever presented it is told nothing of it. */
export type Refusal =
  | 'not-a-credential'
  | 'too-long'
  | 'malformed-token'
  | 'header-not-allowed'
  | 'algorithm-not-named'
  | 'key-id-not-named'
  | 'no-key-for-it'
  | 'bad-signature'
  | 'bad-claims'
  | 'other-audience'
  | 'not-yet-valid'
  | 'expired'
  | 'revoked'
  | 'unknown-key'
  | 'key-expired'
  | 'key-of-another-tenant'
  | 'minting-key-gone'
  | 'minting-administrator-gone'
  | 'unknown-tenant'
  | 'unknown-session';

/** A credential that was looked at and refused. Never leaves the package: `refused()` makes of it what is told. */
export class CredentialRefused extends Error {
  override readonly name = 'CredentialRefused';

  constructor(readonly why: Refusal) {
    super(why);
  }
}

/** One answer for everything that can be wrong with a credential, word by word; an expired one alone has another, where its signature was good. */
export function refused(why: Refusal): Problem {
  return why === 'expired' ? new Problem('token-expired', 'the token has expired') : new Problem('unauthenticated', 'no valid token or key was presented');
}
