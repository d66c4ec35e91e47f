import type { RecipientState } from '@vestnik/protocol';
import type { Append, LogEntry } from './message-log.js';

/**
 * What waits for another installation, and how far each has come.
 *
 * Numbers of an outbox have no gaps and grow for ever; each belongs to the epoch in which it was drawn, so that a number
 * that was drawn again after a restore is another one. `sent`: up to there it may be on the wire, and only the far side decides.
 */
export interface OutboxEpoch {
  readonly epoch: number;
  /** Its first number; the one before it is the last of the epoch before. */
  readonly starts: number;
  /** Its last number so far; `starts - 1` where it has none. */
  readonly last: number;
}

export interface OutboxHead {
  readonly remoteId: number;
  readonly last: number;
  readonly sent: number;
  /** Up to there the far side has it on its disk. */
  readonly acknowledged: number;
  /** The first number that is kept: what lies before cannot be sent again. */
  readonly kept: number;
  /** All that are not older than 72 h, and the one before them; oldest first. */
  readonly epochs: readonly OutboxEpoch[];
  /** Of what is not acknowledged. */
  readonly bytes: number;
  /** When the oldest that is not acknowledged was accepted; milliseconds since 1970. */
  readonly oldestAt?: number;
}

/** How far this side has come in the numbers of another installation's epoch. */
export interface ReceiveCursor {
  readonly epoch: number;
  readonly number: number;
}

/** A message as it crosses a link. Addresses are `client@tenant`, of the origin and of the destination: each side adds its own names. */
export interface LinkMessage {
  readonly kind: 'message';
  readonly id: string;
  readonly from: string;
  /** `client@tenant`, `#topic@tenant`, `*@tenant`. */
  readonly to: readonly string[];
  readonly type: string;
  /** JSON text on one line, as it was sent. */
  readonly data: string;
  /** When it was accepted; milliseconds since 1970. */
  readonly sentAt: number;
  /** Whole seconds that it had left when it was sent. */
  readonly ttl: number;
  readonly collapseKey?: string;
  readonly correlationId?: string;
  readonly contentType?: string;
  readonly traceparent?: string;
  readonly retain?: true;
}

/** What became of a message, told to where it came from. */
export interface StateHome {
  readonly id: string;
  /** The recipient, as it stood in {@link LinkMessage.to}. */
  readonly to: string;
  readonly state: Extract<RecipientState, 'acknowledged' | 'read' | 'refused' | 'expired' | 'collapsed' | 'withdrawn'>;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly reason?: string;
  readonly device?: string;
}

/** One number of an outbox. `void`: what stood there expired or was withdrawn before it was sent. */
export type LinkEntry =
  | LinkMessage
  | { readonly kind: 'states'; readonly states: readonly StateHome[] }
  /** The sender takes a message back that it sent before. */
  | { readonly kind: 'withdraw'; readonly id: string }
  | { readonly kind: 'void' };

export interface OutboxPage {
  /** The number of the first entry; the others follow without a gap, all of one epoch. */
  readonly first: number;
  readonly epoch: number;
  readonly entries: readonly LinkEntry[];
  readonly head: OutboxHead;
}

/** Who works for a link: the node that holds its lease. Whoever took it over has a higher generation; work under an older one fails. */
export interface Lease {
  readonly link: string;
  readonly generation: number;
}

/** A work that began under a lease that another node, or a newer connection, has taken over. Nothing was written. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

/** What the far side has sent, judged: what to append, what to tell it. */
export interface Received {
  readonly epoch: number;
  readonly first: number;
  readonly last: number;
  /** Must have been received before: the number that comes before `first`, and its epoch; undefined: nothing, or it is lost there. */
  readonly after?: ReceiveCursor;
  /** By number: what is written where that number is new. */
  readonly works: readonly ReceivedWork[];
}

export interface ReceivedWork {
  readonly number: number;
  readonly append?: Append;
  /** What is told its sender at once: who did not take it. */
  readonly states?: readonly StateHome[];
  /** What happened to messages of this side. */
  readonly home?: readonly StateHome[];
  readonly withdraw?: string;
}

/** How a link's connection stands, for the administrator and for other nodes. */
export interface LinkStatus {
  readonly link: string;
  readonly connected: boolean;
  /** Since when it is so; milliseconds since 1970. */
  readonly since?: number;
  /** Who opened the connection. */
  readonly dialledBy?: 'us' | 'them';
  readonly transport?: 'websocket' | 'exchange';
  /** Milliseconds. */
  readonly roundTrip?: number;
  /** Messages, states and other entries that went and came since it is connected. */
  readonly sent?: number;
  readonly received?: number;
  /** The same, a second, over the last minute. */
  readonly rate?: { readonly in: number; readonly out: number };
  readonly lastError?: string;
  readonly lastErrorAt?: number;
  /** The node that holds the lease. */
  readonly node?: string;
  readonly generation: number;
}

/** The outboxes and receive cursors of links. What resolves is on disk. */
export interface LinkLog {
  /**
   * Takes the work of a link over, for a while: nobody else may write for it, and what they had begun has ended or fails as {@link Fenced}.
   *
   * @param steal also from a node that still holds it: the other side has connected anew, here
   * @returns undefined where another node holds it
   */
  lease(link: string, node: string, forMs: number, steal: boolean): Promise<Lease | undefined>;
  /** @returns whether it is still ours */
  renew(lease: Lease, forMs: number): Promise<boolean>;
  release(lease: Lease): Promise<void>;
  /** Who holds which link, as far as that is known: how a link is connected, told by whoever holds it. */
  report(lease: Lease, status: Omit<LinkStatus, 'link' | 'generation' | 'node'>): Promise<void>;
  statuses(): Promise<LinkStatus[]>;

  heads(remoteIds: readonly number[]): Promise<OutboxHead[]>;
  /**
   * The next entries after a number, in order, of one epoch. They count as sent from now on: what expired before is void.
   * @returns undefined where there is nothing
   */
  take(lease: Lease, remoteId: number, after: number, limit: { readonly entries: number; readonly bytes: number }): Promise<OutboxPage | undefined>;
  /** The far side has all up to a number. It never goes back. */
  acknowledge(lease: Lease, remoteId: number, number: number): Promise<void>;
  /** The far side has exactly so much, and nothing else is under way: what lies past it counts as never sent. */
  unsend(lease: Lease, remoteId: number, number: number): Promise<void>;

  cursors(remoteId: number): Promise<ReceiveCursor[]>;
  /**
   * Writes what has come, with the cursor, in one transaction.
   *
   * @returns the cursor of that epoch afterwards, and what was appended; `hole` where something is missing before it, nothing was written then
   */
  receive(
    lease: Lease,
    remoteId: number,
    received: Received,
  ): Promise<{ readonly kind: 'received'; readonly number: number; readonly entries: readonly LogEntry[] } | { readonly kind: 'hole' }>;

  /** Puts what became of messages from there into the outbox to there. @returns how many states */
  bringHome(lease: Lease, remoteId: number, limit: number): Promise<number>;

  /** Ends what expired before it was ever sent. @returns receipts */
  expireOutboxes(limit: number): Promise<LogEntry[]>;
}
