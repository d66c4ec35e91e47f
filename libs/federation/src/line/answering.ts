import { type Clock, type LineRequest, type Log, type Remote, tooLarge } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { LINE_LIMITS } from './line-limits.js';

export type Served = (request: LineRequest) => Promise<string | undefined>;

/** Something that another installation asks, or tells where nobody waits for an answer. */
export interface Work {
  /** By which it is dropped: unique among what is under way. */
  readonly key: string;
  /** The link over which it came. */
  readonly link: string;
  readonly remote: Remote;
  readonly method: string;
  readonly params: string;
  readonly timeoutMs: number;
  readonly reply?: (answer: { readonly text: string } | { readonly problem: Problem }) => void;
}

interface Open {
  readonly link: string;
  readonly gone: AbortController;
}

/** Carries out what other installations ask and tell, so much at once and no more. */
export class Answering {
  private readonly served = new Map<string, Served>();
  private readonly open = new Map<string, Open>();
  private readonly perRemote = new Map<number, number>();
  private warnedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  serve(method: string, answer: Served): void {
    this.served.set(method, answer);
  }

  begin(work: Work): void {
    const { key, remote, method, reply } = work;
    const served = this.served.get(method);
    const count = this.perRemote.get(remote.id) ?? 0;
    if (served === undefined) {
      reply?.({ problem: new Problem('method-unknown', `there is no method ${method.slice(0, 64)}`) });
    } else if (this.open.has(key)) {
      // The same id twice: the first is under way.
    } else if (count >= LINE_LIMITS.worksPerRemote || this.open.size >= LINE_LIMITS.works) {
      reply?.({ problem: new Problem('rate-limited', 'this installation has too much to answer now', { retryAfter: 1 }) });
    } else {
      this.perRemote.set(remote.id, count + 1);
      void this.carryOut(work, served);
    }
  }

  drop(key: string): void {
    this.open.get(key)?.gone.abort();
  }

  /** Nobody can be answered over that link any more. */
  dropLink(link: string): void {
    for (const open of [...this.open.values()]) if (open.link === link) open.gone.abort();
  }

  private async carryOut({ key, link, remote, method, params, timeoutMs, reply }: Work, served: Served): Promise<void> {
    const gone = new AbortController();
    this.open.set(key, { link, gone });
    const timer = this.clock.after(timeoutMs, () => gone.abort());
    try {
      const text = (await served({ remote, method, params, signal: gone.signal })) ?? '{}';
      const problem = tooLarge(text);
      if (!gone.signal.aborted) reply?.(problem === undefined ? { text } : { problem });
    } catch (error) {
      this.failed(error, remote, method);
      const problem = error instanceof Problem ? error : new Problem('internal', 'it failed there; the log there says more');
      if (!gone.signal.aborted) reply?.({ problem });
    } finally {
      timer.cancel();
      this.open.delete(key);
      const left = (this.perRemote.get(remote.id) ?? 1) - 1;
      if (left > 0) this.perRemote.set(remote.id, left);
      else this.perRemote.delete(remote.id);
    }
  }

  /** What is told and not well formed nobody else hears of. */
  private failed(error: unknown, { path }: Remote, method: string): void {
    if (!(error instanceof Problem)) {
      this.log.error('what another installation asked for failed', { remote: path.join('.'), method, error });
      return;
    }
    const now = this.clock.monotonic();
    if (error.slug !== 'request-invalid' || now - this.warnedAt < 60_000) return;
    this.warnedAt = now;
    this.log.warn('another installation asks what cannot be understood', { remote: path.join('.'), method, detail: error.detail });
  }
}
