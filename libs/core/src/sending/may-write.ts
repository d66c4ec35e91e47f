import { type Address, type Addressee, formatAddress, isReserved } from '@vestnik/protocol';
import type { Principal } from '../access/principal.js';
import { accepts } from '../access/reach.js';
import type { AcceptedUse, Tenant } from '../ports/tenant.js';
import { mayPublish } from '../topics/topic-rules.js';

/** Where an address leads, seen from the sender: within its own tenant, to another one here, or to another installation. */
export type Whither = 'own' | 'border' | 'remote';

/** Why the sender's own side does not let it write there. */
export type HeldBack = 'broadcast-scope-missing' | 'clients-stay-here' | 'clients-stay-in-tenant' | 'topic-rules' | 'reserved-name';

/** Why a tenant takes nothing from a sender across its border; else the use for which none of its rules fits. */
export type Shut = 'suspended' | 'reserved-name' | AcceptedUse;

/** An address with everything that it leaves out. */
export interface Placed {
  /** Of the tenant. */
  readonly name: string;
  /** Empty for this installation, by whichever way it was written. */
  readonly path: readonly string[];
  readonly whole: string;
}

/** @param own the sender's tenant, where the address names none */
export function placed({ addressee, tenant: name = '', path: written }: Address, own: string, installation: string): Placed {
  const tenant = name === '' ? own : name;
  const path = written.length === 1 && written[0] === installation ? [] : written;
  return { name: tenant, path, whole: formatAddress(addressee, tenant, path.length === 0 ? [installation] : path) };
}

/** Whether clients, who come with a token, may leave their tenant, or the installation. Keys may. */
export function keptIn(own: Tenant, { kind }: Pick<Principal, 'kind'>, whither: Whither): Extract<HeldBack, `clients-${string}`> | undefined {
  if (kind !== 'token' || whither === 'own') return undefined;
  const { clientsMay } = own.settings;
  if (whither === 'remote') return clientsMay === 'anywhere' ? undefined : 'clients-stay-here';
  return clientsMay === 'tenant' ? 'clients-stay-in-tenant' : undefined;
}

/** Whether the sender's own side lets it write there, whatever the other one says. */
export function heldBack(own: Tenant, principal: Pick<Principal, 'kind' | 'scopes' | 'client'>, addressee: Addressee, whither: Whither): HeldBack | undefined {
  if (addressee.kind === 'everyone' && !principal.scopes.has('broadcast')) return 'broadcast-scope-missing';
  if (whither !== 'own') return keptIn(own, principal, whither);
  if (addressee.kind === 'topic' && !mayPublish(own, principal, addressee.name)) return 'topic-rules';
  return isReservedFor(addressee) ? 'reserved-name' : undefined;
}

/**
 * Whether a tenant takes this from an address of another one, here or elsewhere.
 *
 * @param from whole address of the sender
 * @param whole address of the recipient
 */
export function shutTo(tenant: Tenant, addressee: Addressee, use: 'send' | 'call', from: string, whole: string): Shut | undefined {
  if (tenant.settings.suspended) return 'suspended';
  if (isReservedFor(addressee)) return 'reserved-name';
  return notAccepted(tenant, addressee, use, from, whole);
}

/** The first of the uses that this is for which no rule of the tenant fits. */
export function notAccepted(tenant: Tenant, addressee: Addressee, use: 'send' | 'call', from: string, whole: string): AcceptedUse | undefined {
  return usesOf(addressee, use).find((one) => !accepts(tenant, one, from, whole));
}

/** Whether it is one of the bus's own names, to which nobody writes. */
export function isReservedFor(addressee: Addressee): boolean {
  return addressee.kind !== 'everyone' && isReserved(addressee.name);
}

/** What a tenant has to accept so that this comes in: a call to many is both, a call and something to many. */
export function usesOf(addressee: Addressee, use: 'send' | 'call'): readonly AcceptedUse[] {
  const wide = addressee.kind === 'everyone' ? 'broadcast' : addressee.kind === 'topic' ? 'topics' : undefined;
  return wide === undefined ? [use] : use === 'call' ? [use, wide] : [wide];
}

/** Whether something to a client that its tenant does not know is refused: a session has to be there in any case. */
export function refusesUnknown(tenant: Tenant, addressee: Addressee): boolean {
  return addressee.kind === 'session' || tenant.settings.unknownClients === 'refuse';
}
