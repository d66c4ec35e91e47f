import { Problem } from '@vestnik/protocol';
import type { Delivery } from '../delivery/delivery.js';
import { Push } from '../delivery/push.js';
import type { Session } from '../delivery/session.js';
import { MultiMap } from '../multi-map.js';
import type { Clock } from '../ports/clock.js';
import type { NodeBus, NodeMessage, SessionSummary } from '../ports/node-bus.js';
import type { SessionRegistry } from '../presence/session-registry.js';

/** What a called session answered: JSON text as it was sent. */
export type CalledAnswer = { readonly result: string; readonly error?: undefined } | { readonly result?: undefined; readonly error: string };

/** Why a called session will not answer: it has ended, or it does not read what it is sent. */
export type Lost = 'gone' | 'choked';

/** A call as the wire sees it: of each session that it waits for it is told once. */
export interface WaitingCall {
  readonly id: string;
  /** The sessions that have neither answered nor been lost, by their own words. */
  readonly pending: Map<string, SessionSummary>;
  /** The session is no longer pending. A Problem is what the bus has against its answer. */
  answered(session: SessionSummary, answer: CalledAnswer | Problem): void;
  /** The session is no longer pending. */
  lost(session: SessionSummary, because: Lost): void;
}

export interface WireParts {
  readonly delivery: Delivery;
  readonly sessions: SessionRegistry;
  readonly bus: NodeBus;
  readonly clock: Clock;
  /** What the bus has against an answer of this session, if anything. */
  readonly check: (session: SessionSummary, answer: CalledAnswer) => Problem | undefined;
}

/** A call of another node that was pushed to a session of this one. */
interface Guest {
  readonly id: string;
  readonly session: string;
  /** The node that waits for the answer. */
  readonly node: string;
  /** By the monotonic clock. */
  readonly at: number;
}

/** Sessions in one message between nodes. */
const PART = 100;
/** No call lives so long: its caller is gone, and the news of that was lost. */
const FORGOTTEN_MS = 150_000;

/**
 * Carries calls to the sessions of all nodes, and their answers back.
 *
 * A session may answer only what was pushed to it; other answers are ignored. Nothing is repeated: what is lost between
 * nodes ends as a timeout. A session that ends, wherever it is, is lost to its calls as soon as this node hears of it.
 */
export class CallWire {
  private readonly waiting = new Map<string, WaitingCall>();
  private readonly bySession = new MultiMap<string, WaitingCall>();
  private readonly guests = new Map<string, Guest>();
  private sweeping = false;

  constructor(private readonly parts: WireParts) {
    const { sessions, bus } = parts;
    sessions.onChange(({ kind, summary }) => {
      if (kind === 'closed') for (const call of this.bySession.of(summary.session)) this.lose(call, summary.session, 'gone');
    });
    bus.subscribe((message, node) => this.receive(message, node));
    bus.onNodeGone((node) => this.callerGone(node));
  }

  /**
   * Pushes a call to all its pending sessions.
   *
   * @param params JSON text, the same for all
   */
  begin(call: WaitingCall, params: string): void {
    const { delivery, sessions } = this.parts;
    this.waiting.set(call.id, call);
    const push = new Push('call', params, undefined, call.id);
    let elsewhere: Map<string, string[]> | undefined;
    const called = [...call.pending.keys()];
    for (const session of called) this.bySession.add(session, call);
    for (const session of called) {
      // What was pushed before may have ended it.
      if (!call.pending.has(session)) continue;
      const here = delivery.session(session);
      const place = here === undefined ? sessions.find(session) : undefined;
      if (here !== undefined) {
        const lost = hand(here, push);
        if (lost !== undefined) this.lose(call, session, lost);
      } else if (place === undefined || place.here) {
        this.lose(call, session, 'gone');
      } else {
        elsewhere ??= new Map();
        const there = elsewhere.get(place.node);
        if (there === undefined) elsewhere.set(place.node, [session]);
        else there.push(session);
      }
    }
    if (elsewhere !== undefined && this.waiting.has(call.id)) {
      this.publish(elsewhere, (node, part) => ({ kind: 'call', node, id: call.id, sessions: part, params }));
    }
  }

  /** Nobody waits for the answers that are pending: whoever was called is told. */
  end(call: WaitingCall): void {
    if (!this.waiting.delete(call.id)) return;
    const { delivery, sessions } = this.parts;
    let cancel: Push | undefined;
    let elsewhere: Map<string, string[]> | undefined;
    for (const session of call.pending.keys()) {
      this.bySession.delete(session, call);
      const here = delivery.session(session);
      const node = here === undefined ? sessions.find(session)?.node : undefined;
      if (here !== undefined) {
        cancel ??= cancelOf(call.id);
        here.push(cancel);
      } else if (node !== undefined) {
        elsewhere ??= new Map();
        const there = elsewhere.get(node);
        if (there === undefined) elsewhere.set(node, [session]);
        else there.push(session);
      }
    }
    call.pending.clear();
    if (elsewhere !== undefined) this.publish(elsewhere, (node, part) => ({ kind: 'call-cancel', node, id: call.id, sessions: part }));
  }

  /** A session of this node has answered. */
  answered(session: string, id: string, answer: CalledAnswer): void {
    if (this.waiting.has(id)) this.settle(id, session, answer);
    else if (this.guests.delete(keyOf(session, id))) this.parts.bus.publish({ kind: 'call-answer', id, session, ...answer });
  }

  /** A session of this node will not answer, although it lives: nobody knows whether the call was carried out. */
  interrupted(session: string, id: string): void {
    const call = this.waiting.get(id);
    if (call !== undefined) this.lose(call, session, 'gone');
    else if (this.guests.delete(keyOf(session, id))) this.parts.bus.publish({ kind: 'call-answer', id, session, lost: 'gone' });
  }

  private settle(id: string, session: string, answer: CalledAnswer): void {
    const call = this.waiting.get(id);
    const summary = call?.pending.get(session);
    if (call === undefined || summary === undefined) return;
    this.take(call, session);
    call.answered(summary, this.parts.check(summary, answer) ?? answer);
  }

  private lose(call: WaitingCall, session: string, because: Lost): void {
    const summary = call.pending.get(session);
    if (summary === undefined) return;
    this.take(call, session);
    call.lost(summary, because);
  }

  private take(call: WaitingCall, session: string): void {
    call.pending.delete(session);
    this.bySession.delete(session, call);
  }

  // Between nodes.

  private publish(byNode: ReadonlyMap<string, readonly string[]>, message: (node: string, sessions: readonly string[]) => NodeMessage): void {
    for (const [node, sessions] of byNode) {
      for (let at = 0; at < sessions.length; at += PART) this.parts.bus.publish(message(node, sessions.slice(at, at + PART)));
    }
  }

  private receive(message: NodeMessage, node: string): void {
    switch (message.kind) {
      case 'call':
        if (message.node === this.parts.bus.nodeId) this.takeIn(message, node);
        break;
      case 'call-cancel':
        if (message.node === this.parts.bus.nodeId) for (const session of message.sessions) this.dismiss(keyOf(session, message.id));
        break;
      case 'call-answer': {
        const { id, session, result, error, lost } = message;
        this.guests.delete(keyOf(session, id));
        const call = this.waiting.get(id);
        if (call === undefined) break;
        if (lost !== undefined) this.lose(call, session, lost);
        else if (error !== undefined) this.settle(id, session, { error });
        else if (result !== undefined) this.settle(id, session, { result });
      }
    }
  }

  /** Pushes a call of another node to sessions of this one. */
  private takeIn({ id, sessions, params }: Extract<NodeMessage, { kind: 'call' }>, node: string): void {
    const push = new Push('call', params, undefined, id);
    for (const session of sessions) {
      const here = this.parts.delivery.session(session);
      const guest: Guest = { id, session, node, at: this.parts.clock.monotonic() };
      this.guests.set(keyOf(session, id), guest);
      const lost = here === undefined ? 'gone' : hand(here, push);
      if (lost === undefined) continue;
      this.guests.delete(keyOf(session, id));
      this.parts.bus.publish({ kind: 'call-answer', id, session, lost });
    }
    this.sweepLater();
  }

  private callerGone(node: string): void {
    for (const [key, guest] of this.guests) if (guest.node === node) this.dismiss(key);
  }

  /** Nobody waits for the answer of a session of this node. */
  private dismiss(key: string): void {
    const guest = this.guests.get(key);
    if (guest === undefined) return;
    this.guests.delete(key);
    this.parts.delivery.session(guest.session)?.push(cancelOf(guest.id));
  }

  private sweepLater(): void {
    if (this.sweeping || this.guests.size === 0) return;
    this.sweeping = true;
    this.parts.clock.after(FORGOTTEN_MS, () => {
      this.sweeping = false;
      const before = this.parts.clock.monotonic() - FORGOTTEN_MS;
      for (const [key, { at }] of this.guests) if (at <= before) this.guests.delete(key);
      this.sweepLater();
    });
  }
}

/** @returns why it could not be handed over */
function hand(session: Session, push: Push): Lost | undefined {
  if (!session.alive) return 'gone';
  // Who reads too slowly is not given what the node would have to hold.
  if (!session.takesCalls()) return 'choked';
  return session.push(push) ? undefined : 'gone';
}

function cancelOf(id: string): Push {
  return new Push('cancel', JSON.stringify({ id }));
}

function keyOf(session: string, id: string): string {
  return `${session} ${id}`;
}
