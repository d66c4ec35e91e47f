import { type CallAnswer, type CallResult, Problem, RawJson } from '@vestnik/protocol';
import type { SessionSummary } from '../ports/node-bus.js';
import type { CalledAnswer, Lost, WaitingCall } from './call-wire.js';

/** Answers to one call hold so much memory at most. */
export const ANSWERS_CHARACTERS_MAX = 8 * 1024 * 1024;

export interface OpenCallOptions {
  readonly id: string;
  readonly answer: 'one' | 'first' | 'all';
  /** Whether the caller may be told of sessions that do not answer. */
  readonly told: boolean;
  /** What comes after so much counts as missing. */
  readonly charactersMax: number;
  /** Whole address of a called session. */
  readonly addressOf: (session: SessionSummary) => string;
  /** Called once, when it has ended and before its outcome is told. */
  readonly onEnd: (call: OpenCall) => void;
}

/**
 * A call that waits for its answers. It ends once: with the first result, with the last failure, with all answers, or
 * at its deadline. Each session that is called answers once, or is lost.
 */
export class OpenCall implements WaitingCall {
  readonly id: string;
  readonly pending = new Map<string, SessionSummary>();
  /** Resolves with the answer, or rejects with a Problem. */
  readonly outcome: Promise<CallResult>;
  private readonly answers: CallAnswer[] = [];
  private characters = 0;
  private missing = 0;
  private ended = false;
  private resolve!: (result: CallResult) => void;
  private reject!: (problem: Problem) => void;

  constructor(private readonly options: OpenCallOptions) {
    this.id = options.id;
    this.outcome = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  answered(session: SessionSummary, answer: CalledAnswer | Problem): void {
    const { addressOf } = this.options;
    const from = addressOf(session);
    if (this.options.answer === 'all') {
      this.gather(from, answer);
    } else if (answer instanceof Problem) {
      this.failed(answer);
    } else if (answer.error !== undefined) {
      this.failed(new Problem('call-failed', 'the called client answered with an error', { from, error: new RawJson(answer.error) }));
    } else if (this.end()) {
      this.resolve({ result: new RawJson(answer.result), from });
    }
  }

  lost(_session: SessionSummary, because: Lost): void {
    if (this.options.answer === 'all') {
      this.missing++;
      this.endWhenComplete();
    } else if (because === 'gone') {
      this.failed(new Problem('call-interrupted', 'the called session is gone; it may have carried the call out'));
    } else if (this.options.told) {
      // Else the deadline says what it says where nobody is there.
      this.failed(new Problem('unavailable', 'the called session does not read what it is sent', { retryAfter: 1 }));
    }
  }

  /** Nobody waits beyond this. */
  deadline(): void {
    const missing = this.missing + this.pending.size;
    if (!this.end()) return;
    if (this.options.answer === 'all') this.resolve({ answers: this.answers, missing: this.options.told ? missing : 0 });
    else this.reject(new Problem('call-timeout', 'the call was not answered before its deadline'));
  }

  /** Ends it from this side: whoever called is gone, or this node is. */
  abandon(detail: string): void {
    if (this.end()) this.reject(new Problem('call-interrupted', detail));
  }

  /** Nobody was there to be called: all that were asked have answered. */
  endWhenComplete(): void {
    // How many there are is told by when the last has answered, too.
    if (this.pending.size > 0 || !this.options.told || !this.end()) return;
    this.resolve({ answers: this.answers, missing: this.missing });
  }

  private gather(from: string, answer: CalledAnswer | Problem): void {
    const text = answer instanceof Problem ? JSON.stringify(answer.toRpc()) : (answer.error ?? answer.result);
    this.characters += text.length;
    if (this.characters > this.options.charactersMax) this.missing++;
    else if (answer instanceof Problem || answer.error !== undefined) this.answers.push({ from, error: new RawJson(text) });
    else this.answers.push({ from, result: new RawJson(text) });
    this.endWhenComplete();
  }

  /** Fails with the last failure, when none is left that may succeed. */
  private failed(problem: Problem): void {
    if (this.pending.size === 0 && this.end()) this.reject(problem);
  }

  private end(): boolean {
    if (this.ended) return false;
    this.ended = true;
    this.options.onEnd(this);
    return true;
  }
}
