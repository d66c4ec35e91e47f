import type { SendAnswer, SendParams } from '@vestnik/protocol';
import type { Recorder } from '../checker/recorder.js';
import { RawSocketClient } from '../raw-socket-client.js';
import type { TestTenant } from '../test-tenant.js';

export interface LoadSenderOptions {
  /** Unique in the run; the labels of its messages begin with it. */
  readonly name: string;
  /** Whole address of who sends. */
  readonly sender: string;
  /** Where it may send: the next one after a failure. */
  readonly places: readonly TestTenant[];
  readonly recorder: Recorder;
  /** Recipients of message n, from 0, as whole addresses. */
  readonly to: (message: number) => readonly string[];
  /** Clients that `*` stands for. */
  readonly stands?: readonly string[];
  /** Whether message n, already answered, is sent once more with the same key, as a sender does that has crashed. */
  readonly repeats?: (message: number) => boolean;
  /** `http`: one at a time, each answered before the next. `socket`: as the client of that name, so many at once. */
  readonly over: { readonly kind: 'http' } | { readonly kind: 'socket'; readonly client: string; readonly atOnce: number };
  /** Asks for a receipt of each. */
  readonly receipt?: boolean;
  /** Gives up on a message after this long. */
  readonly patienceMs?: number;
  /** Waits this long before each message. */
  readonly everyMs?: number;
}

type Outcome =
  | { readonly kind: 'answer'; readonly answer: SendAnswer }
  | { readonly kind: 'refused'; readonly slug: string; readonly retryable: boolean; readonly waitMs: number }
  | { readonly kind: 'no-answer' };

/**
 * Sends messages with a key each and repeats every one until it is answered, as a careful backend does. It records all
 * it does and is told.
 */
export class LoadSender {
  accepted = 0;
  /** Answers other than an acceptance, by slug. */
  readonly refusals = new Map<string, number>();
  /** Tries that were never answered. */
  unanswered = 0;
  /** From the first try to the acceptance, in milliseconds. */
  readonly latenciesMs: number[] = [];
  #stopping = false;
  #place = 0;
  #sent = 0;
  #connection: { readonly socket: RawSocketClient; readonly name: string } | undefined;
  #connecting: Promise<{ readonly socket: RawSocketClient; readonly name: string }> | undefined;
  #connections = 0;

  constructor(private readonly options: LoadSenderOptions) {}

  /** Sends `count` messages, or until `stop`; resolves when each was accepted or refused for good. */
  async run(count: number): Promise<void> {
    const lanes = this.options.over.kind === 'http' ? 1 : this.options.over.atOnce;
    try {
      await Promise.all(Array.from({ length: lanes }, () => this.#lane(count)));
    } finally {
      this.#connection?.socket.terminate();
    }
  }

  stop(): void {
    this.#stopping = true;
  }

  async #lane(count: number): Promise<void> {
    while (this.#sent < count && !this.#stopping) {
      const message = this.#sent++;
      if (this.options.everyMs !== undefined) await pause(this.options.everyMs);
      await this.#deliver(message);
    }
  }

  async #deliver(message: number): Promise<void> {
    const { name, recorder, patienceMs = 60_000 } = this.options;
    const label = `${name}-${message}`;
    const startedAt = performance.now();
    for (;;) {
      const outcome = await this.#attempt(message, label);
      if (outcome.kind === 'answer') {
        this.accepted++;
        this.latenciesMs.push(performance.now() - startedAt);
        break;
      }
      if (outcome.kind === 'no-answer') this.unanswered++;
      else {
        this.refusals.set(outcome.slug, (this.refusals.get(outcome.slug) ?? 0) + 1);
        if (!outcome.retryable) return;
      }
      if (performance.now() - startedAt > patienceMs) {
        recorder.record({ kind: 'no-answer', label });
        throw new Error(`${label} was not accepted within ${patienceMs} ms; last: ${JSON.stringify(outcome)}`);
      }
      await pause(outcome.kind === 'refused' ? outcome.waitMs : 50);
    }
    if (this.options.repeats?.(message) === true) await this.#attempt(message, label);
  }

  async #attempt(message: number, label: string): Promise<Outcome> {
    const { recorder, over } = this.options;
    const to = this.options.to(message);
    const body: SendParams = { to: [...to], type: 'load', data: { label }, key: label, ...(this.options.receipt === true ? { receipt: true } : {}) };
    const outcome = over.kind === 'http' ? await this.#overHttp(body, label, to) : await this.#overSocket(body, label, to, over.client);
    if (outcome.kind === 'answer') {
      recorder.record({
        kind: 'answer',
        label,
        id: outcome.answer.id,
        recipients: outcome.answer.to.filter(({ state }) => state !== 'refused').map(({ address }) => address),
      });
    } else if (outcome.kind === 'refused' && !outcome.retryable) recorder.record({ kind: 'refusal', label, slug: outcome.slug });
    // A retryable failure leaves open whether the message was taken: the commit may have been on its way.
    else recorder.record({ kind: 'no-answer', label });
    return outcome;
  }

  #recordAttempt(label: string, to: readonly string[], connection?: string): void {
    const { recorder, sender, stands } = this.options;
    recorder.record({ kind: 'send', label, sender, to, ...(stands === undefined ? {} : { stands }), ...(connection === undefined ? {} : { connection }) });
  }

  async #overHttp(body: SendParams, label: string, to: readonly string[]): Promise<Outcome> {
    const { places } = this.options;
    const place = places[this.#place % places.length] as TestTenant;
    this.#recordAttempt(label, to);
    try {
      const answer = await place.api('POST', '/messages', body);
      if (answer.status === 202) return { kind: 'answer', answer: answer.body as unknown as SendAnswer };
      this.#place++;
      const { type = 'none', retryable = false } = answer.body as { type?: string; retryable?: boolean };
      const waitMs = Math.min(Number(answer.headers['retry-after'] ?? 0.1) * 1000, 300);
      return { kind: 'refused', slug: type.replace('urn:vestnik:problem:', ''), retryable, waitMs };
    } catch {
      this.#place++;
      return { kind: 'no-answer' };
    }
  }

  async #overSocket(body: SendParams, label: string, to: readonly string[], client: string): Promise<Outcome> {
    const connection = await this.#connect(client).catch(() => undefined);
    this.#recordAttempt(label, to, connection?.name ?? `none ${label}`);
    if (connection === undefined) return { kind: 'no-answer' };
    const reply = await connection.socket.ask('send', body);
    if (reply === undefined) return { kind: 'no-answer' };
    if (reply.error === undefined) return { kind: 'answer', answer: reply.result as SendAnswer };
    const { type, retryable } = reply.error.data;
    return { kind: 'refused', slug: type, retryable: retryable === true, waitMs: 100 };
  }

  /** The connection that is open, or one new one, however many lanes ask. */
  async #connect(client: string): Promise<{ readonly socket: RawSocketClient; readonly name: string }> {
    if (this.#connection !== undefined && this.#connection.socket.close === undefined) return this.#connection;
    this.#connecting ??= this.#open(client).finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #open(client: string): Promise<{ readonly socket: RawSocketClient; readonly name: string }> {
    const { places, name } = this.options;
    const place = places[this.#place++ % places.length] as TestTenant;
    const socket = await place.connect(client, {}, { keepFrames: false });
    this.#connection = { socket, name: `${name}:${++this.#connections}` };
    return this.#connection;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
