import type { ReceiveCursor } from '@vestnik/core';
import type { BundleFrame, HaveFrame } from '../wire/frames.js';
import type { Effect } from './events.js';
import { type Stepped, WINDOW } from './sender.js';

/** What is stored in one transaction at most; a bundle always is. */
const STORE_ENTRIES = 500;
/** After a store that failed it is tried again. */
const RETRY_MS = 1_000;
/** A hole is told of again after so long, and twice as long each time, as long as nothing fits. A neighbour's line loses nothing. */
const HOLE_MS = { direct: 60_000, behind: 2_000, max: 300_000 } as const;
/** So often it is told of by itself; then only when something comes. */
const HOLE_TELLS = 6;
/** So many epochs are known of one installation at most; each is a start of it, and the store tells the newest of them. */
const EPOCHS_MAX = 1_000;
/** A neighbour that sends so much of what leaves a hole, and nothing else, does not keep to the rules. */
const HOLE_ENTRIES = 20 * WINDOW.entries;

interface Queued {
  readonly token: number;
  readonly epoch: number;
  readonly first: number;
  readonly last: number;
  readonly after: ReceiveCursor | undefined;
  readonly redelivered: boolean;
}

/** Something came that something else is missing before. */
interface Hole {
  /** How often the other side was told. 0: it is when all that fits is stored. */
  readonly told: number;
  /** When it may be told again. */
  readonly nextAt: number;
  readonly afterMs: number;
  /** Entries that were thrown away since something fitted. */
  readonly passed: number;
}

/** What comes from one installation over this link. */
export interface Receiver {
  readonly remoteId: number;
  readonly from: string;
  /** A neighbour: what it sends comes in order. */
  readonly direct: boolean;
  /** How far this side has come, by epoch. */
  readonly cursors: ReadonlyMap<number, number>;
  /** What came and is not stored; without a hole. */
  readonly queue: readonly Queued[];
  /** How many of the first are being stored. */
  readonly storing: number;
  readonly retryAt: number | undefined;
  readonly hole: Hole | undefined;
}

export function beginReceiver(remoteId: number, from: string, direct: boolean, cursors: readonly ReceiveCursor[]): Receiver {
  const known = new Map(cursors.map(({ epoch, number }) => [epoch, number]));
  return { remoteId, from, direct, cursors: known, queue: [], storing: 0, retryAt: undefined, hole: undefined };
}

/** Says where this side stands: what was sent and did not come may be taken for never sent. */
export function tellAll(receiver: Receiver, again: HaveFrame['again'], credit: number): Effect {
  const frame: Omit<HaveFrame, 'from'> = { t: 'have', to: receiver.from, cursors: [...receiver.cursors].slice(-EPOCHS_MAX), credit, again };
  return { do: 'have', remoteId: receiver.remoteId, frame };
}

function tellOne(receiver: Receiver, epoch: number): Effect {
  const number = receiver.cursors.get(epoch) ?? 0;
  const frame: Omit<HaveFrame, 'from'> = { t: 'have', to: receiver.from, cursors: [[epoch, number]], credit: WINDOW.entries };
  return { do: 'have', remoteId: receiver.remoteId, frame };
}

/** A bundle has come; its body is kept outside under the token. */
export function bundle(receiver: Receiver, frame: Omit<BundleFrame, 'to'>, token: number, at: number): Stepped<Receiver> {
  const last = frame.first + frame.count - 1;
  const discard: Effect = { do: 'discard', token };
  if ((receiver.cursors.get(frame.epoch) ?? 0) >= last) return [receiver, [discard, tellOne(receiver, frame.epoch)]];
  if (receiver.queue.some((queued) => queued.epoch === frame.epoch && queued.last >= last)) return [receiver, [discard]];
  if (receiver.cursors.size >= EPOCHS_MAX && !receiver.cursors.has(frame.epoch)) {
    return [receiver, receiver.direct ? [discard, { do: 'quarantine', reason: 'it begins new epochs without end' }] : [discard]];
  }

  const after = frame.after === undefined ? undefined : { epoch: frame.after[0], number: frame.after[1] };
  if (!fits(receiver, frame.epoch, frame.first, after)) {
    const passed = (receiver.hole?.passed ?? 0) + frame.count;
    if (passed > HOLE_ENTRIES && receiver.direct) return [receiver, [discard, { do: 'quarantine', reason: 'its numbers leave holes, again and again' }]];
    const hole: Hole = { ...(receiver.hole ?? { told: 0, nextAt: at, afterMs: firstHoleMs(receiver) }), passed };
    // What is being stored may close it.
    if (at < hole.nextAt || receiver.queue.length > 0) return [{ ...receiver, hole }, [discard]];
    const [told, effects] = tellHole({ ...receiver, hole }, hole, at);
    return [told, [discard, ...effects]];
  }
  const queued = receiver.queue.reduce((sum, one) => sum + one.last - one.first + 1, 0);
  if (queued + frame.count > 2 * WINDOW.entries) {
    // What a hub has kept may come with what is sent now.
    return [receiver, receiver.direct ? [discard, { do: 'quarantine', reason: 'it sends more than it was allowed' }] : [discard]];
  }
  const one: Queued = { token, epoch: frame.epoch, first: frame.first, last, after, redelivered: frame.redelivered === true };
  return storeMore({ ...receiver, queue: [...receiver.queue, one], hole: receiver.hole?.told === 0 ? receiver.hole : undefined });
}

function firstHoleMs({ direct }: Receiver): number {
  return direct ? HOLE_MS.direct : HOLE_MS.behind;
}

/** Asks for what is missing. */
function tellHole(receiver: Receiver, hole: Hole, at: number): Stepped<Receiver> {
  const told: Hole = { ...hole, told: hole.told + 1, nextAt: at + hole.afterMs, afterMs: Math.min(HOLE_MS.max, hole.afterMs * 2) };
  return [{ ...receiver, hole: told }, [tellAll(receiver, 'hole', WINDOW.entries)]];
}

/** As {@link tellAll} for a hole that is known of otherwise: what is under way is not told of again. */
export function askAgain(receiver: Receiver, at: number): Stepped<Receiver> {
  return tellHole(receiver, { told: 0, nextAt: at, afterMs: firstHoleMs(receiver), passed: 0 }, at);
}

/** Whether nothing is missing before it. */
function fits({ cursors, queue }: Receiver, epoch: number, first: number, after: ReceiveCursor | undefined): boolean {
  const before = queue.at(-1);
  // Without a word of what came before, there is nothing, or nobody knows: it is taken as it comes.
  if (after === undefined) return before === undefined || before.epoch !== epoch || before.last >= first - 1;
  if (before !== undefined) return before.epoch === after.epoch && before.last >= after.number;
  return (cursors.get(epoch) ?? -1) >= first - 1 || (cursors.get(after.epoch) ?? -1) >= after.number;
}

function storeMore(receiver: Receiver): Stepped<Receiver> {
  const [first] = receiver.queue;
  if (first === undefined || receiver.storing > 0 || receiver.retryAt !== undefined) return [receiver, []];
  let storing = 0;
  let entries = 0;
  for (const one of receiver.queue) {
    entries += one.last - one.first + 1;
    const before = receiver.queue[storing - 1];
    // One that overlaps what comes before it is told from it by the cursor, so it goes apart.
    const follows = before !== undefined && one.epoch === before.epoch && one.first === before.last + 1 && one.redelivered === first.redelivered;
    if (storing > 0 && (entries > STORE_ENTRIES || !follows)) break;
    storing++;
  }
  const part = receiver.queue.slice(0, storing);
  return [
    { ...receiver, storing },
    [
      {
        do: 'store',
        remoteId: receiver.remoteId,
        epoch: first.epoch,
        first: first.first,
        last: (part.at(-1) as Queued).last,
        after: first.after,
        redelivered: first.redelivered,
        bundles: part.map(({ token, first: number }) => ({ token, first: number })),
      },
    ],
  ];
}

/** What was being stored is on disk: the cursor of its epoch. */
export function stored(receiver: Receiver, epoch: number, number: number): Stepped<Receiver> {
  const cursors = new Map(receiver.cursors).set(epoch, Math.max(number, receiver.cursors.get(epoch) ?? 0));
  const [next, effects] = storeMore({ ...receiver, cursors, queue: receiver.queue.slice(receiver.storing), storing: 0 });
  if (next.hole?.told !== 0 || next.queue.length > 0) return [next, [tellOne(next, epoch), ...effects]];
  return tellHole(next, next.hole, next.hole.nextAt);
}

/** The store says that something is missing before it: what this side knew of itself is out of date. */
export function missing(receiver: Receiver, cursors: readonly ReceiveCursor[], at: number): Stepped<Receiver> {
  const known = new Map(cursors.map(({ epoch, number }) => [epoch, number]));
  const discards = receiver.queue.map(({ token }): Effect => ({ do: 'discard', token }));
  const [next, effects] = askAgain({ ...receiver, cursors: known, queue: [], storing: 0 }, at);
  return [next, [...discards, ...effects]];
}

/** The store could not be reached: what came waits, and so does whoever sends it. */
export function notStored(receiver: Receiver, at: number): Stepped<Receiver> {
  return [{ ...receiver, storing: 0, retryAt: at + RETRY_MS }, []];
}

/** Time has passed. */
export function tickReceiver(receiver: Receiver, at: number): Stepped<Receiver> {
  const { hole, retryAt } = receiver;
  if (retryAt !== undefined && at >= retryAt) return storeMore({ ...receiver, retryAt: undefined });
  // The word of it may be lost, or what was sent upon it.
  if (hole !== undefined && receiver.queue.length === 0 && at >= hole.nextAt && hole.told < HOLE_TELLS) return tellHole(receiver, hole, at);
  return [receiver, []];
}

/** Drops what waits, as it is not taken now. */
export function refuseQueued(receiver: Receiver): Stepped<Receiver> {
  const kept = receiver.queue.slice(0, receiver.storing);
  return [{ ...receiver, queue: kept }, receiver.queue.slice(receiver.storing).map(({ token }): Effect => ({ do: 'discard', token }))];
}
