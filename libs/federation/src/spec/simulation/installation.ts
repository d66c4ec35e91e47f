import type { Effect } from '../../link/events.js';
import type { ModelConnection } from './model-connection.js';
import { type KeyList, ModelLink } from './model-link.js';
import { type FinalState, HOUR_MS, type Lying, type ModelEntry, type ModelPage, ModelStore } from './model-store.js';
import type { World } from './world.js';

/** How far back a backup may reach so that the others still have all that it lacks. */
const BACKUP_MS = 60 * HOUR_MS;

interface Backup {
  readonly store: ModelStore;
  readonly at: number;
}

/** One installation: its store, which outlives it, and what runs on it until it dies. */
export class Installation {
  readonly id: string;
  store: ModelStore;
  /** By neighbour, what holds the lease now. */
  readonly links = new Map<number, ModelLink>();
  readonly connections = new Map<number, ModelConnection>();
  readonly paused = new Set<number>();
  /** Restarts count: what was begun before one is lost. */
  life = 0;
  restores = 0;
  keys: KeyList;
  readonly keyLists = new Map<number, KeyList>();
  /** Its clock jumps. */
  skew = 0;
  private readonly backups: Backup[] = [];
  /** The last number that was appended here of each remote and epoch, in this history: order. */
  private lastOf = new Map<string, number>();

  constructor(
    readonly world: World,
    readonly number: number,
    readonly neighbours: readonly number[],
    readonly remotes: readonly number[],
  ) {
    this.id = 'abc'[number - 1] as string;
    this.store = new ModelStore(remotes);
    this.store.epoch = world.newEpoch();
    this.keys = { serial: 1, keys: [world.newKey()] };
  }

  get now(): number {
    return this.world.clock + this.skew;
  }

  /** A client sends. */
  send(remoteId: number, ttlMs: number, bytes: number): void {
    const id = this.world.newMessage(this.number, remoteId);
    this.store.append(remoteId, { kind: 'message', id, ttlMs }, this.now, bytes);
    this.grown(remoteId);
  }

  grown(remoteId: number): void {
    const { world } = this;
    world.later(this, () => {
      for (const link of this.links.values()) if (link.state.senders.has(remoteId)) link.dispatch({ kind: 'grown', remoteId });
    });
  }

  /** A client ends a message that came from elsewhere. */
  finish(at: number, state: FinalState): void {
    const { open } = this.store;
    const lying = open[at] as Lying;
    open[at] = open.at(-1) as Lying;
    open.pop();
    this.store.homeward.get(lying.remoteId)?.push([lying.id, state]);
    this.store.flush();
  }

  bringHome(): void {
    for (const remoteId of this.remotes) if (this.store.bringHome(remoteId, this.now)) this.grown(remoteId);
  }

  /** Ends what was never sent, and, here, what came and was not acknowledged in time. */
  expire(): void {
    for (const remoteId of this.remotes) for (const id of this.store.expire(remoteId, this.now)) this.world.endedUnsent(this, remoteId, id);
    for (let at = this.store.open.length - 1; at >= 0; at--) if ((this.store.open[at] as Lying).expiresAt <= this.now) this.finish(at, 'expired');
  }

  withdraw(remoteId: number, number: number): void {
    const id = this.store.withdraw(remoteId, number, this.now);
    if (id !== undefined) this.world.endedUnsent(this, remoteId, id);
    else this.grown(remoteId);
  }

  take(remoteId: number, after: number, limit: { entries: number; bytes: number }): ModelPage | undefined {
    const { world } = this;
    const late = world.broken === 'sent-after-wire';
    const ended: number[] = [];
    const page = this.store.take(remoteId, after, limit, this.now, !late, ended);
    for (const id of ended) world.endedUnsent(this, remoteId, id);
    if (page !== undefined && late) {
      const box = this.store.box(remoteId);
      world.later(this, () => {
        box.sent = Math.max(box.sent, page.first + page.entries.length - 1);
      });
    }
    return page;
  }

  acknowledged(remoteId: number, number: number): void {
    this.store.acknowledge(remoteId, number, this.now);
  }

  /** Writes what has come with the cursor, in one transaction. */
  receive(
    { remoteId, epoch, first, last, after, redelivered }: Extract<Effect, { do: 'store' }>,
    works: readonly { number: number; entry: ModelEntry }[],
  ): { kind: 'received'; number: number } | { kind: 'hole'; cursors: [] } {
    const { store, world } = this;
    const cursors = store.cursors.get(remoteId) as Map<number, { number: number; at: number }>;
    let cursor = cursors.get(epoch)?.number;
    if (cursor === undefined && (after === undefined || (cursors.get(after.epoch)?.number ?? -1) >= after.number)) cursor = first - 1;
    if (cursor !== undefined && cursor < first - 1 && after === undefined) cursor = first - 1;
    if (cursor === undefined || cursor < first - 1) return { kind: 'hole', cursors: [] };
    if (cursor >= last) return { kind: 'received', number: cursor };

    const fresh = works.filter(({ number }) => number > (cursor as number));
    let expected = cursor;
    for (const { number, entry } of fresh) {
      world.expect(number === ++expected, 'what is stored at once has a hole or an overlap');
      this.takeIn(remoteId, epoch, number, entry, redelivered);
    }
    world.expect(expected === last, 'the cursor goes past what was stored, or not up to it');
    if (world.broken === 'cursor-apart') {
      world.later(this, () => store.moveCursor(remoteId, epoch, last, this.now));
    } else {
      store.moveCursor(remoteId, epoch, last, this.now);
    }
    store.flush();
    return { kind: 'received', number: last };
  }

  private takeIn(remoteId: number, epoch: number, number: number, entry: ModelEntry, redelivered: boolean): void {
    const { store, world } = this;
    world.received(this, remoteId, epoch, number, entry, redelivered);
    const key = `${remoteId}/${world.hasLostHistory(remoteId) ? epoch : 0}`;
    world.expect(number > (this.lastOf.get(key) ?? 0), 'what was sent later came earlier');
    this.lastOf.set(key, number);
    switch (entry.kind) {
      case 'message':
        store.log.add(entry.id);
        if (world.chance.onceIn(50)) store.homeward.get(remoteId)?.push([entry.id, 'refused']);
        else store.open.push({ id: entry.id, remoteId, expiresAt: this.now + entry.ttlMs });
        break;
      case 'states':
        for (const [id, state] of entry.states) store.stateHome(id, state);
        break;
      case 'withdraw': {
        const at = store.open.findIndex(({ id }) => id === entry.id);
        if (at >= 0) this.finish(at, 'withdrawn');
      }
    }
  }

  /** Takes the lease, looks where it stands, and works. */
  connect(connection: ModelConnection, neighbour: number): void {
    const { world } = this;
    world.later(this, () => {
      if (connection.closed) return;
      const generation = (this.store.generations.get(neighbour) ?? 0) + 1;
      this.store.generations.set(neighbour, generation);
      this.store.flush();
      // Whoever held it before ends: the other side has connected anew.
      this.connections.get(neighbour)?.close();
      const link = new ModelLink(this, neighbour, generation, { send: (packet) => connection.send(this.number, packet), close: () => connection.close() });
      this.connections.set(neighbour, connection);
      this.links.set(neighbour, link);
      connection.open(this.number, link);
      connection.send(this.number, { frame: { t: 'keys' }, keys: this.keys });
      world.later(this, () => {
        if (link.ended) return;
        const reached = this.remotes.filter((remote) => world.via(this.number, remote) === neighbour);
        link.begin(
          reached.map((remoteId) => ({
            remoteId,
            installation: world.installation(remoteId).id,
            direct: remoteId === neighbour,
            head: this.store.head(remoteId),
            cursors: this.store.cursorsOf(remoteId),
          })),
        );
      });
    });
  }

  pause(neighbour: number): void {
    const paused = !this.paused.delete(neighbour);
    if (paused) this.paused.add(neighbour);
    this.links.get(neighbour)?.dispatch({ kind: 'paused', paused });
  }

  /** A new key, or an old one less; neighbours hear of it at once. */
  rotate(): void {
    const { keys, serial } = this.keys;
    this.keys = { serial: serial + 1, keys: keys.length > 1 ? keys.slice(1) : [...keys, this.world.newKey()] };
    for (const [neighbour, connection] of this.connections) {
      if (this.links.get(neighbour)?.ended === false) connection.send(this.number, { frame: { t: 'keys' }, keys: this.keys });
    }
  }

  learnKeys(from: number, list: KeyList): void {
    if (list.serial > (this.keyLists.get(from)?.serial ?? 0)) this.keyLists.set(from, list);
  }

  knowsKey(from: number, key: number): boolean {
    return this.keyLists.get(from)?.keys.includes(key) === true;
  }

  /** Its processes die. @param database also Postgres */
  crash(database: boolean): void {
    this.life++;
    for (const connection of this.connections.values()) connection.close();
    this.connections.clear();
    this.links.clear();
    if (database) this.store.crash();
    this.store.epoch = this.world.newEpoch();
    this.world.forgetTransit(this.number);
  }

  backUp(): void {
    this.backups.push({ store: this.store.copy(), at: this.world.clock });
    if (this.backups.length > 3) this.backups.splice(this.world.chance.below(3), 1);
  }

  /** The store as it was some time ago takes the place of this one. */
  restore(): boolean {
    const usable = this.backups.filter(({ at }) => this.world.options.oldBackups === true || at > this.world.clock - BACKUP_MS);
    if (usable.length === 0) return false;
    const { store, at } = this.world.chance.one(usable);
    if (this.world.clock - at > BACKUP_MS) this.world.historyGone = true;
    this.crash(false);
    const epoch = this.world.broken === 'numbers-again' ? store.epoch : this.world.newEpoch();
    this.store = store.copy();
    this.store.epoch = epoch;
    // Backups of the time that is lost are of no use.
    this.backups.splice(0, this.backups.length, ...this.backups.filter((one) => one.at <= at));
    this.restores++;
    this.lastOf = new Map();
    return true;
  }

  tick(): void {
    for (const link of this.links.values()) link.dispatch({ kind: 'tick', at: this.world.clock });
  }

  reported(neighbour: number, text: string): void {
    this.world.reported(this, neighbour, text);
  }
}
