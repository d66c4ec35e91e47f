import { LIMITS, type Presence, Problem } from '@vestnik/protocol';
import { Push } from '../delivery/push.js';
import type { Clock, Timer } from '../ports/clock.js';
import { OFFLINE_AFTER_MS, type PresenceState, presenceOf, sameStatus, tellPresence } from './presence-of.js';
import type { AskedClient } from './presence-reach.js';
import type { SessionChange, SessionRegistry } from './session-registry.js';
import { Telling, type Watcher } from './telling.js';

/** Changes of one client are told no more often than this; the last one always is. */
const APART_MS = 200;

/** A client that some session of this node, or another installation, watches. */
interface Watched<Who> {
  readonly asked: AskedClient;
  /** Absent until it is known; another one when it was forgotten and came back. */
  clientId: number | undefined;
  readonly watchers: Set<Who>;
  /** Those who are about to watch it. */
  holds: number;
  /** What all watchers were told last. */
  told: PresenceState;
  toldAt: number;
  /** When its last session ended, or it was seen last. */
  lastSeen: number | undefined;
  waiting: { readonly timer: Timer; readonly dueAt: number } | undefined;
}

/**
 * Which sessions of this node watch whom, and telling them of changes.
 *
 * A client is kept by its name, so that one that nobody knows can be watched, and is not made known by that. Coming online
 * and a new status are told at once; what a session's end brings (offline, fewer sessions, another status) after
 * {@link OFFLINE_AFTER_MS}, if it is still so. Told is only what differs from what was told before.
 */
export class Watching<Who extends Watcher> {
  private readonly byName = new Map<string, Watched<Who>>();
  private readonly bySession = new Map<string, Set<Watched<Who>>>();
  private readonly telling: Telling<Who, Watched<Who>>;

  constructor(
    private readonly sessions: SessionRegistry,
    private readonly clock: Clock,
    private readonly mayStill: (watcher: Who, asked: AskedClient) => boolean,
  ) {
    this.telling = new Telling(clock, (watcher, watched) => {
      if (!watched.watchers.has(watcher)) return undefined;
      if (this.mayStill(watcher, watched.asked)) return pushOf(watched);
      this.leave(watcher, watched);
      return undefined;
    });
  }

  /**
   * Watches clients for a session, from this turn on.
   *
   * @param clientIds of those that are known
   * @param lastSeen by id
   * @param room how many it may watch in all
   * @returns what is told of each now; changes of it follow
   * @throws Problem `request-invalid` where these would be too many for one session
   */
  watch(
    session: Who,
    asked: readonly AskedClient[],
    clientIds: readonly (number | undefined)[],
    lastSeen: ReadonlyMap<number, number>,
    room: number,
  ): Presence[] {
    const own = this.bySession.get(session.session) ?? new Set<Watched<Who>>();
    if (own.size + this.freshOf(session.session, asked) > room) {
      throw tooManyWatched(LIMITS.watchedPerClient - room + own.size);
    }
    if (session.alive) this.bySession.set(session.session, own);
    return asked.map((one, at) => {
      const watched = this.byName.get(keyOf(one)) ?? this.begin(one);
      const clientId = clientIds[at];
      if (watched.watchers.size === 0) {
        watched.clientId ??= clientId;
        watched.lastSeen ??= clientId === undefined ? undefined : lastSeen.get(clientId);
        watched.told = this.stateOf(watched);
      }
      if (session.alive) {
        watched.watchers.add(session);
        own.add(watched);
      }
      this.endIfIdle(watched);
      return tellPresence(one.address, watched.told);
    });
  }

  /**
   * Follows clients whose ids are asked for just now, so that one that becomes known meanwhile is not missed.
   * @returns lets go of them
   */
  hold(asked: readonly AskedClient[]): () => void {
    const held = asked.map((one) => this.byName.get(keyOf(one)) ?? this.begin(one));
    for (const watched of held) watched.holds++;
    return () => {
      for (const watched of held) {
        watched.holds--;
        this.endIfIdle(watched);
      }
    };
  }

  private begin(asked: AskedClient): Watched<Who> {
    const nothing = { clientId: undefined, lastSeen: undefined, waiting: undefined };
    const watched: Watched<Who> = { asked, ...nothing, watchers: new Set(), holds: 0, told: presenceOf([]), toldAt: Number.NEGATIVE_INFINITY };
    this.byName.set(keyOf(asked), watched);
    return watched;
  }

  unwatch(session: Who, asked: readonly AskedClient[]): void {
    for (const one of asked) {
      const watched = this.byName.get(keyOf(one));
      if (watched !== undefined) this.leave(session, watched);
    }
  }

  /** How many of these a session does not watch yet. */
  freshOf(session: string, asked: readonly AskedClient[]): number {
    const own = this.bySession.get(session);
    return new Set(asked.map(keyOf).filter((key) => own?.has(this.byName.get(key) as Watched<Who>) !== true)).size;
  }

  /** How many clients a session watches. */
  countOf(session: string): number {
    return this.bySession.get(session)?.size ?? 0;
  }

  /** How many clients are watched from here. */
  get size(): number {
    return this.byName.size;
  }

  /** What tenants accept has changed. */
  recheck(): void {
    for (const watched of [...this.byName.values()]) {
      for (const session of [...watched.watchers]) if (!this.mayStill(session, watched.asked)) this.leave(session, watched);
    }
  }

  /** A session of any node has opened, changed or ended. */
  changed({ kind, summary, here }: SessionChange): void {
    if (kind === 'closed' && here) this.gone(summary.session);
    const watched = this.byName.get(keyOf({ tenantId: summary.tenantId, name: summary.client }));
    if (watched === undefined) return;
    if (kind === 'opened') watched.clientId = summary.clientId;
    if (kind === 'closed') watched.lastSeen = this.clock.now();
    if (watched.watchers.size > 0) this.consider(watched, kind === 'changed' || (kind === 'opened' && summary.status !== undefined));
  }

  /** @param set whether somebody has set a status just now */
  private consider(watched: Watched<Who>, set: boolean): void {
    const now = this.stateOf(watched);
    const atOnce = (now.online && !watched.told.online) || (set && !sameStatus(now, watched.told));
    const monotonic = this.clock.monotonic();
    if (!atOnce) {
      if (watched.waiting === undefined && differs(now, watched.told)) this.wait(watched, monotonic + OFFLINE_AFTER_MS);
      return;
    }
    const dueAt = watched.toldAt + APART_MS;
    if (dueAt <= monotonic) this.tell(watched);
    else if (watched.waiting === undefined || watched.waiting.dueAt > dueAt) this.wait(watched, dueAt);
  }

  private wait(watched: Watched<Who>, dueAt: number): void {
    watched.waiting?.timer.cancel();
    watched.waiting = { dueAt, timer: this.clock.after(dueAt - this.clock.monotonic(), () => this.tell(watched)) };
  }

  private stateOf({ clientId, lastSeen }: Watched<Who>): PresenceState {
    return presenceOf(clientId === undefined ? [] : this.sessions.ofClient(clientId), lastSeen);
  }

  private tell(watched: Watched<Who>): void {
    watched.waiting?.timer.cancel();
    watched.waiting = undefined;
    const now = this.stateOf(watched);
    if (!differs(now, watched.told)) return;
    watched.told = now;
    watched.toldAt = this.clock.monotonic();
    for (const session of [...watched.watchers]) this.telling.tell(session, watched);
  }

  private gone(session: string): void {
    for (const watched of this.bySession.get(session) ?? []) {
      for (const watcher of watched.watchers) if (watcher.session === session) this.leave(watcher, watched);
    }
    this.bySession.delete(session);
  }

  private leave(session: Who, watched: Watched<Who>): void {
    watched.watchers.delete(session);
    const own = this.bySession.get(session.session);
    own?.delete(watched);
    if (own?.size === 0) this.bySession.delete(session.session);
    this.telling.forget(session, watched);
    this.endIfIdle(watched);
  }

  private endIfIdle(watched: Watched<Who>): void {
    if (watched.watchers.size > 0) return;
    watched.waiting?.timer.cancel();
    watched.waiting = undefined;
    if (watched.holds === 0) this.byName.delete(keyOf(watched.asked));
  }
}

function keyOf({ tenantId, name }: Pick<AskedClient, 'tenantId' | 'name'>): string {
  return `${tenantId} ${name}`;
}

/** @param already how many it watches */
export function tooManyWatched(already: number): Problem {
  return new Problem('request-invalid', `clients: a session watches ${LIMITS.watchedPerClient} clients at most`, {
    errors: [{ path: 'clients', message: `${LIMITS.watchedPerClient} at most, ${already} are watched already` }],
    limit: LIMITS.watchedPerClient,
  });
}

function pushOf({ asked, told }: Watched<unknown>): Push {
  return new Push('presence', JSON.stringify(tellPresence(asked.address, told)));
}

/** Whether there is something to tell. When an offline client was seen last is told only with its going. */
function differs(now: PresenceState, told: PresenceState): boolean {
  return !sameStatus(now, told) || (now.online && (now.sessions !== told.sessions || now.since !== told.since));
}
