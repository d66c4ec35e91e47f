import type { Role, Scope } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import type { Caller } from './caller.js';

/** Who may call. */
export type Access =
  | { readonly kind: 'public' }
  /** Administrators of this role or a higher one: of the whole installation, or, where `ofTenants`, of single tenants too, who are answered what is theirs. */
  | { readonly kind: 'administrators'; readonly role: Role; readonly ofTenants?: true }
  /** A key of the tenant with this scope; administrators of this role or a higher one, where there is one. */
  | { readonly kind: 'tenant'; readonly scope: Scope; readonly role?: Role };

export const PUBLIC: Access = { kind: 'public' };
export const administrators = (role: Role): Access => ({ kind: 'administrators', role });
export const administratorsOfTenants = (role: Role): Access => ({ kind: 'administrators', role, ofTenants: true });
export const tenantKeys = (scope: Scope, role?: Role): Access => ({ kind: 'tenant', scope, role });

const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, owner: 2 };

export function hasRole(role: Role, wanted: Role): boolean {
  return RANK[role] >= RANK[wanted];
}

/** @throws Problem `forbidden`, `scope-missing` */
export function requireAccess(caller: Caller, access: Access): void {
  if (access.kind === 'public') return;
  if (caller.kind === 'administrator') {
    if (access.role === undefined) throw new Problem('forbidden', 'this is for keys of the tenant, not for administrators');
    if (!hasRole(caller.administrator.role, access.role)) throw new Problem('forbidden', `this needs the role ${access.role}`, { role: access.role });
    if (access.kind === 'administrators' && access.ofTenants !== true && caller.administrator.tenants !== undefined) {
      throw new Problem('forbidden', 'this is for administrators of the whole installation');
    }
    return;
  }
  if (access.kind === 'administrators') throw new Problem('forbidden', 'this is for administrators of the installation');
  const { principal } = caller;
  if (principal.kind !== 'key' || !principal.scopes.has(access.scope)) {
    throw new Problem('scope-missing', `this needs a key with the scope ${access.scope}`, { scope: access.scope });
  }
}
