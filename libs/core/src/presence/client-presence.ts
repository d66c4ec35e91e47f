import { type PresenceResult, parseWith, presenceClientsSchema, presenceSetSchema } from '@vestnik/protocol';
import { requireScope } from '../access/principal.js';
import type { Tenants } from '../access/tenants.js';
import type { Caller } from '../delivery/caller.js';
import { liveOf } from '../delivery/live-of.js';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { Mailboxes } from '../ports/mailboxes.js';
import { LastSeen } from './last-seen.js';
import { isPresent, presenceOf, tellPresence } from './presence-of.js';
import { type AskedClient, PresenceReach } from './presence-reach.js';
import type { SessionChange, SessionRegistry } from './session-registry.js';
import { Watching } from './watching.js';

export interface PresenceParts {
  readonly installation: string;
  readonly sessions: SessionRegistry;
  readonly mailboxes: Mailboxes;
  readonly tenants: Tenants;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Who is online, with the status that it set; and watching that.
 *
 * What it says follows from the live sessions of all nodes, so nothing is left of a node that is gone.
 */
export class ClientPresence {
  private readonly reach: PresenceReach;
  private readonly lastSeen: LastSeen;
  private readonly watching: Watching;

  constructor(private readonly parts: PresenceParts) {
    const { installation, sessions, mailboxes, tenants, clock, log } = parts;
    this.reach = new PresenceReach(installation, tenants);
    this.lastSeen = new LastSeen(mailboxes, (clientId) => this.isOnline(clientId), clock, log);
    this.watching = new Watching(sessions, clock, (session, asked) => this.reach.stillMay(session.principal, asked));
    sessions.onChange((change) => this.changed(change));
    tenants.onChange(() => this.watching.recheck());
  }

  /** How many clients are watched by sessions of this node. */
  get watchedCount(): number {
    return this.watching.size;
  }

  /** @throws Problem `scope-missing`; `request-invalid` without a session: a status is that of a session that lives */
  async set(caller: Caller, params: unknown): Promise<Record<string, never>> {
    requireScope(caller.principal, 'presence');
    const { status, text } = parseWith(presenceSetSchema, params, 'request-invalid');
    const { session } = liveOf(caller);
    this.parts.sessions.update(session, { status, text, statusAt: this.parts.clock.now() });
    return {};
  }

  /** How things stand now, in the order asked. @throws Problem as {@link PresenceReach.read} */
  async get(caller: Caller, params: unknown): Promise<PresenceResult> {
    const asked = this.asked(caller, params);
    const { clientIds, lastSeen } = await this.look(asked);
    return {
      clients: asked.map(({ address }, at) => {
        const id = clientIds[at];
        return tellPresence(address, presenceOf(id === undefined ? [] : this.parts.sessions.ofClient(id), id === undefined ? undefined : lastSeen.get(id)));
      }),
    };
  }

  /** As {@link get}, and each change of it is pushed until `unwatch` or the end of the session. */
  async watch(caller: Caller, params: unknown): Promise<PresenceResult> {
    const asked = this.asked(caller, params);
    const session = liveOf(caller);
    const letGo = this.watching.hold(asked);
    try {
      const { clientIds, lastSeen } = await this.look(asked);
      return { clients: this.watching.watch(session, asked, clientIds, lastSeen) };
    } finally {
      letGo();
    }
  }

  /** Those that are not watched are passed over; so is whom the client may not ask for any more. */
  async unwatch(caller: Caller, params: unknown): Promise<Record<string, never>> {
    requireScope(caller.principal, 'presence');
    const { clients } = parseWith(presenceClientsSchema, params, 'request-invalid');
    this.watching.unwatch(liveOf(caller), this.reach.named(caller.principal, clients));
    return {};
  }

  /** For the shutdown, after the sessions have ended: keeps when their clients were seen last. */
  close(): Promise<void> {
    return this.lastSeen.close();
  }

  private asked(caller: Caller, params: unknown): AskedClient[] {
    requireScope(caller.principal, 'presence');
    return this.reach.read(caller.principal, parseWith(presenceClientsSchema, params, 'request-invalid').clients);
  }

  /** Asking about a client does not make it known. */
  private async look(asked: readonly AskedClient[]): Promise<{ clientIds: (number | undefined)[]; lastSeen: Map<number, number> }> {
    const names = new Map<number, Set<string>>();
    for (const { tenantId, name } of asked) names.set(tenantId, (names.get(tenantId) ?? new Set()).add(name));
    const ids = new Map<string, number>();
    for (const [tenantId, wanted] of names) {
      for (const mailbox of await this.parts.mailboxes.find(tenantId, 'client', [...wanted])) {
        if (mailbox !== undefined) ids.set(`${tenantId} ${mailbox.name}`, mailbox.id);
      }
    }
    const clientIds = asked.map(({ tenantId, name }) => ids.get(`${tenantId} ${name}`));
    const offline = clientIds.filter((id): id is number => id !== undefined && !this.isOnline(id));
    return { clientIds, lastSeen: await this.lastSeen.of(offline) };
  }

  private isOnline(clientId: number): boolean {
    return this.parts.sessions.ofClient(clientId).some(isPresent);
  }

  private changed(change: SessionChange): void {
    const { kind, summary, here, lost } = change;
    // A session of a node that is gone is written by all that are left.
    if (kind === 'closed' && isPresent(summary) && !this.isOnline(summary.clientId)) this.lastSeen.ended(summary.clientId, here || lost === true);
    this.watching.changed(change);
  }
}
