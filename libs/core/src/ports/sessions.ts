import type { SessionSummary } from './node-bus.js';

/** The live sessions of all nodes, as this node knows them: soft state, right within seconds. */
export interface Sessions {
  count(clientId: number): number;
  ofClient(clientId: number): readonly SessionSummary[];
  /** Those of all clients; to be gone through, not kept. */
  all(): Iterable<SessionSummary>;
  /** All of a tenant; looks at every session of the installation. */
  ofTenant(tenantId: number): readonly SessionSummary[];
  /** Closes a session on whichever node it is. @returns false where no node has it for this client */
  close(clientId: number, session: string, slug: 'closed-by-administrator' | 'unauthenticated'): boolean;
}
