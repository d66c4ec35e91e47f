import type { Address, Problem } from '@vestnik/protocol';
import type { Principal } from '../access/principal.js';
import type { LimitState } from '../limits/rate-limiter.js';
import type { ApiKey } from '../ports/directory.js';
import type { LinkStatus } from '../ports/link-log.js';
import type { Link, Remote } from '../ports/links.js';
import type { ClientRecord } from '../ports/mailboxes.js';
import type { SessionSummary } from '../ports/node-bus.js';
import type { Tenant } from '../ports/tenant.js';
import type { Webhook } from '../ports/webhooks.js';
import type { LinkLoad } from '../sending/outboxes.js';
import type { DiagnosedUse } from './diagnosis.js';

/** Everything that a diagnosis is decided from, as it was at one moment. */
export interface Facts {
  readonly installation: string;
  readonly use: DiagnosedUse;
  readonly now: number;
  readonly from: Side;
  readonly to: Side;
  /** Of a sender whose tenant is here. */
  readonly sender?: SenderFacts;
  /** To or from another installation. */
  readonly link?: LinkFacts;
  /** Of a recipient whose tenant is here. */
  readonly recipient?: RecipientFacts;
}

/** One of both addresses. */
export type Side =
  | { readonly kind: 'unreadable'; readonly given: string; readonly problem: Problem }
  | (Readable & {
      readonly kind: 'here';
      readonly tenant: Tenant | undefined /** Tenants whose names are like it, where there is none. */;
      readonly near: readonly string[];
    })
  | (Readable & { readonly kind: 'elsewhere'; readonly path: readonly string[] });

interface Readable {
  readonly given: string;
  readonly address: Address;
  /** Of the tenant. */
  readonly name: string;
  readonly whole: string;
}

export interface SenderFacts {
  /** How it shows who it is. */
  readonly as: 'key' | 'token';
  /** Keys that speak as this client: those that count. */
  readonly keys: readonly ApiKey[];
  /** And how many have expired. */
  readonly expired: number;
  /** Whether anything could give it a token: a key with the scope `tokens`, or a key of the tenant's own JWTs. */
  readonly tokens: 'minted' | 'jwt' | 'none';
  /** As the bus would know it. */
  readonly principal: Principal;
  readonly client: ClientRecord | undefined;
  readonly nearClients: readonly string[];
  readonly sessions: number;
  readonly limits: readonly LimitState[];
}

export interface LinkFacts {
  readonly direction: 'out' | 'in';
  readonly path: readonly string[];
  /** Where it leads; absent: to nothing that is known. */
  readonly remote?: Remote;
  readonly link?: Link;
  readonly status?: LinkStatus;
  /** Whether calls can cross it now. */
  readonly reached: boolean;
  readonly load?: LinkLoad;
  /** Names of installations that are known here and like it. */
  readonly near: readonly string[];
}

export interface RecipientFacts {
  readonly client?: ClientRecord;
  /** Of the topic or client, where it is known. */
  readonly known: boolean;
  readonly nearClients: readonly string[];
  /** Direct messages that wait, counted to what its inbox takes; absent: nobody's. */
  readonly waiting?: number;
  /** When the oldest of them was accepted; milliseconds since 1970. */
  readonly oldestAt?: number;
  readonly oldestId?: string;
  /** Of the client. */
  readonly sessions: readonly SessionSummary[];
  /** Of the tenant. */
  readonly tenantSessions: number;
  readonly webhook?: Webhook;
  /** Of a topic, counted so far. */
  readonly subscribers?: { readonly clients: readonly string[]; readonly more: boolean };
}
