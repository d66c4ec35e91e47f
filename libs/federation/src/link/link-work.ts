import {
  type Clock,
  type CommittedEntries,
  Fenced,
  type Lease,
  type LinkEntry,
  type LinkLog,
  type Log,
  type OutboxPage,
  type ReceivedWork,
  type Receiving,
  type Remote,
  type Remotes,
  type Timer,
} from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import type { LinkConnection } from '../connection/connection.js';
import { decodeEntries } from '../wire/bundle.js';
import type { BundleFrame, ByeFrame, HaveFrame, Packet, RoutedFrame } from '../wire/frames.js';
import { type LinkSigner, signPacket } from '../wire/signing.js';
import type { Effect, LinkEvent, Reached, TakenPart } from './events.js';
import { packEntries } from './pack.js';
import { WINDOW } from './sender.js';
import { DOWN, type LinkState, step } from './step.js';

const TICK_MS = 1_000;
/** How often what became of messages is put into the outbox that brings it home. */
const HOME_MS = 200;
const HOME_STATES = 4_000;
/** What came and is not stored, of one installation and in all: far more than is sent before the sender is told to go on. */
const HELD_BYTES = { perRemote: 4 * WINDOW.bytes, all: 16 * WINDOW.bytes } as const;

export interface WorkParts {
  /** This installation. */
  readonly own: () => { readonly id: string; readonly keys: string };
  readonly lease: Lease;
  readonly connection: LinkConnection;
  readonly signer: LinkSigner;
  readonly linkLog: LinkLog;
  readonly receiving: Receiving;
  readonly remotes: Remotes;
  readonly entries: CommittedEntries;
  readonly clock: Clock;
  readonly log: Log;
  readonly report: (text: string) => void;
  readonly quarantine: (reason: string) => void;
}

/** Runs the state machine of a link over one connection: carries out what it decides, and tells it what came of that. */
export class LinkWork {
  private state: LinkState = DOWN;
  private readonly bodies = new Map<number, Uint8Array>();
  private readonly held = new HeldBytes();
  private token = 0;
  private readonly timers: Timer[] = [];
  /** What is done for each outbox goes one after the other. */
  private readonly chains = new Map<number, Promise<void>>();
  private readonly acknowledged = new Map<number, number>();
  private acknowledging = false;
  private bringing = false;
  private ended = false;
  private readonly reaching = new Map<number, Promise<void>>();
  private readonly events: LinkEvent[] = [];
  private stepping = false;
  /** What came before this side was ready to work. */
  private readonly early: (() => void)[] = [];
  /** Messages that went and came, for the rate. */
  sent = 0;
  received = 0;

  constructor(private readonly parts: WorkParts) {}

  get roundTrip(): number | undefined {
    return this.state.roundTrip;
  }

  get up(): boolean {
    return this.state.up;
  }

  /** Begins to exchange messages: the link is active. */
  async begin(paused: boolean): Promise<void> {
    const { clock, remotes, lease } = this.parts;
    const reached = await this.look(remotes.all().filter(({ via }) => via === lease.link));
    if (this.ended) return;
    this.dispatch({ kind: 'up', at: clock.monotonic(), reached, paused });
    for (const replay of this.early.splice(0)) replay();
    this.timers.push(
      clock.every(TICK_MS, () => this.dispatch({ kind: 'tick', at: clock.monotonic() })),
      clock.every(HOME_MS, () => void this.bringHome()),
    );
  }

  /** One more installation is reached over this link. */
  reach(remote: Remote): Promise<void> {
    if (this.state.senders.has(remote.id)) return Promise.resolve();
    let reaching = this.reaching.get(remote.id);
    if (reaching === undefined) {
      reaching = this.look([remote])
        .then((all) => {
          for (const reached of all) this.dispatch({ kind: 'reached', reached });
        })
        .finally(() => this.reaching.delete(remote.id));
      this.reaching.set(remote.id, reaching);
    }
    return reaching;
  }

  pause(paused: boolean): void {
    this.dispatch({ kind: 'paused', paused });
  }

  grown(remoteId: number): void {
    if (this.state.senders.has(remoteId)) this.dispatch({ kind: 'grown', remoteId });
  }

  heard(): void {
    this.dispatch({ kind: 'heard', at: this.parts.clock.monotonic() });
  }

  ping(kind: 'ping' | 'pong', sentAt: number): void {
    this.dispatch({ kind, at: this.parts.clock.monotonic(), sentAt });
  }

  /** A bundle that was signed by the installation it is from, for this one. */
  bundle(remote: Remote, packet: Packet<BundleFrame>): void {
    if (this.ended) return;
    const body = packet.body ?? new Uint8Array();
    const token = ++this.token;
    if (!this.held.take(token, remote.id, body.length)) {
      if (remote.installation !== this.parts.lease.link) return;
      this.parts.quarantine('it sends more than it was allowed');
      this.close('protocol', 'more came than was allowed');
      return;
    }
    this.bodies.set(token, body);
    const kept = this.whenReached(remote, () =>
      this.dispatch({ kind: 'bundle', at: this.parts.clock.monotonic(), remoteId: remote.id, frame: packet.frame, token }),
    );
    if (!kept) this.forget(token);
  }

  have(remote: Remote, frame: HaveFrame): void {
    this.whenReached(remote, () => this.dispatch({ kind: 'have', at: this.parts.clock.monotonic(), remoteId: remote.id, frame }));
  }

  /** Nothing more is done for this connection. */
  end(): void {
    if (this.ended) return;
    this.dispatch({ kind: 'down' });
    this.ended = true;
    for (const timer of this.timers) timer.cancel();
    this.bodies.clear();
    this.early.length = 0;
  }

  /**
   * The other side may be ready before this one; and something may come from behind it of which this one has not heard yet.
   * @returns whether it is done, or will be
   */
  private whenReached(remote: Remote, work: () => void): boolean {
    if (this.state.up && this.state.receivers.has(remote.id)) work();
    else if (this.state.up) this.reach(remote).then(work, (error: unknown) => this.failed('an installation could not be looked up', error));
    else if (this.ended || this.early.length >= 100) return false;
    else this.early.push(work);
    return true;
  }

  private forget(token: number): void {
    this.bodies.delete(token);
    this.held.give(token);
  }

  private async look(remotes: readonly Remote[]): Promise<Reached[]> {
    const { linkLog, lease } = this.parts;
    const heads = new Map((await linkLog.heads(remotes.map(({ id }) => id))).map((head) => [head.remoteId, head]));
    return Promise.all(
      remotes.flatMap(({ id, installation }) => {
        const head = heads.get(id);
        if (head === undefined) return [];
        return [linkLog.cursors(id).then((cursors): Reached => ({ remoteId: id, installation, direct: installation === lease.link, head, cursors }))];
      }),
    );
  }

  /** One event after the other, whatever effects bring about at once. */
  private dispatch(event: LinkEvent): void {
    if (this.ended) return;
    this.events.push(event);
    if (this.stepping) return;
    this.stepping = true;
    try {
      for (let next = this.events.shift(); next !== undefined; next = this.events.shift()) {
        const { state, effects } = step(this.state, next);
        this.state = state;
        for (const effect of effects) this.carryOut(effect);
      }
    } finally {
      this.stepping = false;
    }
  }

  private carryOut(effect: Effect): void {
    const { connection } = this.parts;
    switch (effect.do) {
      case 'send':
        connection.send({ frame: effect.frame });
        break;
      case 'have':
        connection.send(this.addressed({ frame: { ...effect.frame, from: this.parts.own().id } }));
        break;
      case 'bundle': {
        const body = this.bodies.get(effect.token);
        this.bodies.delete(effect.token);
        this.sent += effect.frame.count;
        if (body !== undefined) connection.send(this.signed({ frame: { ...effect.frame, from: this.parts.own().id }, body }));
        break;
      }
      case 'take':
        this.inTurn(effect.remoteId, () => this.take(effect));
        break;
      case 'unsend':
        this.inTurn(effect.remoteId, () => this.parts.linkLog.unsend(this.parts.lease, effect.remoteId, effect.number));
        break;
      case 'acknowledge':
        this.acknowledged.set(effect.remoteId, Math.max(effect.number, this.acknowledged.get(effect.remoteId) ?? 0));
        void this.acknowledge();
        break;
      case 'store':
        void this.store(effect);
        break;
      case 'discard':
        this.forget(effect.token);
        break;
      case 'close':
        this.close(effect.reason);
        break;
      case 'quarantine':
        this.parts.quarantine(effect.reason);
        this.close('protocol', effect.reason);
        break;
      case 'report':
        this.parts.report(effect.text);
    }
  }

  private close(reason: ByeFrame['reason'], detail?: string): void {
    this.parts.connection.close(reason, detail);
    this.end();
  }

  /** Between neighbours the connection says who speaks; beyond them every word is signed. */
  private addressed(packet: Packet<HaveFrame>): Packet {
    return packet.frame.to === this.parts.lease.link ? packet : this.signed(packet);
  }

  private signed<One extends RoutedFrame>(packet: Packet<One>): Packet<One> {
    const signed = signPacket(packet, this.parts.signer);
    return packet.frame.to === this.parts.lease.link ? signed : { ...signed, frame: { ...signed.frame, keys: this.parts.own().keys } };
  }

  private inTurn(remoteId: number, work: () => Promise<void>): void {
    const before = this.chains.get(remoteId) ?? Promise.resolve();
    this.chains.set(
      remoteId,
      before.then(() => (this.ended ? undefined : work())).catch((error: unknown) => this.failed('an outbox could not be worked on', error)),
    );
  }

  private async take({ remoteId, run, after, entries, bytes }: Extract<Effect, { do: 'take' }>): Promise<void> {
    let page: OutboxPage | undefined;
    try {
      page = await this.parts.linkLog.take(this.parts.lease, remoteId, after, { entries, bytes });
    } catch (error) {
      this.dispatch({ kind: 'not-taken', remoteId, run });
      throw error;
    }
    if (this.ended) return;
    const head = page?.head ?? this.state.senders.get(remoteId)?.head;
    if (head === undefined) return;
    const parts = page === undefined ? [] : this.bundles(page.entries);
    this.dispatch({ kind: 'taken', at: this.parts.clock.monotonic(), remoteId, run, first: page?.first ?? 0, epoch: page?.epoch ?? 0, parts, head });
    // What was not put on the wire is not kept.
    if (this.stepping) return;
    for (const { token } of parts) this.bodies.delete(token);
  }

  private bundles(entries: readonly LinkEntry[]): TakenPart[] {
    return packEntries(entries).map(({ count, body }) => {
      const token = ++this.token;
      this.bodies.set(token, body);
      return { count, bytes: body.length, token };
    });
  }

  /** The newest of each; more may have come meanwhile. */
  private async acknowledge(): Promise<void> {
    if (this.acknowledging) return;
    this.acknowledging = true;
    try {
      for (let [next] = this.acknowledged; next !== undefined && !this.ended; [next] = this.acknowledged) {
        this.acknowledged.delete(next[0]);
        await this.parts.linkLog.acknowledge(this.parts.lease, next[0], next[1]);
      }
    } catch (error) {
      this.failed('an acknowledgement could not be written', error);
    } finally {
      this.acknowledging = false;
    }
  }

  private async store({ remoteId, epoch, first, last, after, redelivered, bundles }: Extract<Effect, { do: 'store' }>): Promise<void> {
    const { linkLog, receiving, remotes, clock } = this.parts;
    const entries: LinkEntry[] = [];
    for (const [n, { token, first: number }] of bundles.entries()) {
      const body = this.bodies.get(token);
      const count = (bundles[n + 1]?.first ?? last + 1) - number;
      const read = body === undefined ? undefined : decodeEntries(body, count);
      if (read === undefined) {
        this.parts.quarantine('a bundle that it has signed cannot be read');
        this.close('protocol', 'a bundle cannot be read');
        return;
      }
      // What overlaps stands in the one before it.
      entries.splice(number - first, entries.length, ...read);
    }
    const remote = remotes.byId(remoteId);
    try {
      if (remote === undefined) throw new Fenced('the link was removed');
      const works = await receiving.judge(remote, first, entries, redelivered);
      const done = await this.receive(remoteId, { epoch, after }, works);
      if (this.ended) return;
      if (done === 'hole') {
        const cursors = await linkLog.cursors(remoteId);
        this.dispatch({ kind: 'missing', at: clock.monotonic(), remoteId, cursors });
        return;
      }
      for (const { token } of bundles) this.forget(token);
      this.received += entries.length;
      this.dispatch({ kind: 'stored', remoteId, epoch, number: done });
    } catch (error) {
      this.failed('what came could not be stored', error);
      this.dispatch({ kind: 'not-stored', at: clock.monotonic(), remoteId });
    }
  }

  /** Writes; what fails for its own sake is found by halves and refused, so that it keeps nothing else away. */
  private async receive(
    remoteId: number,
    { epoch, after }: { readonly epoch: number; readonly after: { epoch: number; number: number } | undefined },
    works: readonly ReceivedWork[],
  ): Promise<number | 'hole'> {
    const { linkLog, lease, entries, log } = this.parts;
    const first = (works[0] as ReceivedWork).number;
    const last = (works.at(-1) as ReceivedWork).number;
    try {
      const done = await linkLog.receive(lease, remoteId, { epoch, first, last, after, works });
      if (done.kind === 'hole') return 'hole';
      entries.committed(done.entries);
      return done.number;
    } catch (error) {
      if (error instanceof Problem || error instanceof Fenced) throw error;
      if (works.length > 1) {
        const half = Math.ceil(works.length / 2);
        const before = await this.receive(remoteId, { epoch, after }, works.slice(0, half));
        if (before === 'hole') return 'hole';
        return this.receive(remoteId, { epoch, after: { epoch, number: first + half - 1 } }, works.slice(half));
      }
      const [work] = works as [ReceivedWork];
      if (work.append === undefined && work.states === undefined && work.home === undefined && work.withdraw === undefined) throw error;
      if (work.append === undefined) {
        log.error('an entry from another installation could not be taken in, and is passed over', { error, number: work.number });
        return this.receive(remoteId, { epoch, after }, [{ number: work.number }]);
      }
      log.error('a message from another installation could not be stored, and is refused', { error, id: work.append.message.id });
      const { message, destinations } = work.append;
      const refused = destinations.map(({ to }) => ({
        id: message.id,
        to: to.slice(0, to.lastIndexOf('.')),
        state: 'refused' as const,
        at: this.parts.clock.now(),
        reason: 'internal',
      }));
      return this.receive(remoteId, { epoch, after }, [{ number: work.number, states: [...(work.states ?? []), ...refused] }]);
    }
  }

  private async bringHome(): Promise<void> {
    if (this.bringing || this.ended || !this.state.up) return;
    this.bringing = true;
    try {
      for (const remoteId of this.state.senders.keys()) {
        const brought = await this.parts.linkLog.bringHome(this.parts.lease, remoteId, HOME_STATES);
        if (brought > 0) this.grown(remoteId);
      }
    } catch (error) {
      this.failed('states could not be put out for another installation', error);
    } finally {
      this.bringing = false;
    }
  }

  private failed(what: string, error: unknown): void {
    if (this.ended) return;
    if (error instanceof Fenced) {
      this.close('taken-over');
      return;
    }
    if (error instanceof Problem) this.parts.log.warn(`${what}; it is tried again`, { error: error.detail });
    else this.parts.log.error(what, { error });
  }
}

/** Counts what came and is not stored. */
class HeldBytes {
  private readonly byToken = new Map<number, { readonly remoteId: number; readonly bytes: number }>();
  private readonly byRemote = new Map<number, number>();
  private all = 0;

  /** @returns whether there is room */
  take(token: number, remoteId: number, bytes: number): boolean {
    const here = this.byRemote.get(remoteId) ?? 0;
    if (here + bytes > HELD_BYTES.perRemote || this.all + bytes > HELD_BYTES.all) return false;
    this.byToken.set(token, { remoteId, bytes });
    this.byRemote.set(remoteId, here + bytes);
    this.all += bytes;
    return true;
  }

  give(token: number): void {
    const one = this.byToken.get(token);
    if (one === undefined) return;
    this.byToken.delete(token);
    this.byRemote.set(one.remoteId, (this.byRemote.get(one.remoteId) ?? 0) - one.bytes);
    this.all -= one.bytes;
  }
}
