import { formatAddress, invalid, Problem, parseAddress } from '@vestnik/protocol';
import type { Principal } from '../access/principal.js';
import { accepts } from '../access/reach.js';
import type { Tenants } from '../access/tenants.js';
import type { Tenant } from '../ports/tenant.js';

/** A client whose presence somebody asks for. It need not be known. */
export interface AskedClient {
  readonly tenantId: number;
  readonly name: string;
  /** Whole. */
  readonly address: string;
}

interface Place {
  readonly own: Tenant;
  /** Absent where there is none of that name. */
  readonly tenant: Tenant | undefined;
  readonly name: string;
  /** Whole. */
  readonly address: string;
}

/** Says whose presence a client may be told of: of its own tenant's clients, and of others where their tenant allows `presence`. */
export class PresenceReach {
  constructor(
    private readonly installation: string,
    private readonly tenants: Tenants,
  ) {}

  /**
   * Reads whom a client asks for. Nothing is asked of a store, so that a tenant that refuses and one that is not there
   * answer alike, and at the same time.
   *
   * @throws Problem `address-invalid`, `installation-unknown`, `forbidden`, `recipient-refused`, each naming the entry
   */
  read(principal: Principal, clients: readonly string[]): AskedClient[] {
    return clients.map((text, at) => {
      const asked = this.judge(principal, text, `clients/${at}`);
      if (asked instanceof Problem) throw asked;
      return asked;
    });
  }

  /** Those of whom something could be asked at all, whether or not one may. @throws Problem `address-invalid` */
  named(principal: Principal, clients: readonly string[]): AskedClient[] {
    return clients.flatMap((text, at) => {
      const place = this.place(principal, text, `clients/${at}`);
      if (place instanceof Problem && place.slug === 'address-invalid') throw place;
      return place instanceof Problem || place.tenant === undefined ? [] : [{ tenantId: place.tenant.id, name: place.name, address: place.address }];
    });
  }

  /** Whether it may still be told: tenants change what they accept. */
  stillMay(principal: Principal, { address }: AskedClient): boolean {
    return principal.scopes.has('presence') && !(this.judge(principal, address, 'clients') instanceof Problem);
  }

  private place(principal: Principal, text: string, path: string): Place | Problem {
    const { addressee, tenant: named, path: through } = parseAddress(text, path);
    if (addressee.kind !== 'client') return invalid('address-invalid', path, 'presence is that of a client: neither of a session, nor of a topic, nor of *');
    const own = this.tenants.byId(principal.tenant.id) ?? principal.tenant;
    const tenantName = named ?? own.name;
    if (through.length > 0 && (through.length > 1 || through[0] !== this.installation)) {
      return new Problem('installation-unknown', `there is no link to the installation ${through.at(-1)}`, wrong(path, 'is at an unknown installation'));
    }
    const address = formatAddress(addressee, tenantName, [this.installation]);
    return { own, tenant: tenantName === own.name ? own : this.tenants.get(tenantName), name: addressee.name, address };
  }

  private judge(principal: Principal, text: string, path: string): AskedClient | Problem {
    const place = this.place(principal, text, path);
    if (place instanceof Problem) return place;
    const { own, tenant, name, address } = place;
    if (tenant === own) return { tenantId: own.id, name, address };
    if (principal.kind === 'token' && own.settings.clientsMay === 'tenant') {
      return new Problem('forbidden', 'clients of this tenant may ask for clients of this tenant only', wrong(path, 'is of another tenant'));
    }
    const from = formatAddress({ kind: 'client', name: principal.client }, own.name, [this.installation]);
    if (tenant === undefined || tenant.settings.suspended || !accepts(tenant, 'presence', from, address)) {
      return new Problem('recipient-refused', 'the recipient does not accept this from you', wrong(path, 'does not accept this from you'));
    }
    return { tenantId: tenant.id, name, address };
  }
}

function wrong(path: string, message: string) {
  return { errors: [{ path, message }] };
}
