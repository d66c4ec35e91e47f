import type { OutboxHead, ReceiveCursor } from '@vestnik/core';
import type { BundleFrame, ByeFrame, HaveFrame, PingFrame } from '../wire/frames.js';

/** A bundle's worth of what was taken from an outbox; its body is kept outside under the token. */
export interface TakenPart {
  readonly count: number;
  readonly bytes: number;
  readonly token: number;
}

/** An installation that is reached over the link, as it stands when the link comes up. */
export interface Reached {
  readonly remoteId: number;
  readonly installation: string;
  /** Whether it is the neighbour itself. */
  readonly direct: boolean;
  readonly head: OutboxHead;
  readonly cursors: readonly ReceiveCursor[];
}

/** What happens to a link. `at`: milliseconds of a clock that never jumps. */
export type LinkEvent =
  | { readonly kind: 'up'; readonly at: number; readonly reached: readonly Reached[]; readonly paused: boolean }
  | { readonly kind: 'down' }
  /** One more is reached over it. */
  | { readonly kind: 'reached'; readonly reached: Reached }
  | { readonly kind: 'paused'; readonly paused: boolean }
  /** A bundle that was signed by the one it is from, for this installation; of an installation that is known. */
  | { readonly kind: 'bundle'; readonly at: number; readonly remoteId: number; readonly frame: BundleFrame; readonly token: number }
  | { readonly kind: 'have'; readonly at: number; readonly remoteId: number; readonly frame: HaveFrame }
  | { readonly kind: 'ping' | 'pong'; readonly at: number; readonly sentAt: number }
  /** Something else came: the other side lives. */
  | { readonly kind: 'heard'; readonly at: number }
  | { readonly kind: 'grown'; readonly remoteId: number }
  | {
      readonly kind: 'taken';
      readonly at: number;
      readonly remoteId: number;
      readonly run: number;
      readonly first: number;
      readonly epoch: number;
      readonly parts: readonly TakenPart[];
      readonly head: OutboxHead;
    }
  /** The outbox could not be read; it is tried again at the next tick. */
  | { readonly kind: 'not-taken'; readonly remoteId: number; readonly run: number }
  | { readonly kind: 'stored'; readonly remoteId: number; readonly epoch: number; readonly number: number }
  | { readonly kind: 'missing'; readonly at: number; readonly remoteId: number; readonly cursors: readonly ReceiveCursor[] }
  | { readonly kind: 'not-stored'; readonly at: number; readonly remoteId: number }
  /** About once a second. */
  | { readonly kind: 'tick'; readonly at: number };

/** What is to be done. */
export type Effect =
  | { readonly do: 'take'; readonly remoteId: number; readonly run: number; readonly after: number; readonly entries: number; readonly bytes: number }
  | { readonly do: 'bundle'; readonly remoteId: number; readonly frame: Omit<BundleFrame, 'from'>; readonly token: number }
  | { readonly do: 'have'; readonly remoteId: number; readonly frame: Omit<HaveFrame, 'from'> }
  | { readonly do: 'send'; readonly frame: PingFrame }
  | { readonly do: 'acknowledge'; readonly remoteId: number; readonly number: number }
  | { readonly do: 'unsend'; readonly remoteId: number; readonly number: number }
  | {
      readonly do: 'store';
      readonly remoteId: number;
      readonly epoch: number;
      readonly first: number;
      readonly last: number;
      readonly after: ReceiveCursor | undefined;
      readonly redelivered: boolean;
      readonly bundles: readonly { readonly token: number; readonly first: number }[];
    }
  /** The body under this token is not needed. */
  | { readonly do: 'discard'; readonly token: number }
  | { readonly do: 'close'; readonly reason: ByeFrame['reason'] }
  /** It breaks the rules: nothing more is taken from it until an administrator says so. */
  | { readonly do: 'quarantine'; readonly reason: string }
  /** Something that the administrator should know. */
  | { readonly do: 'report'; readonly text: string };
