import { PROBLEMS, type ProblemSlug } from '@vestnik/protocol/problems';
import { asError } from '../events.js';
import { VestnikError } from '../vestnik-error.js';
import { type HttpDoor, isRefusal } from './http-door.js';
import type { OutgoingFrame } from './transport.js';

interface PostsListener {
  text(text: string): void;
  frame(frame: Readonly<Record<string, unknown>>): void;
  /** The way to the bus is broken: what was on it may have been carried out. */
  broken(error: VestnikError): void;
}

const BATCH = 100;
const BATCH_CHARACTERS = 64 * 1024;
/** A call waits two minutes at most. */
const WITHIN_MS = 150_000;

/**
 * Sends frames by `POST …/rpc`, for the transports that only receive.
 *
 * Sends have an order: one request with them is under way at a time; what comes meanwhile goes with the
 * next, as a batch, which the bus carries out in order. The others go at once.
 */
export class RpcPosts {
  private waiting: OutgoingFrame[] = [];
  private posting = false;
  private over = false;

  /**
   * @param session the word under which the bus knows the session
   * @param device for which is acknowledged where that session is gone by then
   */
  constructor(
    private readonly door: HttpDoor,
    private readonly session: string,
    private readonly device: unknown,
    private readonly listener: PostsListener,
  ) {}

  send(frame: OutgoingFrame): void {
    // The stream shows that this side lives.
    if (this.over || (frame.method === 'ping' && frame.id === undefined)) return;
    if (frame.method !== 'send') {
      void this.post([frame]);
      return;
    }
    this.waiting.push(frame);
    if (!this.posting) void this.postAll();
  }

  end(): void {
    this.over = true;
    this.waiting = [];
  }

  private async postAll(): Promise<void> {
    this.posting = true;
    // What is sent in one go goes in one request.
    await Promise.resolve();
    while (this.waiting.length > 0 && !this.over) await this.post(this.takeBatch());
    this.posting = false;
  }

  private takeBatch(): OutgoingFrame[] {
    let count = 0;
    for (let characters = 0; count < this.waiting.length && count < BATCH; count++) {
      characters += (this.waiting[count] as OutgoingFrame).text.length;
      if (count > 0 && characters > BATCH_CHARACTERS) break;
    }
    return this.waiting.splice(0, count);
  }

  private async post(frames: readonly OutgoingFrame[]): Promise<void> {
    const texts = frames.map(({ text }) => text);
    const body = texts.length === 1 ? (texts[0] as string) : `[${texts.join(',')}]`;
    const headers = { 'content-type': 'application/json', accept: 'application/json', 'vestnik-session': this.session };
    try {
      const text = await this.door.ask(this.door.path('rpc', { device: this.device }), { headers, body, withinMs: WITHIN_MS }, (response) => response.text());
      if (!this.over && text.trim() !== '') this.listener.text(text);
    } catch (thrown) {
      if (this.over) return;
      const error = thrown instanceof VestnikError ? thrown : new VestnikError('unreachable', asError(thrown).message, true, { cause: thrown });
      if (!isRefusal(error) || endsConnection(error)) this.listener.broken(error);
      else for (const { id } of frames) if (id !== undefined) this.listener.frame({ id, error: rpcErrorOf(error) });
    }
  }
}

/** The token is no good any more, or this node does not go on. */
function endsConnection({ slug }: VestnikError): boolean {
  const { close } = (PROBLEMS[slug as ProblemSlug] ?? {}) as { close?: number };
  return slug === 'draining' || close === 4401 || close === 4404;
}

/** A problem of the whole request, as each of its calls would have been told of it. */
function rpcErrorOf({ slug, detail, retryable, errors, extra }: VestnikError): Record<string, unknown> {
  const { rpc, title } = PROBLEMS[slug as ProblemSlug] ?? { rpc: -32_000, title: slug };
  return { code: rpc, message: title, data: { ...extra, type: slug, detail, retryable, errors } };
}
