import type { CallParams, ConnectResult, DeliveredMessage, Methods, NoticeParams, Presence, RetractParams } from '@vestnik/protocol';
import { Conditions } from '@vestnik/testing';
import type { Place } from '../place.js';

/** What the server may push, by kind, in the same form over every transport. */
export interface Pushes {
  readonly message: DeliveredMessage;
  readonly retract: RetractParams;
  readonly notice: NoticeParams;
  readonly presence: Presence;
  readonly call: CallParams & { readonly id: string };
  readonly cancel: { readonly id: string };
}
export type PushKind = keyof Pushes;

/** What a client asks for when it connects; the same words over every transport. */
export interface ConnectParams {
  readonly token: string;
  readonly position?: string;
  readonly device?: string;
  readonly window?: number;
  readonly maxData?: number;
  readonly app?: string;
}

/** The bus answered with a problem. */
export class Refused extends Error {
  readonly slug: string;
  readonly detail: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];

  /** @param problem the `data` of a JSON-RPC error, or problem details */
  constructor(readonly problem: Readonly<Record<string, unknown>>) {
    const slug = String(problem.type).replace(/^urn:vestnik:problem:/, '');
    super(`${slug}: ${String(problem.detail)}`);
    this.slug = slug;
    this.detail = String(problem.detail);
    this.errors = (problem.errors as Refused['errors'] | undefined) ?? [];
  }
}

/** How a session ended: the last notice, where there was one, and the close code of transports that have one. */
export interface Ended {
  readonly code?: number;
  readonly reason?: string;
}

/**
 * One session of a client, as a program in any language would hold it: it keeps all that it sees and does nothing by
 * itself. What a transport adds is how it connects, calls and ends.
 */
export abstract class BusClient {
  /** Everything that was pushed, in the order in which it came. */
  readonly seen: { readonly kind: PushKind; readonly params: unknown; readonly text: string }[] = [];
  /** Set once the session has ended, by whichever side. */
  ended: Ended | undefined;
  /** What `connect` answered, where the transport answers it. */
  connected: ConnectResult | undefined;
  protected readonly conditions = new Conditions();
  readonly #taken = new Set<unknown>();

  abstract call<Method extends keyof Methods>(method: Method, params: Methods[Method]['params']): Promise<Methods[Method]['result']>;

  /** The answer's JSON text to a call whose params are JSON text: nothing in between is parsed. */
  abstract callText(method: string, params: string): Promise<string>;

  /** Answers a call that was pushed. */
  answerCall(id: string, answer: { readonly result: unknown } | { readonly error: unknown }): Promise<void> {
    return this.answerText(id, JSON.stringify(answer).slice(1, -1));
  }

  /** The same with the member `result` or `error` as JSON text. */
  abstract answerText(id: string, member: string): Promise<void>;

  /** Leaves in order. */
  abstract close(): Promise<void>;

  /** The connection breaks, without a word. */
  abstract drop(): void;

  /** All pushes of one kind so far. */
  all<Kind extends PushKind>(kind: Kind): readonly Pushes[Kind][] {
    return this.seen.filter((push) => push.kind === kind).map(({ params }) => params as Pushes[Kind]);
  }

  get messages(): readonly DeliveredMessage[] {
    return this.all('message');
  }

  /** The JSON text in which a message came. */
  textOf(message: DeliveredMessage): string {
    return this.seen.find(({ params }) => params === message)?.text ?? '';
  }

  /** The first `count` messages, as soon as they are there. */
  received(count: number, timeoutMs?: number): Promise<readonly DeliveredMessage[]> {
    return this.until(`${count} messages`, () => this.messages.length >= count && this.messages.slice(0, count), timeoutMs);
  }

  /** The next push of a kind that this has not handed over before. */
  next<Kind extends PushKind>(kind: Kind, fits: (params: Pushes[Kind]) => boolean = () => true, timeoutMs?: number): Promise<Pushes[Kind]> {
    return this.until(
      `the next ${kind}`,
      () => {
        const push = this.all(kind).find((params) => !this.#taken.has(params) && fits(params));
        if (push !== undefined) this.#taken.add(push);
        return push;
      },
      timeoutMs,
    );
  }

  /** How it ended, once it has. */
  whenEnded(timeoutMs?: number): Promise<Ended> {
    return this.until('the end', () => this.ended, timeoutMs);
  }

  until<Value>(what: string, condition: () => Value | undefined | false, timeoutMs?: number): Promise<Value> {
    return this.conditions.until(
      () =>
        `${what}; ended ${JSON.stringify(this.ended)}, seen ${JSON.stringify(this.seen.slice(-4).map(({ kind, text }) => `${kind} ${text.slice(0, 200)}`))}`,
      condition,
      timeoutMs,
    );
  }

  protected took(kind: string, params: unknown, text: string): void {
    this.seen.push({ kind: kind as PushKind, params, text });
    this.conditions.changed();
  }

  /** A newer session took over, and the transport has no words for that. */
  protected takenOver(): void {
    this.ended ??= { reason: 'replaced' };
    this.conditions.changed();
  }

  protected hasEnded(code?: number): void {
    if (this.ended !== undefined) return;
    const closing = this.all('notice').findLast(({ type }) => type === 'vestnik.closing');
    this.ended = closing?.type === 'vestnik.closing' ? { code: code ?? closing.code, reason: closing.reason } : { code };
    this.conditions.changed();
  }
}

/** A way to hold a session. */
export interface Transport {
  readonly name: string;
  /** Whether JSON texts arrive byte for byte. */
  readonly exact: boolean;
  /** Whether `connect` is answered: with `missed`, `limits` and so on. */
  readonly answersConnect: boolean;
  /** Whether the transport carries binary data as it is. */
  readonly binary: boolean;
  /** Whether a session that was taken over is told so by a last notice. */
  readonly tellsTakenOver: boolean;
  /** @throws Refused where the session is not opened */
  connect(place: Place, params: ConnectParams): Promise<BusClient>;
}
