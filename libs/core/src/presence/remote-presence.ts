import { LIMITS, type LinePresenceState, linePresenceChangedSchema, linePresenceResultSchema, type Presence, Problem } from '@vestnik/protocol';
import { Push } from '../delivery/push.js';
import type { Session } from '../delivery/session.js';
import { readParams } from '../line/foreign.js';
import { linkDown } from '../line/line-problems.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { Line, LineRequest } from '../ports/line.js';
import type { Remote } from '../ports/links.js';
import type { Log } from '../ports/log.js';
import type { NodeBus } from '../ports/node-bus.js';
import { type AskedElsewhere, presenceRefused } from './presence-reach.js';
import { Telling } from './telling.js';
import { tooManyWatched } from './watching.js';

/** The far side is asked no longer than this. */
const PATIENCE_MS = 3_000;
/** Whoever watches is told that a client is gone when its link has been down for so long: most links are back before. */
export const LINK_LOST_AFTER_MS = 5_000;
/** The far side forgets a watch that is not asked for again: `WATCH_LASTS_MS` there. */
const RENEW_MS = 60_000;
const RETRY_MS = 5_000;
/** What was said of clients, for when their link is down. The oldest goes. */
const KNOWN = 10_000;

export interface RemotePresenceParts {
  readonly line: Line;
  readonly bus: NodeBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly remoteOf: (id: number) => Remote | undefined;
  readonly mayStill: (session: Session, asked: AskedElsewhere) => boolean;
}

/** What an installation has said of one of its clients. */
interface Said {
  readonly state: LinePresenceState;
  /** When, by its clock; RFC 3339. */
  readonly asOf: string;
}

/** A client there that is watched here, on behalf of one client here. */
interface Pair {
  readonly asked: AskedElsewhere;
  readonly watchers: Set<Session>;
  /** Those who are about to watch it. */
  holds: number;
  said: Said | undefined;
  /** Its link has been down for a while. */
  lost: boolean;
  /** What watchers were told last, without its age. */
  shown: string;
}

/**
 * The presence of clients of other installations: asked for, and watched. They say it, and to whom; what they have said is shown with
 * its age.
 *
 * While a link is down `get` answers what was said last; whoever watches is told `online: false`, as nobody there can be reached, and
 * how things stand as soon as the link is back.
 */
export class RemotePresence {
  private readonly known = new Map<string, Said>();
  private readonly pairs = new Map<string, Pair>();
  private readonly bySession = new Map<string, Set<Pair>>();
  private readonly telling: Telling<Session, Pair>;
  private renewing: Timer | undefined;

  constructor(private readonly parts: RemotePresenceParts) {
    const { line, bus, clock } = parts;
    this.telling = new Telling(clock, (session, pair) => this.pushOf(session, pair));
    line.serve('presence.changed', (request) => this.heard(request));
    line.onChange((remote, reached) => (reached ? this.renew(remote) : this.linkLost(remote)));
    bus.subscribe((message) => {
      if (message.kind !== 'presence-changed' || message.node !== bus.nodeId) return;
      const remote = this.parts.remoteOf(message.remoteId);
      if (remote !== undefined) this.take(remote, readParams(linePresenceChangedSchema, message.params));
    });
  }

  /** How many clients a session watches. */
  countOf(session: string): number {
    return this.bySession.get(session)?.size ?? 0;
  }

  get size(): number {
    return this.pairs.size;
  }

  /**
   * @param paths of each that is asked for, where it stood in the request
   * @throws Problem `recipient-refused`; `unavailable` where the link is down and nothing was said before
   */
  async get(asked: readonly AskedElsewhere[], paths: readonly string[]): Promise<Presence[]> {
    const answers = await this.askAll('presence.get', asked);
    return asked.map((one, at) => {
      const answer = answers[at] as Said | 'refused' | Problem;
      if (answer === 'refused') throw presenceRefused(paths[at] ?? 'clients');
      const said = answer instanceof Problem ? this.known.get(keyOf(one)) : answer;
      if (said === undefined) throw answer;
      return tell(one.address, said);
    });
  }

  /**
   * As {@link get}, and changes follow. It is taken also while the link is down: nobody there is online then.
   *
   * @param room how many of these the session may watch in all
   * @throws Problem `request-invalid` where that is too many; `recipient-refused`: nothing is watched then
   */
  async watch(session: Session, asked: readonly AskedElsewhere[], paths: readonly string[], room: number): Promise<Presence[]> {
    this.checkRoom(session, asked, room);
    const pairs = asked.map((one) => this.pairOf(one));
    for (const pair of pairs) pair.holds++;
    try {
      const answers = await this.askAll('presence.watch', asked);
      const refused = answers.indexOf('refused');
      if (refused >= 0) throw presenceRefused(paths[refused] ?? 'clients');
      this.checkRoom(session, asked, room);
      // It may have heard of it or not: it is asked again.
      for (const remote of new Set(asked.filter((_one, at) => answers[at] instanceof Problem).map((one) => one.remote))) {
        if (this.parts.line.reaches(remote)) this.parts.clock.after(RETRY_MS, () => this.renew(remote));
      }
      return pairs.map((pair, at) => {
        const answer = answers[at] as Said | Problem;
        if (!(answer instanceof Problem)) this.update(pair, answer);
        else if (pair.said === undefined || !this.parts.line.reaches(pair.asked.remote)) this.show(pair, true);
        if (session.alive) {
          pair.watchers.add(session);
          const own = this.bySession.get(session.session) ?? new Set();
          this.bySession.set(session.session, own.add(pair));
        }
        return this.presenceOf(pair);
      });
    } finally {
      for (const pair of pairs) {
        pair.holds--;
        this.endIfIdle(pair);
      }
    }
  }

  unwatch(session: Session, asked: readonly AskedElsewhere[]): void {
    for (const one of asked) {
      const pair = this.pairs.get(keyOf(one));
      if (pair !== undefined) this.leave(session, pair);
    }
  }

  /** A session of this node has ended. */
  gone(session: string): void {
    for (const pair of [...(this.bySession.get(session) ?? [])]) {
      for (const watcher of [...pair.watchers]) if (watcher.session === session) this.leave(watcher, pair);
    }
  }

  /** What clients here may ask for has changed, or a link is gone. */
  recheck(): void {
    for (const pair of [...this.pairs.values()]) {
      for (const session of [...pair.watchers]) if (!this.parts.mayStill(session, pair.asked)) this.leave(session, pair);
    }
  }

  private checkRoom(session: Session, asked: readonly AskedElsewhere[], room: number): void {
    const own = this.bySession.get(session.session) ?? new Set<Pair>();
    const fresh = new Set(asked.map(keyOf).filter((key) => !own.has(this.pairs.get(key) as Pair)));
    if (own.size + fresh.size > room) throw tooManyWatched(LIMITS.watchedPerClient - room + own.size);
  }

  private pairOf(asked: AskedElsewhere): Pair {
    const key = keyOf(asked);
    let pair = this.pairs.get(key);
    if (pair === undefined) {
      pair = { asked, watchers: new Set(), holds: 0, said: this.known.get(key), lost: false, shown: '' };
      this.pairs.set(key, pair);
      this.renewing ??= this.parts.clock.every(RENEW_MS, () => this.renewAll());
    }
    return pair;
  }

  // What others say.

  /** Asks each installation for its clients. @returns for each, in order, what it said, or why it said nothing */
  private async askAll(method: 'presence.get' | 'presence.watch', asked: readonly AskedElsewhere[]): Promise<(Said | 'refused' | Problem)[]> {
    const byRemote = new Map<number, number[]>();
    for (const [at, { remote }] of asked.entries()) byRemote.set(remote.id, [...(byRemote.get(remote.id) ?? []), at]);
    const answers: (Said | 'refused' | Problem)[] = [];
    await Promise.all(
      [...byRemote.values()].map(async (places) => {
        const said = await this.ask(
          method,
          places.map((at) => asked[at] as AskedElsewhere),
        );
        for (const [n, at] of places.entries()) answers[at] = said[n] as Said | 'refused' | Problem;
      }),
    );
    return answers;
  }

  /** @param asked clients of one installation, 1 to 1,000 */
  private async ask(method: 'presence.get' | 'presence.watch', asked: readonly AskedElsewhere[]): Promise<(Said | 'refused' | Problem)[]> {
    const { line, bus } = this.parts;
    const [first] = asked;
    if (first === undefined) return [];
    const { remote } = first;
    try {
      const params = { pairs: asked.map(({ from, wire }) => [from, wire]), ...(method === 'presence.watch' ? { watcher: bus.nodeId } : {}) };
      const text = await line.ask(remote, method, JSON.stringify(params), { timeoutMs: PATIENCE_MS });
      const { asOf, states } = readParams(linePresenceResultSchema, text);
      return asked.map((one, at) => {
        const state = states[at];
        if (state === undefined) return saidNothing(remote);
        if (state === null) {
          this.known.delete(keyOf(one));
          return 'refused';
        }
        const said = { state, asOf };
        this.remember(keyOf(one), said);
        return said;
      });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const problem = line.reaches(remote) ? saidNothing(remote) : linkDown(remote);
      return asked.map(() => problem);
    }
  }

  /** Told by another installation; it may be for sessions of another node. */
  private heard({ remote, params }: LineRequest): Promise<undefined> {
    const { bus } = this.parts;
    const changed = readParams(linePresenceChangedSchema, params);
    if (changed.watcher === bus.nodeId) this.take(remote, changed);
    else if (bus.others() > 0) bus.publish({ kind: 'presence-changed', node: changed.watcher, remoteId: remote.id, params });
    return Promise.resolve(undefined);
  }

  private take(remote: Remote, { asOf, changes }: { asOf: string; changes: readonly [string, string, LinePresenceState][] }): void {
    for (const [from, wire, state] of changes) {
      const pair = this.pairs.get(keyOf({ remote, from, wire }));
      // Only what was asked for is taken, and nothing that is older than what is known.
      if (pair === undefined || (pair.said !== undefined && Date.parse(asOf) < Date.parse(pair.said.asOf))) continue;
      this.remember(keyOf(pair.asked), { state, asOf });
      this.update(pair, { state, asOf });
    }
  }

  private remember(key: string, said: Said): void {
    this.known.delete(key);
    this.known.set(key, said);
    if (this.known.size > KNOWN) this.known.delete(this.known.keys().next().value as string);
  }

  private update(pair: Pair, said: Said): void {
    pair.said = said;
    this.show(pair, false);
  }

  // What watchers are told.

  private show(pair: Pair, lost: boolean): void {
    pair.lost = lost;
    const { asOf: _asOf, ...presence } = this.presenceOf(pair);
    const shown = JSON.stringify(presence);
    if (shown === pair.shown) return;
    pair.shown = shown;
    for (const session of [...pair.watchers]) this.telling.tell(session, pair);
  }

  private presenceOf({ asked: { address }, said, lost }: Pair): Presence {
    if (said !== undefined && !lost) return tell(address, said);
    return { client: address, online: false, sessions: 0, ...(said === undefined ? {} : { asOf: said.asOf }) };
  }

  private pushOf(session: Session, pair: Pair): Push | undefined {
    if (!pair.watchers.has(session)) return undefined;
    if (this.parts.mayStill(session, pair.asked)) return new Push('presence', JSON.stringify(this.presenceOf(pair)));
    this.leave(session, pair);
    return undefined;
  }

  private leave(session: Session, pair: Pair): void {
    pair.watchers.delete(session);
    this.telling.forget(session, pair);
    const own = this.bySession.get(session.session);
    own?.delete(pair);
    if (own?.size === 0) this.bySession.delete(session.session);
    this.endIfIdle(pair);
  }

  private endIfIdle(pair: Pair): void {
    const { asked, watchers, holds } = pair;
    if (watchers.size > 0 || holds > 0 || this.pairs.get(keyOf(asked)) !== pair) return;
    this.pairs.delete(keyOf(asked));
    const { line, bus } = this.parts;
    line.tell(asked.remote, 'presence.unwatch', JSON.stringify({ pairs: [[asked.from, asked.wire]], watcher: bus.nodeId }));
    if (this.pairs.size > 0) return;
    this.renewing?.cancel();
    this.renewing = undefined;
  }

  // As links come and go.

  private linkLost(remote: Remote): void {
    if (this.pairsOf(remote).length === 0) return;
    this.parts.clock.after(LINK_LOST_AFTER_MS, () => {
      if (!this.parts.line.reaches(remote)) for (const pair of this.pairsOf(remote)) this.show(pair, true);
    });
  }

  private renewAll(): void {
    const remotes = new Map([...this.pairs.values()].map(({ asked: { remote } }) => [remote.id, remote]));
    for (const remote of remotes.values()) this.renew(remote);
  }

  /** Asks anew for all that is watched at an installation: what it told meanwhile may be lost, and it forgets. */
  private renew(remote: Remote): void {
    this.renewNow(remote).catch((error: unknown) => this.parts.log.error('presence of another installation could not be asked for', { error }));
  }

  private async renewNow(remote: Remote): Promise<void> {
    const pairs = this.pairsOf(remote);
    for (let at = 0; at < pairs.length && this.parts.line.reaches(remote); at += LIMITS.watchedPerClient) {
      const some = pairs.slice(at, at + LIMITS.watchedPerClient);
      const answers = await this.ask(
        'presence.watch',
        some.map(({ asked }) => asked),
      );
      let again = false;
      for (const [n, pair] of some.entries()) {
        const answer = answers[n];
        if (answer instanceof Problem || answer === undefined) again = true;
        // As within an installation: of who does not allow it any more nothing more is told.
        else if (answer === 'refused') for (const session of [...pair.watchers]) this.leave(session, pair);
        else this.update(pair, answer);
      }
      if (again) {
        this.parts.clock.after(RETRY_MS, () => this.renew(remote));
        return;
      }
    }
  }

  private pairsOf({ id }: Remote): Pair[] {
    return [...this.pairs.values()].filter(({ asked }) => asked.remote.id === id);
  }
}

function keyOf({ remote, from, wire }: Pick<AskedElsewhere, 'remote' | 'from' | 'wire'>): string {
  return `${remote.id} ${from} ${wire}`;
}

function tell(client: string, { state, asOf }: Said): Presence {
  return { client, ...state, asOf };
}

function saidNothing({ path }: Remote): Problem {
  return new Problem('unavailable', `the installation ${path.join('.')} did not say it in time`, { link: path.at(-1), retryAfter: 5 });
}
