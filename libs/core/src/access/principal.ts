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
  /** Milliseconds since 1970. */
  readonly issuedAt?: number;
  readonly expiresAt?: number;
}

/** A person or script that administers the installation. */
export interface AdministratorPrincipal {
  readonly kind: 'administrator';
  readonly name: string;
  readonly role: Role;
  /** By a cookie: counts only for management calls, and a change needs proof of origin. */
  readonly byCookie: boolean;
}

/** @throws Problem `scope-missing` */
export function requireScope(principal: Principal, scope: Scope): void {
  if (!principal.scopes.has(scope)) throw new Problem('scope-missing', `this needs the scope ${scope}`, { scope });
}
