import type { IncomingMessage } from 'node:http';
import type { Authenticator, Bus, Clock, Log, Mailboxes, Tenants } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import type { Heartbeats } from './heartbeats.js';
import type { Outboxes } from './outbox.js';

/** What every transport needs of the house. */
export interface Edge extends Pick<Bus, 'delivery' | 'methods' | 'sending' | 'states' | 'sessions' | 'calls' | 'topics' | 'forwarding' | 'limits'> {
  readonly mailboxes: Mailboxes;
  readonly clock: Clock;
  readonly authenticator: Authenticator;
  readonly tenants: Tenants;
  readonly log: Log;
  readonly outboxes: Outboxes;
  readonly heartbeats: Heartbeats;
  /** The installation's own origins: what a tenant that names none allows. */
  readonly ownOrigins: readonly string[];
  /** The client's address: the socket's, or what a trusted proxy forwarded. */
  readonly addressOf: (request: IncomingMessage) => string | undefined;
  /** Whether a node that is overloaded or going down takes new connections. */
  readonly accepting: () => boolean;
}

/** What the other side is told of a failure; what nobody expected is logged whole and told to nobody. */
export function toProblem(error: unknown, log: Log, where: string): Problem {
  if (error instanceof Problem) return error;
  const id = Math.random().toString(36).slice(2, 12);
  log.error('an error that nobody expected', { id, where, error });
  return new Problem('internal', `look for ${id} in the log`, { id });
}

/** Whether pages of an origin may talk to a tenant. No `Origin` header means not a browser. */
export function originAllowed(edge: Edge, tenantName: string | undefined, origin: string | undefined): boolean {
  if (origin === undefined) return true;
  const allowed = (tenantName === undefined ? undefined : edge.tenants.get(tenantName)?.settings.origins) ?? edge.ownOrigins;
  return allowed.includes('*') || allowed.includes(origin);
}
