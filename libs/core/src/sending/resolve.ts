import { type Address, formatAddress, type OutgoingMessage, Problem, type RecipientAnswer } from '@vestnik/protocol';
import type { Principal } from '../access/principal.js';
import { accepts } from '../access/reach.js';
import { Remotes } from '../access/remotes.js';
import type { Tenants } from '../access/tenants.js';
import type { Remote } from '../ports/links.js';
import type { Mailbox, Mailboxes } from '../ports/mailboxes.js';
import type { Destination, Forward } from '../ports/message-log.js';
import type { Tenant } from '../ports/tenant.js';
import { type HeldBack, heldBack, placed, refusesUnknown, shutTo } from './may-write.js';

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
    }
  | ElseWhere;

/** At another installation: what is found there is found out there. */
export interface ElseWhere {
  readonly kind: 'remote';
  /** Whole, as it is written here. */
  readonly address: string;
  readonly remote: Remote;
  /** As it is written there: `client@tenant`, `#topic@tenant`, `*@tenant`, `client@tenant/session`. */
  readonly wire: string;
  /** Only this one; always transient. */
  readonly session?: string;
}

/** Whom a call may go to. */
export interface Callable {
  readonly kind: 'here';
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
    private readonly remotes: Pick<Remotes, 'byPath'> = new Remotes(undefined),
  ) {}

  /** Whole address of a client of this installation. */
  addressOf(client: string, tenant: string): string {
    return `${client}@${tenant}.${this.installation}`;
  }

  /** @returns undefined where it has to ask the store: use {@link resolve} then */
  resolveKnown(principal: Principal, address: Address): Resolved | undefined {
    const place = this.place(principal, address);
    if (place.kind !== 'here') return place;
    const { kind, name } = addresseeOf(address);
    const mailbox = this.mailboxes.cached(place.tenant.id, kind, name);
    return mailbox === undefined ? undefined : this.resolved(place, address, mailbox, true);
  }

  async resolve(principal: Principal, address: Address): Promise<Resolved> {
    const place = this.place(principal, address);
    if (place.kind !== 'here') return place;
    return this.resolveAt(place, address);
  }

  /**
   * Where a message of another installation goes here.
   *
   * @param from whole address of the sender, in the names of this installation
   * @param address of a tenant of this one: without a path
   */
  resolveForeign(from: string, address: Address): Promise<Resolved> | Resolved {
    const place = this.foreignPlace(from, address, 'send');
    return place.kind === 'here' ? this.resolveAt(place, address) : place;
  }

  /** As {@link resolveForeign}, for a call, or whatever else goes to sessions that live. @throws Problem `recipient-refused` */
  async callableForeign(from: string, address: Address, use: 'send' | 'call' = 'call'): Promise<Callable> {
    const place = this.foreignPlace(from, address, use);
    if (place.kind === 'refused') throw place.problem;
    const { kind, name } = addresseeOf(address);
    if (kind !== 'client') return place;
    const [mailbox] = await this.mailboxes.find(place.tenant.id, kind, [name]);
    return { ...place, mailbox };
  }

  private async resolveAt(place: Place, address: Address): Promise<Resolved> {
    const { kind, name } = addresseeOf(address);
    if (kind === 'client' && refusesUnknown(place.tenant, address.addressee)) {
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
  callableKnown(principal: Principal, address: Address): Callable | ElseWhere | undefined {
    const place = this.place(principal, address, 'call');
    if (place.kind === 'refused') throw place.problem;
    if (place.kind === 'remote') return place;
    const { kind, name } = addresseeOf(address);
    if (kind !== 'client') return place;
    const mailbox = this.mailboxes.cached(place.tenant.id, kind, name);
    return mailbox === undefined ? undefined : { ...place, mailbox };
  }

  /** As {@link callableKnown}, whoever it is. */
  async callable(principal: Principal, address: Address): Promise<Callable | ElseWhere> {
    const place = this.place(principal, address, 'call');
    if (place.kind === 'refused') throw place.problem;
    if (place.kind === 'remote') return place;
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
  private place(principal: Principal, address: Address, use: 'send' | 'call' = 'send'): Place | ElseWhere | Refused {
    const own = this.tenants.byId(principal.tenant.id) ?? principal.tenant;
    const { name, path, whole } = placed(address, own.name, this.installation);
    const refuse = (problem: Problem): Refused => ({ kind: 'refused', address: whole, problem });
    const { addressee } = address;
    const remote = path.length === 0 ? undefined : this.remotes.byPath(path);
    if (path.length > 0 && remote === undefined) {
      return refuse(new Problem('installation-unknown', `there is no link to the installation ${path.join('.')}`));
    }
    const held = heldBack(own, principal, addressee, remote !== undefined ? 'remote' : name === own.name ? 'own' : 'border');
    if (held !== undefined) return refuse(problemOf(held));
    if (remote !== undefined) {
      const session = addressee.kind === 'session' ? addressee.session : undefined;
      return { kind: 'remote', address: whole, remote, wire: formatAddress(addressee, name, []), session };
    }
    if (name === own.name) return { kind: 'here', address: whole, tenant: own, told: true };
    return this.acrossBorder(this.addressOf(principal.client, own.name), addressee, name, use);
  }

  private foreignPlace(from: string, address: Address, use: 'send' | 'call'): Place | Refused {
    return this.acrossBorder(from, address.addressee, address.tenant ?? '', use);
  }

  /** The receiver decides: of a tenant that is not there nothing else is said than of one that accepts nobody. */
  private acrossBorder(from: string, addressee: Address['addressee'], name: string, use: 'send' | 'call'): Place | Refused {
    const whole = formatAddress(addressee, name, [this.installation]);
    const tenant = this.tenants.get(name);
    if (tenant === undefined || shutTo(tenant, addressee, use, from, whole) !== undefined)
      return { kind: 'refused', address: whole, problem: new Problem('recipient-refused', REFUSED) };
    return { kind: 'here', address: whole, tenant, told: accepts(tenant, 'presence', from, whole) };
  }
}

/** What a sender is told that its own side does not let write there. */
function problemOf(held: HeldBack): Problem {
  switch (held) {
    case 'broadcast-scope-missing':
      return new Problem('scope-missing', 'writing to * needs the scope broadcast', { scope: 'broadcast' });
    case 'clients-stay-here':
      return new Problem('forbidden', 'clients of this tenant may not write to other installations');
    case 'clients-stay-in-tenant':
      return new Problem('forbidden', 'clients of this tenant may write to clients of this tenant only');
    case 'topic-rules':
      return new Problem('forbidden', 'the rules of this tenant do not let this client write to this topic');
    case 'reserved-name':
      return new Problem('client-unknown', 'names that begin with vestnik are the bus’s own');
  }
}

type Refused = Extract<Resolved, { kind: 'refused' }>;

interface Place {
  readonly kind: 'here';
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

/** What goes into the outboxes of other installations: one entry for each, however many recipients are there. */
export function forwardsOf(elsewhere: readonly ElseWhere[], ttl: number): Forward[] {
  const byRemote = new Map<number, { remoteId: number; addresses: string[]; wire: string[]; ttl: number }>();
  for (const { remote, address, wire } of elsewhere) {
    const forward = byRemote.get(remote.id);
    if (forward === undefined) byRemote.set(remote.id, { remoteId: remote.id, addresses: [address], wire: [wire], ttl });
    else if (!forward.wire.includes(wire)) {
      forward.addresses.push(address);
      forward.wire.push(wire);
    }
  }
  return [...byRemote.values()];
}

/** What the sender is told of a recipient that did not take the message. */
export function refusal({ address, problem }: Extract<Resolved, { kind: 'refused' }>): RecipientAnswer {
  const { data } = problem.toRpc();
  return { address, state: 'refused', error: data };
}
