import { type Address, formatAddress, type LinePresenceState, linePresenceSchema, lineWatchSchema, Problem } from '@vestnik/protocol';
import { isoTime, type Push } from '../delivery/push.js';
import { readParams, writtenHere, writtenThere } from '../line/foreign.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { Line, LineRequest } from '../ports/line.js';
import type { Remote } from '../ports/links.js';
import { type PresenceState, presenceOf, tellPresence } from './presence-of.js';
import type { AskedClient } from './presence-reach.js';
import type { SessionChange, SessionRegistry } from './session-registry.js';
import type { Watcher } from './telling.js';
import { Watching } from './watching.js';

/** Who watches asks again before this is over, or it is forgotten: nobody need say that it is gone. */
export const WATCH_LASTS_MS = 150_000;
const SWEEP_MS = 30_000;
/** Clients that one installation watches here, counted once for each of its clients that does. */
const WATCHED_PER_REMOTE = 100_000;

export interface ForeignPresenceParts {
  readonly line: Line;
  readonly sessions: SessionRegistry;
  readonly clock: Clock;
  /** @param from whole, as it is written here */
  readonly mayAsk: (from: string, client: Address) => AskedClient | undefined;
  readonly look: (asked: readonly AskedClient[]) => Promise<{ clientIds: (number | undefined)[]; lastSeen: Map<number, number> }>;
}

/** A client of another installation that watches, for one of its nodes. */
class ForeignWatcher implements Watcher {
  readonly alive = true;
  /** Whom it watches, and when it last asked for that, by the monotonic clock. */
  readonly watched = new Map<string, { readonly asked: AskedClient; readonly client: Address; at: number }>();

  constructor(
    readonly session: string,
    readonly remote: Remote,
    /** Whole, as it is written here. */
    readonly from: string,
    private readonly word: string,
    private readonly line: Line,
    private readonly now: () => number,
  ) {}

  ready(): boolean {
    return true;
  }

  /** What is lost on the way is made good when it asks again. */
  push({ params }: Push): void {
    const { client, ...state } = JSON.parse(params) as LinePresenceState & { client: string };
    const changes = [[writtenThere(this.from), writtenThere(client), state]];
    this.line.tell(this.remote, 'presence.changed', JSON.stringify({ watcher: this.word, asOf: isoTime(this.now()), changes }));
  }
}

/**
 * Presence as other installations ask for it: told where the tenant allows `presence`, and watched as long as they ask again.
 */
export class ForeignPresence {
  private readonly watching: Watching<ForeignWatcher>;
  private readonly watchers = new Map<string, ForeignWatcher>();
  private readonly counts = new Map<number, number>();
  private sweeping: Timer | undefined;

  constructor(private readonly parts: ForeignPresenceParts) {
    const { line, sessions, clock } = parts;
    this.watching = new Watching(sessions, clock, (watcher, asked) => this.mayStill(watcher, asked));
    line.serve('presence.get', (request) => this.get(request));
    line.serve('presence.watch', (request) => this.watch(request));
    line.serve('presence.unwatch', (request) => this.unwatch(request));
    line.onChange((remote, reached) => {
      if (!reached) this.forget(({ remote: { id } }) => id === remote.id);
    });
  }

  /** How many clients are watched. */
  get size(): number {
    return this.watching.size;
  }

  /** A session of any node has opened, changed or ended. */
  changed(change: SessionChange): void {
    this.watching.changed(change);
  }

  /** What tenants accept has changed. */
  recheck(): void {
    this.watching.recheck();
  }

  private async get({ remote, params }: LineRequest): Promise<string> {
    const asked = this.judge(remote, readParams(linePresenceSchema, params).pairs);
    const told = asked.filter((one) => one !== undefined);
    const { clientIds, lastSeen } = await this.parts.look(told);
    const states = told.map(({ address }, at) => tellPresence(address, this.stateOf(clientIds[at], lastSeen)));
    return this.answer(asked, states);
  }

  private async watch({ remote, params, signal }: LineRequest): Promise<string> {
    const { pairs, watcher: word } = readParams(lineWatchSchema, params);
    const asked = this.judge(remote, pairs);
    if ((this.counts.get(remote.id) ?? 0) + pairs.length > WATCHED_PER_REMOTE) {
      throw new Problem('rate-limited', `an installation watches ${WATCHED_PER_REMOTE} clients here at most`, { retryAfter: 60 });
    }
    const told = asked.filter((one) => one !== undefined);
    const letGo = this.watching.hold(told);
    try {
      const { clientIds, lastSeen } = await this.parts.look(told);
      const watchers = pairs.filter((_pair, at) => asked[at] !== undefined).map(([from, client]) => ({ from: writtenHere(from, remote), client }));
      // The link was lost meanwhile: nobody is there to be told.
      const lost = signal.aborted;
      const states = told.map((one, at) => {
        if (lost) return tellPresence(one.address, this.stateOf(clientIds[at], lastSeen));
        const { from, client } = watchers[at] as { from: string; client: Address };
        const watcher = this.watcherOf(remote, word, from);
        this.note(watcher, one, client);
        return this.watching.watch(watcher, [one], [clientIds[at]], lastSeen, Number.POSITIVE_INFINITY)[0] ?? tellPresence(one.address, presenceOf([]));
      });
      return this.answer(asked, states);
    } finally {
      letGo();
    }
  }

  private unwatch({ remote, params }: LineRequest): Promise<undefined> {
    const { pairs, watcher: word } = readParams(lineWatchSchema, params);
    for (const [from, client] of pairs) {
      const watcher = this.watchers.get(keyOf(remote, word, writtenHere(from, remote)));
      if (watcher !== undefined) this.stop(watcher, within(client));
    }
    return Promise.resolve(undefined);
  }

  private judge(remote: Remote, pairs: readonly (readonly [Address, Address])[]): (AskedClient | undefined)[] {
    return pairs.map(([from, client]) => this.parts.mayAsk(writtenHere(from, remote), client));
  }

  /** One state for each that was asked for, in order; of whom nothing is told, `null`. */
  private answer(asked: readonly (AskedClient | undefined)[], states: readonly { readonly client: string }[]): string {
    let at = 0;
    const told = asked.map((one) => {
      if (one === undefined) return null;
      const { client: _client, ...state } = states[at++] ?? { client: '' };
      return state;
    });
    return JSON.stringify({ asOf: isoTime(this.parts.clock.now()), states: told });
  }

  private stateOf(clientId: number | undefined, lastSeen: ReadonlyMap<number, number>): PresenceState {
    return clientId === undefined ? presenceOf([]) : presenceOf(this.parts.sessions.ofClient(clientId), lastSeen.get(clientId));
  }

  private mayStill({ from, watched }: ForeignWatcher, asked: AskedClient): boolean {
    const one = watched.get(writtenThere(asked.address));
    return one !== undefined && this.parts.mayAsk(from, one.client) !== undefined;
  }

  private watcherOf(remote: Remote, word: string, from: string): ForeignWatcher {
    const key = keyOf(remote, word, from);
    let watcher = this.watchers.get(key);
    if (watcher === undefined) {
      watcher = new ForeignWatcher(key, remote, from, word, this.parts.line, () => this.parts.clock.now());
      this.watchers.set(key, watcher);
      this.sweeping ??= this.parts.clock.every(SWEEP_MS, () => this.sweep());
    }
    return watcher;
  }

  private note(watcher: ForeignWatcher, asked: AskedClient, client: Address): void {
    const name = writtenThere(asked.address);
    const known = watcher.watched.get(name);
    if (known !== undefined) {
      known.at = this.parts.clock.monotonic();
      return;
    }
    watcher.watched.set(name, { asked, client, at: this.parts.clock.monotonic() });
    this.counts.set(watcher.remote.id, (this.counts.get(watcher.remote.id) ?? 0) + 1);
  }

  private stop(watcher: ForeignWatcher, name: string): void {
    const one = watcher.watched.get(name);
    if (one === undefined) return;
    watcher.watched.delete(name);
    this.watching.unwatch(watcher, [one.asked]);
    const left = (this.counts.get(watcher.remote.id) ?? 1) - 1;
    if (left > 0) this.counts.set(watcher.remote.id, left);
    else this.counts.delete(watcher.remote.id);
    if (watcher.watched.size > 0) return;
    this.watchers.delete(watcher.session);
    if (this.watchers.size > 0) return;
    this.sweeping?.cancel();
    this.sweeping = undefined;
  }

  private sweep(): void {
    const before = this.parts.clock.monotonic() - WATCH_LASTS_MS;
    this.forget(
      () => true,
      (at) => at <= before,
    );
  }

  private forget(whose: (watcher: ForeignWatcher) => boolean, which: (at: number) => boolean = () => true): void {
    for (const watcher of [...this.watchers.values()]) {
      if (whose(watcher)) for (const [name, { at }] of [...watcher.watched]) if (which(at)) this.stop(watcher, name);
    }
  }
}

function keyOf({ id }: Remote, word: string, from: string): string {
  return `${id} ${word} ${from}`;
}

function within({ addressee, tenant = '' }: Address): string {
  return formatAddress(addressee, tenant, []);
}
