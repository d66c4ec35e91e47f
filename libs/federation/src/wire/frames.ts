/**
 * What two linked installations say to each other: each frame is a line of JSON (its header), a line of what is not signed of it
 * (its envelope: `key`, `signature`, `keys`, `path`; empty where there is nothing), and, for some, bytes after it.
 *
 * Over a WebSocket a frame is one binary message. Over `POST /v1/links/exchange` each is preceded by its length. Unknown members of a
 * header are ignored, and unknown frames passed over, so that a newer version may say more (docs/federation.md).
 *
 * `from` and `to` are installation ids. A frame whose `to` is not the one that reads it is for an installation behind it.
 */

/** The lowest and highest version that this program speaks. */
export const VERSIONS = { lowest: 1, highest: 1 } as const;

/** First, from both sides. */
export interface HelloFrame {
  readonly t: 'hello';
  readonly versions: readonly [lowest: number, highest: number];
  readonly id: string;
  /** Whom it wants to speak to. The one that was dialled says it after it has read the other's. */
  readonly to: string;
  /** 32 random bytes, base64url. */
  readonly nonce: string;
  /** The signed list of its link keys: JSON text. */
  readonly keys: string;
}

/** Second, from both sides: that it has the key, and means this conversation. */
export interface ProofFrame {
  readonly t: 'proof';
  readonly key: string;
  /** Ed25519, base64url. */
  readonly signature: string;
}

/** How far its sender has come in the numbers of `to`: an acknowledgement, or where to go on from. */
export interface HaveFrame extends Routed {
  readonly t: 'have';
  /** `[epoch, number]`; all that it knows where `again` is set, else the one that moved. */
  readonly cursors: readonly (readonly [epoch: number, number: number])[];
  /** So many messages past the last of these it takes. */
  readonly credit: number;
  /** Go on from here: it has just connected, or there was a hole. */
  readonly again?: 'connected' | 'hole';
}

/** Entries of an outbox, in its body (see `bundle.ts`); signed. */
export interface BundleFrame extends Routed {
  readonly t: 'bundle';
  readonly epoch: number;
  readonly first: number;
  readonly count: number;
  /** What must have been received before, `[epoch, number]`; absent: nothing was, or its history is lost. */
  readonly after?: readonly [epoch: number, number: number];
  /** Of what its receiver had acknowledged before and has lost. */
  readonly redelivered?: true;
}

/** What crosses a hub as it is. Signed by its origin wherever it does not go to a neighbour, bundles always. */
interface Routed {
  readonly from: string;
  readonly to: string;
  /** By `from`'s link key, over the header as it is written and the body (`signing.ts`). These four are not signed themselves. */
  readonly key?: string;
  readonly signature?: string;
  /** The signed list of `from`'s link keys, for who is no neighbour of it. */
  readonly keys?: string;
  /** The hubs that it has crossed: who, and what each calls the one that it had it from. Absent: none. At most 8. */
  readonly path?: readonly (readonly [id: string, name: string])[];
}

/** Something is asked now, or told where it has no `id`; JSON text in the body. */
export interface AskFrame extends Routed {
  readonly t: 'ask';
  readonly id?: string;
  readonly method: string;
  /** When it was asked, and until when an answer is of use; milliseconds since 1970. */
  readonly at: number;
  readonly until: number;
}

/** The answer; JSON text in the body: of the result, or of a problem. */
export interface ReplyFrame extends Routed {
  readonly t: 'reply';
  readonly id: string;
  readonly failed?: true;
}

/** Nobody waits for the answer any more. */
export interface DropFrame extends Routed {
  readonly t: 'drop';
  readonly id: string;
}

export interface PingFrame {
  readonly t: 'ping' | 'pong';
  /** The pinger's own monotonic milliseconds, given back as it is. */
  readonly at: number;
}

/** What lies behind the one that says it, of those that may be told: each path nearest last, and without its own name. */
export interface RoutesFrame {
  readonly t: 'routes';
  readonly behind: readonly { readonly id: string; readonly path: readonly string[] }[];
}

/** A newer list of its link keys. */
export interface KeysFrame {
  readonly t: 'keys';
  readonly keys: string;
}

/** How the link stands with its administrator. */
export interface StateFrame {
  readonly t: 'state';
  readonly confirmed: boolean;
  readonly paused: boolean;
  /** What it calls itself. */
  readonly name: string;
  /** Where it can be dialled. */
  readonly url?: string;
}

/** The last one: why it closes. */
export interface ByeFrame {
  readonly t: 'bye';
  readonly reason: 'draining' | 'duplicate' | 'removed' | 'refused' | 'silent' | 'taken-over' | 'protocol';
  readonly detail?: string;
}

/** What a newer version says: passed over. It is never sent. */
export interface UnknownFrame {
  readonly t: 'unknown';
  /** What it is called. */
  readonly name: string;
}

export type Frame =
  | HelloFrame
  | ProofFrame
  | HaveFrame
  | BundleFrame
  | AskFrame
  | ReplyFrame
  | DropFrame
  | PingFrame
  | RoutesFrame
  | KeysFrame
  | StateFrame
  | ByeFrame
  | UnknownFrame;

export type RoutedFrame = Extract<Frame, { readonly from: string; readonly to: string }>;

/** A frame with what follows its header. */
export interface Packet<One extends Frame = Frame> {
  readonly frame: One;
  readonly body?: Uint8Array;
  /**
   * The header as it came, or as it was signed: goes out again instead of a new one, so that a hub passes on untouched what it does
   * not know. Who forwards keeps it, and changes only `path`; who changes anything else leaves it out.
   */
  readonly raw?: string;
}
