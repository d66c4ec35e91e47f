import { type Address, formatAddress, invalid, Problem, parseAddress } from '@vestnik/protocol';
import type { Principal } from '../access/principal.js';
import { accepts } from '../access/reach.js';
import type { Remotes } from '../access/remotes.js';
import type { Tenants } from '../access/tenants.js';
import type { Remote } from '../ports/links.js';
import type { Tenant } from '../ports/tenant.js';
import { keptIn } from '../sending/may-write.js';

/** A client whose presence somebody asks for. It need not be known. */
export interface AskedClient {
  readonly kind: 'here';
  readonly tenantId: number;
  readonly name: string;
  /** Whole. */
  readonly address: string;
}

/** A client of another installation whose presence somebody asks for. */
export interface AskedElsewhere {
  readonly kind: 'remote';
  readonly remote: Remote;
  /** Who asks, as its own installation writes it. */
  readonly from: string;
  /** Who is asked for, as its installation writes it. */
  readonly wire: string;
  /** Whole, as it is written here. */
  readonly address: string;
}

export type Asked = AskedClient | AskedElsewhere;

interface Place {
  readonly kind: 'here';
  readonly own: Tenant;
  /** Absent where there is none of that name. */
  readonly tenant: Tenant | undefined;
  readonly name: string;
  /** Whole. */
  readonly address: string;
}

/**
 * Says whose presence a client may be told of: of its own tenant's clients, and of others where their tenant allows `presence`. Of
 * clients of another installation that one says it.
 */
export class PresenceReach {
  constructor(
    private readonly installation: string,
    private readonly tenants: Tenants,
    private readonly remotes: Pick<Remotes, 'byPath'> = { byPath: () => undefined },
  ) {}

  /**
   * Reads whom a client asks for. Nothing is asked of a store, so that a tenant that refuses and one that is not there
   * answer alike, and at the same time.
   *
   * @throws Problem `address-invalid`, `installation-unknown`, `forbidden`, `recipient-refused`, each naming the entry
   */
  read(principal: Principal, clients: readonly string[]): Asked[] {
    return clients.map((text, at) => {
      const asked = this.judge(principal, text, `clients/${at}`);
      if (asked instanceof Problem) throw asked;
      return asked;
    });
  }

  /** Those of whom something could be asked at all, whether or not one may. @throws Problem `address-invalid` */
  named(principal: Principal, clients: readonly string[]): Asked[] {
    return clients.flatMap((text, at): Asked[] => {
      const place = this.place(principal, text, `clients/${at}`);
      if (place instanceof Problem && place.slug === 'address-invalid') throw place;
      if (place instanceof Problem) return [];
      if (place.kind === 'remote') return [place];
      return place.tenant === undefined ? [] : [{ kind: 'here', tenantId: place.tenant.id, name: place.name, address: place.address }];
    });
  }

  /** Whether it may still be told: tenants change what they accept. */
  stillMay(principal: Principal, { address }: Asked): boolean {
    return principal.scopes.has('presence') && !(this.judge(principal, address, 'clients') instanceof Problem);
  }

  /** As {@link read}, for a client of another installation. @param from whole, as it is written here @returns undefined where it is not told */
  foreign(from: string, { addressee, tenant: name = '' }: Address): AskedClient | undefined {
    const tenant = this.tenants.get(name);
    if (addressee.kind !== 'client' || tenant === undefined || tenant.settings.suspended) return undefined;
    const address = formatAddress(addressee, name, [this.installation]);
    return accepts(tenant, 'presence', from, address) ? { kind: 'here', tenantId: tenant.id, name: addressee.name, address } : undefined;
  }

  private place(principal: Principal, text: string, path: string): Place | AskedElsewhere | Problem {
    const { addressee, tenant: named, path: through } = parseAddress(text, path);
    if (addressee.kind !== 'client') return invalid('address-invalid', path, 'presence is that of a client: neither of a session, nor of a topic, nor of *');
    const own = this.tenants.byId(principal.tenant.id) ?? principal.tenant;
    const tenantName = named ?? own.name;
    if (through.length > 0 && (through.length > 1 || through[0] !== this.installation)) {
      const remote = this.remotes.byPath(through);
      if (remote === undefined) {
        return new Problem('installation-unknown', `there is no link to the installation ${through.join('.')}`, wrong(path, 'is at an unknown installation'));
      }
      const from = formatAddress({ kind: 'client', name: principal.client }, own.name, []);
      return { kind: 'remote', remote, from, wire: formatAddress(addressee, tenantName, []), address: formatAddress(addressee, tenantName, through) };
    }
    const address = formatAddress(addressee, tenantName, [this.installation]);
    return { kind: 'here', own, tenant: tenantName === own.name ? own : this.tenants.get(tenantName), name: addressee.name, address };
  }

  private judge(principal: Principal, text: string, path: string): Asked | Problem {
    const place = this.place(principal, text, path);
    if (place instanceof Problem) return place;
    if (place.kind === 'remote') {
      if (keptIn(this.tenants.byId(principal.tenant.id) ?? principal.tenant, principal, 'remote') === undefined) return place;
      return new Problem('forbidden', 'clients of this tenant may not ask for clients of other installations', wrong(path, 'is at another installation'));
    }
    const { own, tenant, name, address } = place;
    if (tenant === own) return { kind: 'here', tenantId: own.id, name, address };
    if (keptIn(own, principal, 'border') !== undefined) {
      return new Problem('forbidden', 'clients of this tenant may ask for clients of this tenant only', wrong(path, 'is of another tenant'));
    }
    const from = formatAddress({ kind: 'client', name: principal.client }, own.name, [this.installation]);
    if (tenant === undefined || tenant.settings.suspended || !accepts(tenant, 'presence', from, address)) {
      return presenceRefused(path);
    }
    return { kind: 'here', tenantId: tenant.id, name, address };
  }
}

/** Of a tenant that does not allow it and of one that is not there, here and elsewhere. */
export function presenceRefused(path: string): Problem {
  return new Problem('recipient-refused', 'the recipient does not accept this from you', wrong(path, 'does not accept this from you'));
}

function wrong(path: string, message: string) {
  return { errors: [{ path, message }] };
}
