import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AdministratorPrincipal, Principal, Tenant } from '@vestnik/core';

/** Who called, and from where. */
export type Caller =
  | { readonly kind: 'administrator'; readonly administrator: AdministratorPrincipal; readonly address: string }
  | { readonly kind: 'program'; readonly principal: Principal; readonly address: string };

/** What the guard found out about a request. */
export interface Call {
  readonly caller: Caller;
  /** Where the path names one. */
  readonly tenant?: Tenant;
}

const calls = new WeakMap<object, Call>();

export function noteCall(request: object, call: Call): void {
  calls.set(request, call);
}

function callOf(context: ExecutionContext): Call {
  const call = calls.get(context.switchToHttp().getRequest<object>());
  if (call === undefined) throw new Error('nobody has checked who calls here');
  return call;
}

/** Who calls. */
export const CalledBy = createParamDecorator((_: unknown, context: ExecutionContext): Caller => callOf(context).caller);

/** The tenant that the path names; it exists, and the caller may know it. */
export const OfTenant = createParamDecorator((_: unknown, context: ExecutionContext): Tenant => {
  const { tenant } = callOf(context);
  if (tenant === undefined) throw new Error('the path names no tenant');
  return tenant;
});

/** Names of the tenants of which a caller may be told; undefined: of all. */
export function tenantsOf(caller: Caller): readonly string[] | undefined {
  return caller.kind === 'administrator' ? caller.administrator.tenants : [caller.principal.tenant.name];
}

/** How the audit trail names a caller. */
export function nameOf(caller: Caller): string {
  if (caller.kind === 'administrator') return `administrator:${caller.administrator.name}`;
  const { principal } = caller;
  return `key:${principal.keyId ?? principal.client}@${principal.tenant.name}`;
}
