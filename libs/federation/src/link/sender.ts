import type { OutboxHead } from '@vestnik/core';
import type { BundleFrame, HaveFrame } from '../wire/frames.js';
import type { Effect, TakenPart } from './events.js';

/** So many numbers are under way at most, and so many bytes. */
export const WINDOW = { entries: 1_000, bytes: 4 * 1024 * 1024 } as const;
/** What is taken from the outbox at once; it goes in bundles. */
const TAKE = { entries: 500, bytes: 1024 * 1024 } as const;
/** What crosses a hub and is not acknowledged for so long is sent again: the hub may have lost it. */
const RESEND_MS = 60_000;
const RESEND_MAX_MS = 300_000;

/** What goes to one installation over this link. */
export interface Sender {
  readonly remoteId: number;
  readonly to: string;
  /** A neighbour: it says at each connection where it stands, and nothing else is under way. */
  readonly direct: boolean;
  readonly head: OutboxHead;
  /** Whether the far side has said from where to go on. */
  readonly open: boolean;
  /** The far side has all up to here, as it said last. */
  readonly has: number;
  /** The last number that was put on the wire. */
  readonly next: number;
  /** Up to here it had acknowledged all before it lost it. */
  readonly again: number;
  /** The place that the next bundle follows is lost here, so nothing can be said of what came before. */
  readonly lost: boolean;
  /** The run of the take that is under way. */
  readonly taking: number | undefined;
  readonly run: number;
  /** Nothing is there to take, as far as is known. */
  readonly idle: boolean;
  /** Something was committed since the take that is under way began. */
  readonly grew: boolean;
  /** The highest number that was ever put on the wire, as far as is known. */
  readonly furthest: number;
  readonly credit: number;
  readonly underWay: readonly { readonly last: number; readonly bytes: number }[];
  /** When it is given up to wait for what crosses a hub; by the monotonic clock. */
  readonly resend: { readonly at: number; readonly afterMs: number } | undefined;
}

/** One step: the sender afterwards, and what is to be done. */
export type Stepped<State> = readonly [State, readonly Effect[]];

export function beginSender(remoteId: number, to: string, direct: boolean, head: OutboxHead): Sender {
  return {
    remoteId,
    to,
    direct,
    head,
    // Of one behind a hub what it acknowledged last is known; more it says itself, some time.
    open: !direct,
    has: head.acknowledged,
    next: head.acknowledged,
    again: 0,
    lost: false,
    taking: undefined,
    run: 0,
    idle: false,
    grew: false,
    furthest: head.sent,
    credit: WINDOW.entries,
    underWay: [],
    resend: undefined,
  };
}

/** Takes more from the outbox where the window has room. */
export function takeMore(sender: Sender): Stepped<Sender> {
  const underWay = sender.next - sender.has;
  const room = Math.min(WINDOW.entries, sender.credit) - underWay;
  const bytes = sender.underWay.reduce((sum, part) => sum + part.bytes, 0);
  if (!sender.open || sender.idle || sender.taking !== undefined || room <= 0 || bytes >= WINDOW.bytes) return [sender, []];
  const run = sender.run + 1;
  return [
    { ...sender, run, taking: run, grew: false },
    [{ do: 'take', remoteId: sender.remoteId, run, after: sender.next, entries: Math.min(TAKE.entries, room), bytes: TAKE.bytes }],
  ];
}

/** Something was committed for it. */
export function grown(sender: Sender): Stepped<Sender> {
  return takeMore({ ...sender, idle: false, grew: true });
}

/** What was taken, in bundles; none: there is nothing. What an older run brings is not sent. */
export function taken(
  sender: Sender,
  { run, first, epoch, parts, head, at }: { run: number; first: number; epoch: number; parts: readonly TakenPart[]; head: OutboxHead; at: number },
): Stepped<Sender> {
  const unsent = parts.map(({ token }): Effect => ({ do: 'discard', token }));
  if (sender.taking !== run) return [sender, unsent];
  let next: Sender = { ...sender, taking: undefined, head };
  if (sender.next < head.kept - 1) {
    // What was to be sent again was dropped here meanwhile: it had been kept for long enough.
    const gone: Effect = { do: 'report', text: `${head.kept - 1 - sender.next} messages that the other side has lost are not kept here any more` };
    const [more, further] = takeMore({ ...next, has: head.kept - 1, next: head.kept - 1, underWay: [], lost: true });
    return [more, [...unsent, gone, ...further]];
  }
  if (parts.length === 0) return takeMore({ ...next, idle: !sender.grew });
  if (first !== sender.next + 1) {
    // The far side has come further meanwhile.
    const [more, further] = takeMore(next);
    return [more, [...unsent, ...further]];
  }
  const effects: Effect[] = [];
  let number = first;
  for (const { count, bytes, token } of parts) {
    const frame: Omit<BundleFrame, 'from'> = {
      t: 'bundle',
      to: sender.to,
      epoch,
      first: number,
      count,
      after: sender.lost && number === first ? undefined : placeBefore(head, number),
      redelivered: number <= sender.again ? true : undefined,
    };
    effects.push({ do: 'bundle', remoteId: sender.remoteId, frame, token });
    number += count;
    next = { ...next, next: number - 1, furthest: Math.max(next.furthest, number - 1), underWay: [...next.underWay, { last: number - 1, bytes }] };
  }
  const resend = sender.direct ? undefined : { at: at + RESEND_MS, afterMs: RESEND_MS };
  const [more, further] = takeMore({ ...next, lost: false, resend: next.resend ?? resend });
  return [more, [...effects, ...further]];
}

/** Which number, of which epoch, comes before one; undefined: none, or it is not known any more. */
function placeBefore({ epochs }: OutboxHead, number: number): readonly [number, number] | undefined {
  const before = epochs.findLast(({ starts, last }) => starts <= number - 1 && number - 1 <= last);
  return before === undefined ? undefined : [before.epoch, number - 1];
}

/** The far side says how far it has come. */
export function have(sender: Sender, { cursors, credit, again }: Pick<HaveFrame, 'cursors' | 'credit' | 'again'>, at: number): Stepped<Sender> {
  const { head, remoteId } = sender;
  let place: number | undefined;
  let unknown = false;
  for (const [epoch, number] of cursors) {
    const known = head.epochs.find((one) => one.epoch === epoch);
    // What was drawn here and is not known here any more was lost with a restore; the far side keeps it. What lies before
    // all that is known was forgotten in time.
    if (known === undefined ? number >= (head.epochs[0]?.starts ?? 1) : number > known.last) unknown = true;
    if (known !== undefined) place = Math.max(place ?? 0, Math.min(number, known.last));
  }
  // From beyond a hub: whoever has connected there has all that it had, and what is under way may still come.
  if (again === undefined || (again === 'connected' && !sender.direct && place !== undefined && place >= sender.has)) {
    if (place === undefined) return [{ ...sender, credit, resend: sender.resend ?? resendAfter(sender, credit, at) }, []];
    // Of one beyond a hub this may be old: before it this side was restored, and has not sent again what it had sent.
    if (place > sender.furthest && sender.direct) return [sender, [{ do: 'quarantine', reason: 'it acknowledges what was never sent to it' }]];
    const moved = place > sender.has;
    const underWay = sender.underWay.filter(({ last }) => last > (place as number));
    const waits = sender.direct || underWay.length === 0 ? undefined : moved ? { at: at + RESEND_MS, afterMs: RESEND_MS } : sender.resend;
    const [next, effects] = takeMore({
      ...sender,
      credit,
      has: Math.max(sender.has, place),
      next: Math.max(sender.next, place),
      furthest: Math.max(sender.furthest, place),
      underWay,
      resend: waits ?? resendAfter(sender, credit, at),
    });
    return [next, place > head.acknowledged && moved ? [{ do: 'acknowledge', remoteId, number: place }, ...effects] : effects];
  }

  const effects: Effect[] = [];
  let from = place ?? 0;
  if (unknown) effects.push({ do: 'report', text: 'this installation was restored from a backup: what the other side has of the lost time is kept there' });
  let lost = false;
  if (from < head.acknowledged && from < sender.has) {
    effects.push({ do: 'report', text: `the other side was restored from a backup: ${head.acknowledged - from} messages are sent to it again` });
  }
  if (from < head.kept - 1) {
    effects.push({ do: 'report', text: `${head.kept - 1 - from} messages that the other side has lost are not kept here any more` });
    from = head.kept - 1;
    lost = true;
  }
  if (from > head.acknowledged) effects.push({ do: 'acknowledge', remoteId, number: from });
  // Nothing is under way any more, so whoever has not got it was never sent it.
  if (sender.direct && again === 'connected') effects.push({ do: 'unsend', remoteId, number: Math.max(from, head.acknowledged) });
  const [next, further] = takeMore({
    ...sender,
    open: true,
    has: from,
    next: from,
    furthest: Math.max(sender.furthest, from),
    again: Math.max(sender.again, sender.has, head.acknowledged),
    lost,
    taking: undefined,
    idle: false,
    credit,
    underWay: [],
    resend: resendAfter(sender, credit, at),
  });
  return [next, [...effects, ...further]];
}

/** Beyond a hub the word that it takes messages again may be lost: some time it is tried. */
function resendAfter({ direct }: Sender, credit: number, at: number): Sender['resend'] {
  return direct || credit > 0 ? undefined : { at: at + RESEND_MS, afterMs: RESEND_MS };
}

/** Time has passed. */
export function tickSender(sender: Sender, at: number): Stepped<Sender> {
  const { resend } = sender;
  if (resend === undefined || at < resend.at) return [sender, []];
  const afterMs = Math.min(RESEND_MAX_MS, resend.afterMs * 2);
  const credit = Math.max(sender.credit, 1);
  return takeMore({ ...sender, credit, next: sender.has, underWay: [], taking: undefined, idle: false, resend: { at: at + afterMs, afterMs } });
}
