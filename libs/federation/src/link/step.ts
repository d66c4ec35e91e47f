import type { Effect, LinkEvent, Reached } from './events.js';
import { askAgain, beginReceiver, bundle, missing, notStored, type Receiver, refuseQueued, stored, tellAll, tickReceiver } from './receiver.js';
import { beginSender, grown, have, type Sender, type Stepped, takeMore, taken, tickSender, WINDOW } from './sender.js';

const PING_MS = 15_000;
const DEAD_MS = 40_000;

/** How a link's connection stands: all that one node knows of it while it works for it. Plain data. */
export interface LinkState {
  readonly up: boolean;
  readonly paused: boolean;
  readonly heardAt: number;
  readonly pingedAt: number;
  /** Milliseconds, of the last ping that was answered. */
  readonly roundTrip: number | undefined;
  readonly senders: ReadonlyMap<number, Sender>;
  readonly receivers: ReadonlyMap<number, Receiver>;
}

export const DOWN: LinkState = {
  up: false,
  paused: false,
  heardAt: 0,
  pingedAt: 0,
  roundTrip: undefined,
  senders: new Map(),
  receivers: new Map(),
};

export interface Step {
  readonly state: LinkState;
  readonly effects: readonly Effect[];
}

/**
 * What a link does: a pure function, without sockets, timers, clock or chance, so that a simulation can run it through
 * every order of events. Whoever runs it carries out the effects in their order and tells what came of them by events.
 *
 * Effects of a connection that is down are not carried out any more, and what was begun for it is not told.
 */
export function step(state: LinkState, event: LinkEvent): Step {
  if (event.kind === 'up') return up(event.at, event.reached, event.paused);
  if (!state.up) return { state, effects: [] };
  switch (event.kind) {
    case 'down':
      return { state: DOWN, effects: [] };
    case 'reached':
      return reached(state, event.reached);
    case 'paused':
      return pause(state, event.paused);
    case 'bundle': {
      const { remoteId, frame, token, at } = event;
      // What was under way when it was paused is sent again later.
      if (state.paused) return { state: heard(state, at), effects: [{ do: 'discard', token }] };
      return receiving(heard(state, at), remoteId, (receiver) => bundle(receiver, frame, token, at), [{ do: 'discard', token }]);
    }
    case 'have':
      return sending(heard(state, event.at), event.remoteId, (sender) => unlessPaused(state, have(sender, event.frame, event.at)));
    case 'ping':
      return { state: heard(state, event.at), effects: [{ do: 'send', frame: { t: 'pong', at: event.sentAt } }] };
    case 'pong':
      return { state: { ...heard(state, event.at), roundTrip: Math.max(0, event.at - event.sentAt) }, effects: [] };
    case 'heard':
      return { state: heard(state, event.at), effects: [] };
    case 'grown':
      return state.paused ? { state, effects: [] } : sending(state, event.remoteId, grown);
    case 'taken': {
      const drop: Effect[] = event.parts.map(({ token }) => ({ do: 'discard', token }));
      // What was taken before it was paused is taken again later.
      if (state.paused) return sending(state, event.remoteId, (sender) => [notTaken(sender, event.run), drop]);
      return sending(state, event.remoteId, (sender) => taken(sender, event), drop);
    }
    case 'not-taken':
      return sending(state, event.remoteId, (sender) => [notTaken(sender, event.run), []]);
    case 'stored':
      return receiving(state, event.remoteId, (receiver) => stored(receiver, event.epoch, event.number));
    case 'missing':
      return receiving(state, event.remoteId, (receiver) => missing(receiver, event.cursors, event.at));
    case 'not-stored':
      return receiving(state, event.remoteId, (receiver) => notStored(receiver, event.at));
    case 'tick':
      return tick(state, event.at);
  }
}

function up(at: number, all: readonly Reached[], paused: boolean): Step {
  let next: Step = { state: { ...DOWN, up: true, paused, heardAt: at, pingedAt: at }, effects: [] };
  for (const one of all) next = add(next, reached(next.state, one));
  return next;
}

/** The neighbour hears at once where this side stands; one behind it is told when something comes from it. */
function reached(state: LinkState, { remoteId, installation, direct, head, cursors }: Reached): Step {
  // It is told of twice: what has begun goes on.
  if (state.senders.has(remoteId)) return { state, effects: [] };
  const receiver = beginReceiver(remoteId, installation, direct, cursors);
  const [sender, effects] = state.paused
    ? [beginSender(remoteId, installation, direct, head), []]
    : takeMore(beginSender(remoteId, installation, direct, head));
  return {
    state: {
      ...state,
      senders: new Map(state.senders).set(remoteId, sender),
      receivers: new Map(state.receivers).set(remoteId, receiver),
    },
    effects: direct || cursors.length > 0 ? [tellAll(receiver, 'connected', state.paused ? 0 : WINDOW.entries), ...effects] : effects,
  };
}

function pause(state: LinkState, paused: boolean): Step {
  if (paused === state.paused) return { state, effects: [] };
  let next: Step = { state: { ...state, paused }, effects: [] };
  for (const { remoteId } of state.receivers.values()) {
    next = add(
      next,
      receiving(next.state, remoteId, (receiver) => {
        if (!paused) return askAgain(receiver, state.heardAt);
        const [kept, effects] = refuseQueued(receiver);
        return [kept, [...effects, tellAll(kept, undefined, 0)]];
      }),
    );
  }
  if (!paused) for (const { remoteId } of state.senders.values()) next = add(next, sending(next.state, remoteId, grown));
  return next;
}

function tick(state: LinkState, at: number): Step {
  if (at - state.heardAt >= DEAD_MS) return { state, effects: [{ do: 'close', reason: 'silent' }] };
  let next: Step = { state, effects: [] };
  if (at - state.pingedAt >= PING_MS) next = { state: { ...state, pingedAt: at }, effects: [{ do: 'send', frame: { t: 'ping', at } }] };
  for (const { remoteId } of state.receivers.values())
    next = add(
      next,
      receiving(next.state, remoteId, (receiver) => tickReceiver(receiver, at)),
    );
  if (!state.paused) {
    for (const { remoteId } of state.senders.values()) {
      next = add(
        next,
        sending(next.state, remoteId, (sender) => {
          const [resent, effects] = tickSender(sender, at);
          const [more, further] = takeMore(resent);
          return [more, [...effects, ...further]];
        }),
      );
    }
  }
  return next;
}

/** A side that is paused takes nothing from its outbox. */
function unlessPaused(state: LinkState, [sender, effects]: Stepped<Sender>): Stepped<Sender> {
  if (!state.paused) return [sender, effects];
  return [{ ...sender, taking: undefined }, effects.filter((effect) => effect.do !== 'take')];
}

function notTaken(sender: Sender, run: number): Sender {
  return sender.taking === run ? { ...sender, taking: undefined } : sender;
}

function sending(state: LinkState, remoteId: number, work: (sender: Sender) => Stepped<Sender>, otherwise: readonly Effect[] = []): Step {
  const sender = state.senders.get(remoteId);
  if (sender === undefined) return { state, effects: otherwise };
  const [next, effects] = work(sender);
  return { state: next === sender ? state : { ...state, senders: new Map(state.senders).set(remoteId, next) }, effects };
}

function receiving(state: LinkState, remoteId: number, work: (receiver: Receiver) => Stepped<Receiver>, otherwise: readonly Effect[] = []): Step {
  const receiver = state.receivers.get(remoteId);
  if (receiver === undefined) return { state, effects: otherwise };
  const [next, effects] = work(receiver);
  return { state: next === receiver ? state : { ...state, receivers: new Map(state.receivers).set(remoteId, next) }, effects };
}

function heard(state: LinkState, at: number): LinkState {
  return { ...state, heardAt: at };
}

function add(before: Step, after: Step): Step {
  return { state: after.state, effects: [...before.effects, ...after.effects] };
}
