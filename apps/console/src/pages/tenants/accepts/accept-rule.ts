import { parseAddress } from '@vestnik/protocol/address';
import { isLabel, readName } from '@vestnik/protocol/names';
import type { Tenant } from '../tenant-queries.js';

/** One rule of whom a tenant accepts. */
export type AcceptRule = Tenant['accepts'][number];
export type Use = AcceptRule['allow'][number];

export const USES = ['send', 'call', 'presence', 'topics', 'broadcast'] as const satisfies readonly Use[];

/** Whether it is a pattern as the server reads it: `*@sales`, `orders@sales.hq`; `*` stands for one label, or any client. */
export function isAddressPattern(text: string): boolean {
  const at = text.indexOf('@');
  if (at < 0) return false;
  const client = text.slice(0, at);
  return (
    (client === '*' || readName(client) !== undefined) &&
    text
      .slice(at + 1)
      .split('.')
      .every((label) => label === '*' || isLabel(label))
  );
}

/** Whether it names somebody of the tenant itself: a client, a topic, everyone; no tenant, no session. */
export function isOwnAddress(text: string): boolean {
  try {
    const { addressee, tenant } = parseAddress(text);
    return tenant === undefined && addressee.kind !== 'session';
  } catch {
    return false;
  }
}

/** The same rule, whatever the order of what it allows. */
export function sameRule(one: AcceptRule, other: AcceptRule): boolean {
  const sorted = (texts: readonly string[] | undefined) => JSON.stringify(texts?.toSorted());
  return one.from === other.from && sorted(one.allow) === sorted(other.allow) && sorted(one.to) === sorted(other.to);
}

/** The uses that a link asks for: `allow=send,call`; by default those that a pattern alone allows. */
export function usesOf(text: string | undefined): Use[] {
  const named = USES.filter((use) => text?.split(',').includes(use));
  return named.length === 0 ? ['send', 'call'] : named;
}

/** Whom a pattern is for, to be put into words. */
export interface Senders {
  /** Undefined: any client. */
  readonly client: string | undefined;
  /** Undefined: any tenant. */
  readonly tenant: string | undefined;
  /** Undefined: this installation; `*` in it stands for any one. */
  readonly installation: string | undefined;
}

export function sendersOf(pattern: string): Senders {
  const at = pattern.indexOf('@');
  const client = pattern.slice(0, at);
  const [tenant = '', ...path] = pattern.slice(at + 1).split('.');
  return {
    client: client === '*' ? undefined : client,
    tenant: tenant === '*' ? undefined : tenant,
    installation: path.length === 0 ? undefined : path.join('.'),
  };
}

/** A pattern for an address: a session writes under the address of its client. */
export function patternOf(address: string): string {
  const slash = address.indexOf('/', address.indexOf('@'));
  return slash < 0 ? address : address.slice(0, slash);
}
