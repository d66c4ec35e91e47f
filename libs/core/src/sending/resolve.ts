import { type Address, formatAddress, isReserved, type OutgoingMessage, Problem, type RecipientAnswer } from '@vestnik/protocol';
import type { Principal } from '../access/principal.js';
import { accepts } from '../access/reach.js';
import type { Tenants } from '../access/tenants.js';
import type { Mailbox, Mailboxes } from '../ports/mailboxes.js';
import type { Destination } from '../ports/message-log.js';
import type { AcceptedUse, Tenant } from '../ports/tenant.js';
import { mayPublish } from '../topics/topic-rules.js';

/** Where one address of a message leads. */
export type Resolved =
  | { readonly kind: 'refused'; readonly address: string; readonly problem: Problem }
  | {
      readonly kind: 'mailbox';
      readonly address: string;
      readonly tenant: Tenant;
      readonly mailbox: Mailbox;
      readonly known: boolean;
      /** Only this one; always transient. */
      readonly session?: string;
      /** Whether the sender may be told of sessions, and whether it was known. */
      readonly told: boolean;
    };

/** Whom a call may go to. */
export interface Callable {
  /** Whole. */
  readonly address: string;
  readonly tenant: Tenant;
  /** Absent where the tenant knows no such client: a call makes nobody known. */
  readonly mailbox?: Mailbox;
  /** Whether the caller may be told of sessions. */
  readonly told: boolean;
}

/** Says the same of a tenant that does not exist and of one that accepts nobody. */
const REFUSED = 'the recipient does not accept this from you';

/** Finds where addresses lead, and whether the sender may write there. */
export class Resolver {
  constructor(
    private readonly installation: string,
    private readonly tenants: Tenants,
    private readonly mailboxes: Mailboxes,
  ) {}

  /** Whole address of a client of this installation. */
  addressOf(client: string, tenant: string): string {
    return `${client}@${tenant}.${this.installation}`;
  }

  /** @returns undefined where it has to ask the store: use {@link resolve} then */
  resolveKnown(principal: Principal, address: Address): Resolved | undefined {
    const place = this.place(principal, address);
    if ('problem' in place) return { kind: 'refused', ...place };
    const { kind, name } = addresseeOf(address);
    const mailbox = this.mailboxes.cached(place.tenant.id, kind, name);
    return mailbox === undefined ? undefined : this.resolved(place, address, mailbox, true);
  }

  async resolve(principal: Principal, address: Address): Promise<Resolved> {
    const place = this.place(principal, address);
    if ('problem' in place) return { kind: 'refused', ...place };
    const { kind, name } = addresseeOf(address);
    const refuseUnknown = address.addressee.kind === 'session' || place.tenant.settings.unknownClients === 'refuse';
    if (kind === 'client' && refuseUnknown) {
      const [mailbox] = await this.mailboxes.find(place.tenant.id, kind, [name]);
      if (mailbox === undefined) {
        const slug = !place.told ? 'recipient-refused' : address.addressee.kind === 'session' ? 'client-offline' : 'client-unknown';
        const detail = !place.told
          ? REFUSED
          : slug === 'client-offline'
            ? 'the client has no such session'
            : `the tenant ${place.tenant.name} knows no client ${name}`;
        return { kind: 'refused', address: place.address, problem: new Problem(slug, detail) };
      }
      return this.resolved(place, address, mailbox, true);
    }
    const [found] = await this.mailboxes.ensure(place.tenant.id, kind, [name]);
    if (found === undefined) throw new Error('a mailbox was neither found nor made');
    return this.resolved(place, address, found.mailbox, found.known);
  }

  /**
   * Where a call may go.
   *
   * @returns undefined where it has to ask the store: use {@link callable} then
   * @throws Problem as sending to this address would, and where the tenant across the border does not accept calls
   */
  callableKnown(principal: Principal, address: Address): Callable | undefined {
    const place = this.place(principal, address, 'call');
    if ('problem' in place) throw place.problem;
    const { kind, name } = addresseeOf(address);
    if (kind !== 'client') return place;
    const mailbox = this.mailboxes.cached(place.tenant.id, kind, name);
    return mailbox === undefined ? undefined : { ...place, mailbox };
  }

  /** As {@link callableKnown}, whoever it is. */
  async callable(principal: Principal, address: Address): Promise<Callable> {
    const place = this.place(principal, address, 'call');
    if ('problem' in place) throw place.problem;
    const { kind, name } = addresseeOf(address);
    if (kind !== 'client') return place;
    const [mailbox] = await this.mailboxes.find(place.tenant.id, kind, [name]);
    return { ...place, mailbox };
  }

  private resolved(place: Place, address: Address, mailbox: Mailbox, known: boolean): Resolved {
    const session = address.addressee.kind === 'session' ? address.addressee.session : undefined;
    return { kind: 'mailbox', address: place.address, tenant: place.tenant, mailbox, known, session, told: place.told };
  }

  /** Whether the sender may write to an address, or call it, at all. */
  private place(principal: Principal, address: Address, use: 'send' | 'call' = 'send'): Place | { address: string; problem: Problem } {
    const own = this.tenants.byId(principal.tenant.id) ?? principal.tenant;
    const name = address.tenant ?? own.name;
    const path = address.path.length === 1 && address.path[0] === this.installation ? [] : address.path;
    const whole = formatAddress(address.addressee, name, path.length === 0 ? [this.installation] : path);
    const refuse = (problem: Problem) => ({ address: whole, problem });
    const { addressee } = address;
    if (path.length > 0) {
      return refuse(new Problem('installation-unknown', `there is no link to the installation ${path.at(-1)}`));
    }
    if (addressee.kind === 'everyone' && !principal.scopes.has('broadcast')) {
      return refuse(new Problem('scope-missing', 'writing to * needs the scope broadcast', { scope: 'broadcast' }));
    }
    if (name === own.name) {
      if (addressee.kind === 'topic' && !mayPublish(own, principal, addressee.name))
        return refuse(new Problem('forbidden', 'the rules of this tenant do not let this client write to this topic'));
      if (addressee.kind !== 'everyone' && isReserved(addressee.name))
        return refuse(new Problem('client-unknown', 'names that begin with vestnik are the bus’s own'));
      return { address: whole, tenant: own, told: true };
    }
    if (principal.kind === 'token' && own.settings.clientsMay === 'tenant') {
      return refuse(new Problem('forbidden', 'clients of this tenant may write to clients of this tenant only'));
    }
    const from = this.addressOf(principal.client, own.name);
    const tenant = this.tenants.get(name);
    const wide = addressee.kind === 'everyone' ? 'broadcast' : addressee.kind === 'topic' ? 'topics' : undefined;
    // A call to many is both: a call, and something to many.
    const uses: readonly AcceptedUse[] = wide === undefined ? [use] : use === 'call' ? [use, wide] : [wide];
    const reserved = addressee.kind !== 'everyone' && isReserved(addressee.name);
    if (tenant === undefined || tenant.settings.suspended || reserved || !uses.every((one) => accepts(tenant, one, from, whole)))
      return refuse(new Problem('recipient-refused', REFUSED));
    return { address: whole, tenant, told: accepts(tenant, 'presence', from, whole) };
  }
}

interface Place {
  readonly address: string;
  readonly tenant: Tenant;
  readonly told: boolean;
}

function addresseeOf({ addressee }: Address): { kind: Mailbox['kind']; name: string } {
  switch (addressee.kind) {
    case 'everyone':
      return { kind: 'everyone', name: '' };
    case 'topic':
      return { kind: 'topic', name: addressee.name };
    default:
      return { kind: 'client', name: addressee.name };
  }
}

/** Where in the log a durable message goes. */
export function destinationOf(resolved: Extract<Resolved, { kind: 'mailbox' }>, message: Pick<OutgoingMessage, 'ttl'>): Destination {
  return {
    tenantId: resolved.tenant.id,
    mailboxId: resolved.mailbox.id,
    topic: resolved.mailbox.kind === 'topic' ? resolved.mailbox.name : undefined,
    to: resolved.address,
    ttl: message.ttl ?? resolved.tenant.settings.ttl,
    ttlIsDefault: message.ttl === undefined,
  };
}

/** What the sender is told of a recipient that did not take the message. */
export function refusal({ address, problem }: Extract<Resolved, { kind: 'refused' }>): RecipientAnswer {
  const { data } = problem.toRpc();
  return { address, state: 'refused', error: data };
}
