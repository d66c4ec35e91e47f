import type { Remote } from './links.js';

/** What is asked, told or answered has so many bytes at most. */
export const LINE_BYTES_MAX = 1024 * 1024;

/** What another installation asks of this one, or is told by it: nothing of it is stored, or repeated. */
export interface LineRequest {
  /** From where it comes. */
  readonly remote: Remote;
  readonly method: string;
  /** JSON text. */
  readonly params: string;
  /** Aborted when nobody waits for the answer any more, or the line is gone. */
  readonly signal: AbortSignal;
}

/**
 * The live part of links: what is true now or never. Calls, presence and transient messages cross by it.
 *
 * Whichever node asks, the node that holds the link carries it; it may be lost at any time, and then fails.
 */
export interface Line {
  /** Whether a remote can be reached now, as far as this node knows. */
  reaches(remote: Remote): boolean;
  /**
   * Asks and waits.
   *
   * @param params JSON text
   * @returns JSON text
   * @throws Problem what the other side answered; `unavailable` where the link is down; `call-interrupted` where it went down meanwhile,
   *   or nobody waits any more; `call-timeout` after `timeoutMs`; `data-too-large`; `rate-limited` where too much waits for that remote
   */
  ask(remote: Remote, method: string, params: string, options: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<string>;
  /** Tells, without an answer; it may be lost. @returns false where the link is down, or takes no more now */
  tell(remote: Remote, method: string, params: string): boolean;
  /** Answers requests of one method. @param answer JSON text; a Problem that it throws reaches the other side; what is told needs no answer */
  serve(method: string, answer: (request: LineRequest) => Promise<string | undefined>): void;
  /** Called when a remote is reached, or is not any more, as far as this node knows. */
  onChange(changed: (remote: Remote, reached: boolean) => void): void;
}

/** Where there are no links. */
export const NO_LINE: Line = {
  reaches: () => false,
  ask: () => Promise.reject(new Error('there are no links')),
  tell: () => false,
  serve: () => undefined,
  onChange: () => undefined,
};
