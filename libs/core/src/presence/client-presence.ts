import { LIMITS, type Presence, type PresenceResult, parseWith, presenceClientsSchema, presenceSetSchema } from '@vestnik/protocol';
import { requireScope } from '../access/principal.js';
import { Remotes } from '../access/remotes.js';
import type { Tenants } from '../access/tenants.js';
import type { Caller } from '../delivery/caller.js';
import { liveOf } from '../delivery/live-of.js';
import type { Session } from '../delivery/session.js';
import type { Clock } from '../ports/clock.js';
import { type Line, NO_LINE } from '../ports/line.js';
import type { Log } from '../ports/log.js';
import type { Mailboxes } from '../ports/mailboxes.js';
import type { NodeBus } from '../ports/node-bus.js';
import { ForeignPresence } from './foreign-presence.js';
import { LastSeen } from './last-seen.js';
import { isPresent, presenceOf, tellPresence } from './presence-of.js';
import { type Asked, type AskedClient, type AskedElsewhere, PresenceReach } from './presence-reach.js';
import { RemotePresence } from './remote-presence.js';
import type { SessionChange, SessionRegistry } from './session-registry.js';
import { Watching } from './watching.js';

export interface PresenceParts {
  readonly installation: string;
  readonly sessions: SessionRegistry;
  readonly mailboxes: Mailboxes;
  readonly tenants: Tenants;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: NodeBus;
  /** Other installations. */
  readonly remotes?: Remotes;
  readonly line?: Line;
}

/**
 * Who is online, with the status that it set; and watching that.
 *
 * What it says follows from the live sessions of all nodes, so nothing is left of a node that is gone.
 */
export class ClientPresence {
  private readonly reach: PresenceReach;
  private readonly lastSeen: LastSeen;
  private readonly watching: Watching<Session>;
  private readonly remote: RemotePresence;
  private readonly foreign: ForeignPresence;

  constructor(private readonly parts: PresenceParts) {
    const { installation, sessions, mailboxes, tenants, clock, log, bus, line = NO_LINE, remotes = new Remotes(undefined) } = parts;
    this.reach = new PresenceReach(installation, tenants, remotes);
    this.lastSeen = new LastSeen(mailboxes, (clientId) => this.isOnline(clientId), clock, log);
    const mayStill = (session: Session, asked: Asked) => this.reach.stillMay(session.principal, asked);
    this.watching = new Watching(sessions, clock, mayStill);
    this.remote = new RemotePresence({ line, bus, clock, log, mayStill, remoteOf: (id) => remotes.byId(id) });
    this.foreign = new ForeignPresence({
      line,
      sessions,
      clock,
      mayAsk: (from, client) => this.reach.foreign(from, client),
      look: (asked) => this.look(asked),
    });
    sessions.onChange((change) => this.changed(change));
    tenants.onChange(() => {
      this.watching.recheck();
      this.foreign.recheck();
      this.remote.recheck();
    });
    remotes.onChange(() => this.remote.recheck());
  }

  /** How many clients are watched by sessions of this node, and by other installations through it. */
  get watchedCount(): number {
    return this.watching.size + this.remote.size + this.foreign.size;
  }

  /** @throws Problem `scope-missing`; `request-invalid` without a session: a status is that of a session that lives */
  async set(caller: Caller, params: unknown): Promise<Record<string, never>> {
    requireScope(caller.principal, 'presence');
    const { status, text } = parseWith(presenceSetSchema, params, 'request-invalid');
    const { session } = liveOf(caller);
    this.parts.sessions.update(session, { status, text, statusAt: this.parts.clock.now() });
    return {};
  }

  /** How things stand now, in the order asked. @throws Problem as {@link PresenceReach.read} and {@link RemotePresence.get} */
  async get(caller: Caller, params: unknown): Promise<PresenceResult> {
    const asked = this.asked(caller, params);
    const elsewhere = await this.remote.get(...placesOf(asked));
    const here = asked.filter((one) => one.kind === 'here');
    const { clientIds, lastSeen } = await this.look(here);
    const told = here.map(({ address }, at) => {
      const id = clientIds[at];
      return tellPresence(address, presenceOf(id === undefined ? [] : this.parts.sessions.ofClient(id), id === undefined ? undefined : lastSeen.get(id)));
    });
    return { clients: inOrder(asked, told, elsewhere) };
  }

  /** As {@link get}, and each change of it is pushed until `unwatch` or the end of the session. */
  async watch(caller: Caller, params: unknown): Promise<PresenceResult> {
    const asked = this.asked(caller, params);
    const session = liveOf(caller);
    const here = asked.filter((one) => one.kind === 'here');
    const letGo = this.watching.hold(here);
    try {
      const { clientIds, lastSeen } = await this.look(here);
      const room = LIMITS.watchedPerClient - this.watching.countOf(session.session) - this.watching.freshOf(session.session, here);
      const elsewhere = here.length === asked.length ? [] : await this.remote.watch(session, ...placesOf(asked), room);
      const told = this.watching.watch(session, here, clientIds, lastSeen, LIMITS.watchedPerClient - this.remote.countOf(session.session));
      return { clients: inOrder(asked, told, elsewhere) };
    } finally {
      letGo();
    }
  }

  /** Those that are not watched are passed over; so is whom the client may not ask for any more. */
  async unwatch(caller: Caller, params: unknown): Promise<Record<string, never>> {
    requireScope(caller.principal, 'presence');
    const { clients } = parseWith(presenceClientsSchema, params, 'request-invalid');
    const session = liveOf(caller);
    const named = this.reach.named(caller.principal, clients);
    this.watching.unwatch(
      session,
      named.filter((one) => one.kind === 'here'),
    );
    this.remote.unwatch(
      session,
      named.filter((one) => one.kind === 'remote'),
    );
    return {};
  }

  /** For the shutdown, after the sessions have ended: keeps when their clients were seen last. */
  close(): Promise<void> {
    return this.lastSeen.close();
  }

  private asked(caller: Caller, params: unknown): Asked[] {
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
    this.foreign.changed(change);
    if (kind === 'closed' && here) this.remote.gone(summary.session);
  }
}

/** Those that are asked for at other installations, with where they stood in the request. */
function placesOf(asked: readonly Asked[]): [AskedElsewhere[], string[]] {
  const elsewhere: AskedElsewhere[] = [];
  const paths: string[] = [];
  for (const [at, one] of asked.entries()) {
    if (one.kind !== 'remote') continue;
    elsewhere.push(one);
    paths.push(`clients/${at}`);
  }
  return [elsewhere, paths];
}

function inOrder(asked: readonly Asked[], here: readonly Presence[], elsewhere: readonly Presence[]): Presence[] {
  const [nextHere, nextElsewhere] = [here.values(), elsewhere.values()];
  return asked.map(({ kind }) => (kind === 'here' ? nextHere : nextElsewhere).next().value as Presence);
}
