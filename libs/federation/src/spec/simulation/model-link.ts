import type { ReceiveCursor } from '@vestnik/core';
import type { Effect, LinkEvent, Reached } from '../../link/events.js';
import { WINDOW } from '../../link/sender.js';
import { DOWN, type LinkState, step } from '../../link/step.js';
import type { BundleFrame, HaveFrame, PingFrame } from '../../wire/frames.js';
import type { Installation } from './installation.js';
import type { ModelEntry, ModelPage } from './model-store.js';

/** What crosses a connection of the model. */
export type ModelPacket =
  | { readonly frame: BundleFrame; readonly entries: readonly ModelEntry[]; readonly key: number; readonly keys: KeyList }
  | { readonly frame: HaveFrame }
  | { readonly frame: PingFrame }
  | { readonly frame: { readonly t: 'keys' }; readonly keys: KeyList };

/** The keys of an installation that are valid; a list with a higher serial replaces it. */
export interface KeyList {
  readonly serial: number;
  readonly keys: readonly number[];
}

export interface Body {
  readonly entries: readonly ModelEntry[];
  readonly bytes: number;
}

/** What is taken at once may go past the window; its last entry too. */
const BYTES_OF_ONE_TAKE = 1024 * 1024;

type Store = Extract<Effect, { do: 'store' }>;
type LaneWork = Extract<Effect, { do: 'take' | 'unsend' }>;

/**
 * Runs the machine of one link over one connection, as the shell does: what of it goes to the store is begun, committed and
 * answered at moments that chance chooses, and is fenced by the lease.
 */
export class ModelLink {
  state: LinkState = DOWN;
  readonly bodies = new Map<number, Body>();
  /** For each remote what goes one after the other. */
  private readonly lanes = new Map<number, LaneWork[]>();
  private readonly acknowledging = new Map<number, number>();
  private readonly early: ModelPacket[] = [];
  private token = 0;
  ended = false;

  constructor(
    readonly owner: Installation,
    readonly neighbour: number,
    readonly generation: number,
    readonly connection: { send(packet: ModelPacket): void; close(): void },
  ) {}

  begin(reached: readonly Reached[]): void {
    this.dispatch({ kind: 'up', at: this.owner.world.clock, reached, paused: this.owner.paused.has(this.neighbour) });
    for (const packet of this.early.splice(0)) this.arrived(packet);
  }

  /** A frame for this installation. */
  arrived(packet: ModelPacket): void {
    if (this.ended) return;
    if (!this.state.up) {
      this.early.push(packet);
      return;
    }
    const { world } = this.owner;
    const { frame } = packet;
    switch (frame.t) {
      case 'bundle': {
        const { entries, key, keys } = packet as Extract<ModelPacket, { entries: unknown }>;
        const from = world.numberOf(frame.from);
        this.owner.learnKeys(from, keys);
        if (!this.owner.knowsKey(from, key)) {
          world.expect(from !== this.neighbour, 'a neighbour signs with a key that it has taken back');
          return;
        }
        const token = this.keep(entries, 0);
        this.dispatch({ kind: 'bundle', at: world.clock, remoteId: from, frame, token });
        return;
      }
      case 'have':
        this.dispatch({ kind: 'have', at: world.clock, remoteId: world.numberOf(frame.from), frame });
        return;
      case 'ping':
      case 'pong':
        this.dispatch({ kind: frame.t, at: world.clock, sentAt: frame.at });
        return;
      case 'keys':
        this.owner.learnKeys(this.neighbour, (packet as Extract<ModelPacket, { frame: { t: 'keys' } }>).keys);
    }
  }

  dispatch(event: LinkEvent): void {
    if (this.ended) return;
    const { state, effects } = step(this.state, event);
    this.state = state;
    const { world } = this.owner;
    if (world.tracing) world.note(this.owner.id, event, effects);
    for (const effect of effects) if (!this.ended) this.carryOut(effect);
  }

  end(): void {
    this.dispatch({ kind: 'down' });
    this.ended = true;
  }

  private carryOut(effect: Effect): void {
    const { owner } = this;
    const { world } = owner;
    switch (effect.do) {
      case 'send':
        this.connection.send({ frame: effect.frame });
        break;
      case 'have':
        this.connection.send({ frame: { ...effect.frame, from: owner.id } });
        break;
      case 'bundle':
        this.sendBundle(effect);
        break;
      case 'take':
      case 'unsend': {
        const lane = this.lanes.get(effect.remoteId) ?? [];
        this.lanes.set(effect.remoteId, lane);
        lane.push(effect);
        if (lane.length === 1) this.workLane(effect.remoteId, lane);
        break;
      }
      case 'acknowledge': {
        const waiting = this.acknowledging.has(effect.remoteId);
        this.acknowledging.set(effect.remoteId, Math.max(effect.number, this.acknowledging.get(effect.remoteId) ?? 0));
        if (waiting) break;
        world.later(owner, () => {
          const number = this.acknowledging.get(effect.remoteId) as number;
          this.acknowledging.delete(effect.remoteId);
          if (this.holds()) owner.acknowledged(effect.remoteId, number);
        });
        break;
      }
      case 'store':
        world.later(owner, () => this.store(effect));
        break;
      case 'discard':
        this.bodies.delete(effect.token);
        break;
      case 'close':
        this.connection.close();
        break;
      case 'quarantine':
        world.fail(`${owner.id} puts an honest neighbour into quarantine: ${effect.reason}`);
        break;
      case 'report':
        owner.reported(this.neighbour, effect.text);
    }
  }

  private sendBundle(effect: Extract<Effect, { do: 'bundle' }>): void {
    const { owner } = this;
    const { world } = owner;
    const body = this.bodies.get(effect.token);
    if (body === undefined) throw world.fail('a bundle without a body is sent');
    this.bodies.delete(effect.token);
    world.expect(body.entries.length === effect.frame.count, 'a bundle says another number of entries than it has');
    world.expect(!owner.paused.has(this.neighbour), 'a link that is paused sends');
    const sender = this.state.senders.get(effect.remoteId);
    world.expect(effect.frame.first + effect.frame.count - 1 - (sender?.has ?? 0) <= WINDOW.entries, 'more is under way than the window holds');
    const bytes = sender?.underWay.reduce((sum, part) => sum + part.bytes, 0) ?? 0;
    world.expect(bytes <= WINDOW.bytes + 2 * BYTES_OF_ONE_TAKE, 'more bytes are under way than the window holds');
    const frame: BundleFrame = { ...effect.frame, redelivered: world.broken === 'redelivered-untold' ? undefined : effect.frame.redelivered, from: owner.id };
    this.connection.send({ frame, entries: body.entries, key: owner.keys.keys.at(-1) as number, keys: owner.keys });
  }

  private keep(entries: readonly ModelEntry[], bytes: number): number {
    const token = ++this.token;
    this.bodies.set(token, { entries, bytes });
    return token;
  }

  private holds(): boolean {
    return !this.ended && this.owner.store.generations.get(this.neighbour) === this.generation;
  }

  private workLane(remoteId: number, lane: LaneWork[]): void {
    const { world, store } = this.owner;
    world.later(this.owner, () => {
      const work = lane[0] as LaneWork;
      // Committed here; whoever dies before the answer has committed and does not know.
      const fenced = store.generations.get(this.neighbour) !== this.generation;
      let page: ModelPage | undefined;
      const fails = !fenced && world.calls('store-fails');
      if (!fenced && !fails) {
        if (work.do === 'unsend') store.unsend(remoteId, work.number);
        else page = this.owner.take(remoteId, work.after, work);
      }
      world.later(this.owner, () => {
        if (this.ended) return;
        if (fenced) {
          this.connection.close();
          return;
        }
        if (work.do === 'take') {
          if (fails) this.dispatch({ kind: 'not-taken', remoteId, run: work.run });
          else this.tookPage(work, page);
        }
        lane.shift();
        if (lane.length > 0) this.workLane(remoteId, lane);
      });
    });
  }

  private tookPage({ remoteId, run }: Extract<Effect, { do: 'take' }>, page: ModelPage | undefined): void {
    const { world, store } = this.owner;
    const parts: { count: number; bytes: number; token: number }[] = [];
    for (let from = 0; page !== undefined && from < page.entries.length; ) {
      const count = Math.min(1 + world.chance.below(100), page.entries.length - from);
      const bytes = page.bytes.slice(from, from + count).reduce((sum, one) => sum + one, 0);
      parts.push({ count, bytes, token: this.keep(page.entries.slice(from, from + count), bytes) });
      from += count;
    }
    this.dispatch({
      kind: 'taken',
      at: world.clock,
      remoteId,
      run,
      first: page?.first ?? 0,
      epoch: page?.epoch ?? 0,
      parts,
      head: store.head(remoteId),
    });
  }

  private store(effect: Store): void {
    const { owner } = this;
    const { world } = owner;
    if (this.ended) return;
    if (world.calls('store-fails')) {
      world.later(owner, () => this.dispatch({ kind: 'not-stored', at: world.clock, remoteId: effect.remoteId }));
      return;
    }
    if (world.broken === 'acknowledges-before-commit') {
      // What it should answer is known already; the commit comes some time.
      this.answer(effect, { kind: 'received', number: effect.last });
      world.later(owner, () => void this.commit(effect));
      return;
    }
    const done = this.commit(effect);
    world.later(owner, () => this.answer(effect, done));
  }

  private commit(effect: Store): { kind: 'received'; number: number } | { kind: 'hole'; cursors: ReceiveCursor[] } | { kind: 'fenced' } {
    if (!this.holds()) return { kind: 'fenced' };
    const works: { number: number; entry: ModelEntry }[] = [];
    for (const { token, first } of effect.bundles) {
      const body = this.bodies.get(token);
      if (body === undefined) this.owner.world.fail('what is to be stored was discarded');
      else works.push(...body.entries.map((entry, n) => ({ number: first + n, entry })));
    }
    return this.owner.receive(effect, works);
  }

  private answer(effect: Store, done: ReturnType<ModelLink['commit']>): void {
    const { remoteId, epoch, bundles } = effect;
    if (this.ended) return;
    if (done.kind === 'fenced') {
      this.connection.close();
      return;
    }
    if (done.kind === 'hole') {
      this.dispatch({ kind: 'missing', at: this.owner.world.clock, remoteId, cursors: this.owner.store.cursorsOf(remoteId) });
      return;
    }
    if (this.owner.world.broken !== 'acknowledges-before-commit') for (const { token } of bundles) this.bodies.delete(token);
    this.dispatch({ kind: 'stored', remoteId, epoch, number: done.number });
  }
}
