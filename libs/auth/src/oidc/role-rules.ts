import type { AdministratorRight, Role } from '@vestnik/core';

const ROLES: readonly Role[] = ['viewer', 'operator', 'owner'];

/** Whoever has this value in this claim has this right. */
export interface RoleRule {
  readonly claim: string;
  readonly value: string;
  readonly role: Role;
  /** Name of the one tenant; absent: the whole installation. */
  readonly tenant?: string;
}

/**
 * Reads `groups:support=viewer@sales`: claim, value, role, and the tenant where it is for one.
 *
 * @returns what is wrong with it, as a text
 */
export function readRoleRule(text: string): RoleRule | string {
  const [, claim, value, role, tenant] = /^([^:]+):(.+)=([a-z]+)(?:@([a-z0-9-]+))?$/.exec(text.trim()) ?? [];
  if (claim === undefined || value === undefined) return `"${text}" is not of the form claim:value=role or claim:value=role@tenant`;
  if (!ROLES.includes(role as Role)) return `"${text}": the role is one of owner, operator, viewer`;
  if (role === 'owner' && tenant !== undefined) return `"${text}": an owner is one of the whole installation`;
  return { claim, value, role: role as Role, ...(tenant === undefined ? {} : { tenant }) };
}

/** As it is written in the settings. */
export function ruleAsText({ claim, value, role, tenant }: RoleRule): string {
  return `${claim}:${value}=${role}${tenant === undefined ? '' : `@${tenant}`}`;
}

/**
 * What somebody with these claims may do; undefined: not come in.
 *
 * An account has one role, so of several rules that fit the highest role of the whole installation counts, and without
 * one the highest of single tenants, for those tenants for which it was given: never more than one rule says.
 */
export function rightOf(claims: Readonly<Record<string, unknown>>, rules: readonly RoleRule[]): AdministratorRight | undefined {
  const fitting = rules.filter((rule) => fits(claims, rule));
  const whole = highest(fitting.filter(({ tenant }) => tenant === undefined));
  if (whole !== undefined) return { role: whole };
  const role = highest(fitting);
  if (role === undefined) return undefined;
  const tenants = new Set(fitting.filter((rule) => rule.role === role).map(({ tenant }) => tenant as string));
  return { role, tenants: [...tenants].sort() };
}

function highest(rules: readonly RoleRule[]): Role | undefined {
  return ROLES.findLast((role) => rules.some((rule) => rule.role === role));
}

function fits(claims: Readonly<Record<string, unknown>>, { claim, value }: RoleRule): boolean {
  // Anybody can write an address into an account that nobody has checked. Some providers say so in a word.
  const { email_verified: verified = true } = claims;
  if (claim === 'email' && verified !== true && verified !== 'true') return false;
  const found = claimOf(claims, claim);
  return Array.isArray(found) ? found.includes(value) : typeof found === 'string' || typeof found === 'boolean' ? String(found) === value : false;
}

/** A claim by its name, or by its path: `realm_access.roles`. */
function claimOf(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let place: unknown = claims;
  for (const part of name.split('.')) {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, part)) return undefined;
    place = (place as Record<string, unknown>)[part];
  }
  return place;
}
