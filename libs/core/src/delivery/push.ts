import { formatPosition } from '@vestnik/protocol';
import type { MessageEntry, StoredMessage } from '../ports/message-log.js';

export type PushMethod = 'message' | 'retract' | 'call' | 'cancel' | 'presence' | 'notice' | 'ping';

/**
 * Something that is pushed to sessions: a notification with its params as JSON text, written once. Each wire format
 * keeps its frame here, so that a message is serialised once per format however many sessions get it.
 */
export class Push {
  /** Frames by wire format; the codec chooses its slot. */
  readonly frames: (Uint8Array | undefined)[] = [];

  constructor(
    readonly method: PushMethod,
    private written: string | (() => string),
    /** Of a message: what Socket.IO hands over as binary. */
    readonly binary?: { readonly contentType: string },
    /** Of a call: by which its answer comes back. */
    readonly id?: string,
  ) {}

  get params(): string {
    if (typeof this.written !== 'string') this.written = this.written();
    return this.written;
  }
}

/** What Socket.IO hands over as binary. */
export function binaryOf({ contentType }: { readonly contentType?: string }): { readonly contentType: string } | undefined {
  return contentType === undefined ? undefined : { contentType };
}

/** How one message looks to different sessions, made when first asked for. */
export class MessagePushes {
  private readonly variants: (Push | undefined)[] = [];

  constructor(
    readonly entry: MessageEntry,
    private readonly epoch: number,
  ) {}

  /**
   * @param redelivered it may have been handed over before
   * @param withoutData it is larger than the session's `maxData`
   */
  get(redelivered: boolean, withoutData: boolean): Push {
    const variant = (redelivered ? 1 : 0) + (withoutData ? 2 : 0);
    let push = this.variants[variant];
    if (push === undefined) {
      const { entry } = this;
      const dataRef = withoutData ? dataRefOf(entry) : undefined;
      push = new Push(
        'message',
        () =>
          messageParams(entry.message, entry.to, { position: formatPosition(this.epoch, entry.position), expiresAt: entry.expiresAt, redelivered, dataRef }),
        withoutData ? undefined : binaryOf(entry.message),
      );
      this.variants[variant] = push;
    }
    return push;
  }
}

/** Where a message is fetched whole. */
export function dataRefOf({ to, message }: MessageEntry): string {
  return `/v1/tenants/${placeOf(to)}/inbox/${message.id}`;
}

/** The tenant of a whole address. */
function placeOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).split('.')[0] ?? '';
}

export interface Handover {
  readonly position?: string;
  readonly expiresAt?: number;
  readonly redelivered?: boolean;
  readonly replay?: boolean;
  readonly dataRef?: string;
}

/** What of a message its recipient sees. */
type ShownMessage = Pick<StoredMessage, 'id' | 'from' | 'type' | 'data' | 'sentAt' | 'correlationId' | 'contentType' | 'traceparent'>;

/** A message as section 3 of the protocol has it, as JSON text; `data` stands in it as it was sent. */
export function messageParams(message: ShownMessage, to: string, delivery: Handover): string {
  let text = `{"id":"${message.id}"`;
  if (delivery.position !== undefined) text += `,"position":"${delivery.position}"`;
  // Addresses and types are made of characters that JSON need not escape: see names.ts.
  text += `,"from":"${message.from}","to":"${to}","type":"${message.type}"`;
  text += delivery.dataRef === undefined ? `,"data":${message.data}` : `,"dataRef":"${delivery.dataRef}"`;
  text += `,"sentAt":"${isoTime(message.sentAt)}"`;
  if (delivery.expiresAt !== undefined) text += `,"expiresAt":"${isoTime(delivery.expiresAt)}"`;
  if (message.correlationId !== undefined) text += `,"correlationId":${JSON.stringify(message.correlationId)}`;
  if (message.contentType !== undefined) text += `,"contentType":${JSON.stringify(message.contentType)}`;
  if (message.traceparent !== undefined) text += `,"traceparent":"${message.traceparent}"`;
  if (delivery.redelivered === true) text += ',"redelivered":true';
  if (delivery.replay === true) text += ',"replay":true';
  return `${text}}`;
}

let lastTime = Number.NaN;
let lastText = '';

/** RFC 3339 in UTC with milliseconds; the same moment comes many times in a row. */
export function isoTime(ms: number): string {
  if (ms !== lastTime) {
    lastText = new Date(ms).toISOString();
    lastTime = ms;
  }
  return lastText;
}
