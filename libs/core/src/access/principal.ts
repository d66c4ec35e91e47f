import { Problem } from '@vestnik/protocol';
import type { Role } from '../ports/directory.js';
import type { Tenant } from '../ports/tenant.js';
import type { Scope } from './scopes.js';

/** A program that has shown who it is: a key's own client, or the client of a token. */
export interface Principal {
  readonly kind: 'key' | 'token';
  /** As it was when the principal was checked; what may change is read anew through `Tenants`. */
  readonly tenant: Tenant;
  /** Name of the client, in NFC. */
  readonly client: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The key, or the key that minted the token. */
  readonly keyId?: string;
  /** Of a token that an administrator minted: who. It dies with that right. */
  readonly mintedBy?: AdministratorIdentity;
  /** Milliseconds since 1970. */
  readonly issuedAt?: number;
  readonly expiresAt?: number;
}

/** Which administrator: an account, a key of administrators, or the key that was given to the node from outside. */
export type AdministratorIdentity =
  | { readonly kind: 'account'; readonly id: number }
  | { readonly kind: 'key'; readonly id: string }
  /** `mark` tells one key from the next, and not what it is. */
  | { readonly kind: 'given'; readonly mark: string };

/** A person or script that administers the installation. */
export interface AdministratorPrincipal {
  readonly kind: 'administrator';
  readonly name: string;
  readonly identity?: AdministratorIdentity;
  readonly role: Role;
  /** Names of the tenants that it administers; absent: the whole installation. */
  readonly tenants?: readonly string[];
  /** By a cookie: counts only for management calls, and a change needs proof of origin. */
  readonly byCookie: boolean;
  /** By a cookie: the id of its session. */
  readonly session?: string;
  /** When the session or the key ends; milliseconds since 1970. */
  readonly expiresAt?: number;
  /** An account of the OpenID provider. */
  readonly oidc?: true;
}

/** @throws Problem `scope-missing` */
export function requireScope(principal: Principal, scope: Scope): void {
  if (!principal.scopes.has(scope)) throw new Problem('scope-missing', `this needs the scope ${scope}`, { scope });
}
