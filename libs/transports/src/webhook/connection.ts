import type { Calls, Clock, LeasedWebhook, Log, Push, Session, SessionOutlet, Tenants, WebhookProgress } from '@vestnik/core';
import { type Gap, LIMITS, Problem, rawMember } from '@vestnik/protocol';
import { type AfterAttempt, afterAttempt, judge } from './after-attempt.js';
import { callAnswer } from './call-answer.js';
import type { WebhookEndpoint } from './endpoint.js';

export interface WebhookConnectionParts {
  readonly calls: Pick<Calls, 'answered' | 'interrupted'>;
  readonly tenants: Tenants;
  readonly clock: Clock;
  readonly log: Log;
  /** The bus's own address in the tenant. */
  readonly own: string;
  /** A random number in [0, 1). */
  readonly chance: () => number;
  /** Whether the webhook is surely served by this node: one that hung for a while may have been followed by another. */
  readonly holds: () => boolean;
  /** Writes down how it goes. @returns false where the webhook is served by somebody else now */
  readonly note: (progress: WebhookProgress) => Promise<boolean>;
  /** The session has ended, or the webhook is not ours any more. */
  readonly onEnd: () => void;
}

/** A message that waits for its turn, or for its next attempt. */
interface Waiting {
  readonly id: string;
  /** Of a message; a gap has none to be acknowledged. */
  readonly position?: string;
  readonly params: string;
  /** It has ended elsewhere: withdrawn, expired, read … It is passed over. */
  settled: boolean;
}

/** Calls under way at the same time; more are refused. */
const CALLS_MAX = 64;
/** Transient messages that wait; more are dropped, as they would be for a socket that is choked. */
const TRANSIENT_MAX = 100;
/** Where the store could not be asked it is asked again after this. */
const STORE_MS = 5_000;

/**
 * The connection of a webhook's session: what is pushed is POSTed.
 *
 * Durable messages go one after the other, each until it is taken, given up or settled elsewhere. Calls go beside
 * them, each once. Transient messages go beside them too, once, and not at all while a message waits for its next
 * attempt. A gap is told like a message. Nothing else is POSTed.
 */
export class WebhookConnection implements SessionOutlet {
  private session: Session | undefined;
  private readonly queue: Waiting[] = [];
  private bytes = 0;
  private choked = false;
  private sending = false;
  private readonly transient: { readonly id: string; readonly params: string }[] = [];
  private sendingTransient = false;
  private readonly calls = new Map<string, AbortController>();
  private readonly over = new AbortController();
  private stopping = false;
  /** The store could not be asked: nothing is tried before this; milliseconds of the monotonic clock. */
  private heldUntil = 0;
  private finished: (() => void) | undefined;

  constructor(
    private readonly webhook: LeasedWebhook,
    private progress: WebhookProgress,
    private readonly endpoint: WebhookEndpoint,
    private readonly parts: WebhookConnectionParts,
  ) {}

  /**
   * Called once, before anything is pushed.
   *
   * @param gap where something may be missing: told before all else, and like a message until it is taken or given up
   */
  begin(session: Session, gap: Gap | undefined): void {
    this.session = session;
    if (gap === undefined) return;
    const params = JSON.stringify({ type: 'vestnik.gap', ...gap });
    this.enqueue({ id: `gap-${gap.to}`, params, settled: false });
  }

  // What the core asks of a connection.

  push(push: Push): void {
    if (this.ended) return;
    switch (push.method) {
      case 'message':
        this.take(push.params);
        break;
      case 'call':
        void this.call(push.id as string, push.params);
        break;
      case 'cancel':
        this.calls.get((JSON.parse(push.params) as { id: string }).id)?.abort();
        break;
      case 'retract':
        this.settle((JSON.parse(push.params) as { ids: string[] }).ids);
    }
  }

  ready(): boolean {
    if (this.bytes < LIMITS.unsentBytes && !this.stopping) return true;
    this.choked = true;
    return false;
  }

  /** Calls go beside the messages that wait. */
  takesCalls(): boolean {
    return !this.stopping;
  }

  end(): void {
    this.closed();
    this.parts.onEnd();
  }

  // What whoever serves it asks.

  get ended(): boolean {
    return this.over.signal.aborted;
  }

  /** To be called now and then: an attempt may be due. */
  tick(): void {
    void this.pump();
  }

  /** Begins nothing any more. Resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (!this.sending && this.calls.size === 0) return;
    await new Promise<void>((resolve) => {
      this.finished = resolve;
    });
  }

  /** Ends the session and gives up what is under way; it is tried again by whoever serves the webhook next. */
  close(): void {
    this.session?.closed();
    this.closed();
  }

  private closed(): void {
    if (this.ended) return;
    this.over.abort();
    for (const call of this.calls.values()) call.abort();
    this.queue.length = 0;
    this.transient.length = 0;
  }

  // Durable messages.

  private take(params: string): void {
    const id = JSON.parse(rawMember(params, 'id') ?? '""') as string;
    const position = rawMember(params, 'position');
    if (position === undefined) {
      void this.handTransient(id, params);
      return;
    }
    this.enqueue({ id, position: JSON.parse(position) as string, params, settled: false });
  }

  private enqueue(waiting: Waiting): void {
    this.queue.push(waiting);
    this.bytes += waiting.params.length;
    void this.pump();
  }

  private settle(ids: readonly string[]): void {
    const gone = new Set(ids);
    for (const waiting of this.queue) if (gone.has(waiting.id)) waiting.settled = true;
    void this.pump();
  }

  private async pump(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.session !== undefined && !this.ended && !this.stopping && this.parts.holds()) {
        const [next] = this.queue;
        if (next === undefined || (!next.settled && !this.isDue(next))) return;
        if (!next.settled) {
          const after = await this.attempt(next);
          if (after === undefined) return;
          const goesOn = await this.carryOut(next, after);
          if (!goesOn) return;
        }
        this.passed(next);
      }
    } catch (error) {
      this.holdBack('a webhook could not go on', error);
    } finally {
      this.sending = false;
      this.tellFinished();
    }
  }

  private isDue({ id }: Waiting): boolean {
    const { clock } = this.parts;
    if (clock.monotonic() < this.heldUntil) return false;
    const { failingId, nextAttemptAt } = this.progress;
    return failingId !== id || nextAttemptAt === undefined || clock.now() >= nextAttemptAt;
  }

  /** @returns undefined where the connection was closed meanwhile, or the message was settled elsewhere and its turn is over */
  private async attempt(next: Waiting): Promise<AfterAttempt | undefined> {
    const { clock, tenants, chance } = this.parts;
    const { signal } = this.over;
    const { id, params, position } = next;
    const outcome = await (position === undefined ? this.endpoint.notice(id, this.parts.own, params, signal) : this.endpoint.message(id, params, signal));
    if (this.ended) return undefined;
    const attemptsMax = tenants.byId(this.webhook.tenantId)?.settings.webhookAttempts ?? 1;
    const attempt = judge(outcome, clock.now());
    // What was settled while it was under way need not be tried again.
    if (attempt.kind !== 'taken' && next.settled) return { kind: 'next', progress: this.progress };
    return afterAttempt(this.progress, next.id, attempt, { attemptsMax }, clock.now(), chance());
  }

  /** @returns whether the next message is due */
  private async carryOut(waiting: Waiting, after: AfterAttempt): Promise<boolean> {
    if (after.kind === 'give-up') {
      if (waiting.position !== undefined) await this.refuse(waiting.id, after.reason);
      waiting.settled = true;
    }
    await this.goOn(after.progress);
    return (after.kind === 'next' || after.kind === 'give-up') && !this.ended;
  }

  private async refuse(id: string, reason: string): Promise<void> {
    try {
      await this.session?.refuse(id, reason.slice(0, LIMITS.reasonCharacters));
    } catch (error) {
      // It has gone with its retention, or its client was forgotten: then nobody need be told.
      if (!(error instanceof Problem) || error.slug !== 'not-found') throw error;
    }
  }

  private async goOn(progress: WebhookProgress): Promise<void> {
    const { progress: before } = this;
    this.progress = progress;
    const isNews = progress !== before && !(progress.state === 'active' && before.state === 'active' && before.givenUp === 0);
    if (!isNews) return;
    if (progress.state !== before.state) {
      const { tenantId, client } = this.webhook;
      this.parts.log.info('a webhook changed its state', { tenantId, client, state: progress.state, error: progress.lastError });
    }
    let ours = true;
    try {
      ours = await this.parts.note(progress);
    } catch (error) {
      // The next attempt notes it again; nobody is served twice for it.
      this.parts.log.warn('how a webhook goes could not be noted', { error });
      if (progress.state === 'paused') throw error;
    }
    if (ours && progress.state !== 'paused') return;
    this.close();
    this.parts.onEnd();
  }

  private passed(waiting: Waiting): void {
    if (this.queue[0] !== waiting) return;
    this.queue.shift();
    this.bytes -= waiting.params.length;
    if (waiting.position !== undefined) this.session?.ack(waiting.position, false);
    if (this.choked && this.bytes < LIMITS.unsentBytes / 2) {
      this.choked = false;
      this.session?.drained();
    }
  }

  private holdBack(what: string, error: unknown): void {
    this.heldUntil = this.parts.clock.monotonic() + STORE_MS;
    const { tenantId, client } = this.webhook;
    if (error instanceof Problem) this.parts.log.warn(what, { tenantId, client, error: error.message });
    else this.parts.log.error(what, { tenantId, client, error });
  }

  // What goes beside them.

  private async handTransient(id: string, params: string): Promise<void> {
    const [first] = this.queue;
    const isWaiting = first !== undefined && !this.isDue(first);
    if (isWaiting || this.stopping || this.transient.length >= TRANSIENT_MAX) return;
    this.transient.push({ id, params });
    if (this.sendingTransient) return;
    this.sendingTransient = true;
    try {
      for (let next = this.transient.shift(); next !== undefined && !this.ended; next = this.transient.shift()) {
        await this.endpoint.message(next.id, next.params, this.over.signal);
      }
    } catch (error) {
      this.holdBack('a transient message could not be handed to a webhook', error);
    } finally {
      this.sendingTransient = false;
    }
  }

  private async call(id: string, params: string): Promise<void> {
    const { session } = this;
    if (session === undefined) return;
    if (this.stopping || this.calls.size >= CALLS_MAX) {
      this.parts.calls.answered(session, id, { error: JSON.stringify({ code: -32050, message: 'the webhook has too many calls under way' }) });
      return;
    }
    const over = new AbortController();
    this.calls.set(id, over);
    try {
      const outcome = await this.endpoint.call(id, params, over.signal);
      // Nobody waits for the answer any more.
      if (over.signal.aborted) return;
      const answer = callAnswer(outcome);
      if (answer === 'interrupted') this.parts.calls.interrupted(session, id);
      else this.parts.calls.answered(session, id, answer);
    } catch (error) {
      this.parts.log.error('a call could not be handed to a webhook', { tenantId: this.webhook.tenantId, error });
      this.parts.calls.interrupted(session, id);
    } finally {
      this.calls.delete(id);
      this.tellFinished();
    }
  }

  private tellFinished(): void {
    if (!this.sending && this.calls.size === 0) this.finished?.();
  }
}
