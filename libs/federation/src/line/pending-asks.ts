import { askerGone, type Clock, notInTime, type Remote, tooMuchWaits } from '@vestnik/core';
import type { Problem } from '@vestnik/protocol';
import { LINE_LIMITS } from './line-limits.js';

interface Pending {
  readonly remote: Remote;
  /** What carries it: a link of this node, or another node. */
  readonly by: string;
  settle(then: () => void): void;
  readonly resolve: (text: string) => void;
  readonly reject: (problem: Problem) => void;
}

export interface NewAsk {
  readonly remote: Remote;
  readonly by: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Tells whoever answers that nobody waits any more. */
  readonly drop: (id: string) => void;
}

/** What is asked and not answered yet. Each ends once: by its answer, its time, its asker, or the loss of what carries it. */
export class PendingAsks {
  private readonly pending = new Map<string, Pending>();
  private readonly perRemote = new Map<number, number>();

  constructor(
    private readonly clock: Pick<Clock, 'after'>,
    /** Unguessable. */
    private readonly newId: () => string,
  ) {}

  /** @throws Problem `rate-limited` where too much waits already, `call-interrupted` where nobody waits any more */
  open({ remote, by, timeoutMs, signal, drop }: NewAsk): { readonly id: string; readonly answer: Promise<string> } {
    const count = this.perRemote.get(remote.id) ?? 0;
    if (count >= LINE_LIMITS.asksPerRemote || this.pending.size >= LINE_LIMITS.asks) throw tooMuchWaits();
    if (signal?.aborted === true) throw askerGone();
    this.perRemote.set(remote.id, count + 1);
    const id = this.newId();
    const answer = new Promise<string>((resolve, reject) => {
      const settle = (then: () => void) => {
        if (!this.pending.delete(id)) return;
        timer.cancel();
        signal?.removeEventListener('abort', gone);
        const left = (this.perRemote.get(remote.id) ?? 1) - 1;
        if (left > 0) this.perRemote.set(remote.id, left);
        else this.perRemote.delete(remote.id);
        then();
      };
      const giveUp = (problem: Problem) =>
        settle(() => {
          drop(id);
          reject(problem);
        });
      const gone = () => giveUp(askerGone());
      const timer = this.clock.after(timeoutMs, () => giveUp(notInTime()));
      signal?.addEventListener('abort', gone, { once: true });
      this.pending.set(id, { remote, by, settle, resolve, reject });
    });
    return { id, answer };
  }

  remoteOf(id: string): Remote | undefined {
    return this.pending.get(id)?.remote;
  }

  answered(id: string, text: string): void {
    const pending = this.pending.get(id);
    pending?.settle(() => pending.resolve(text));
  }

  failed(id: string, problem: Problem): void {
    const pending = this.pending.get(id);
    pending?.settle(() => pending.reject(problem));
  }

  /** What carried these is gone. */
  lose(by: string, problemOf: (remote: Remote) => Problem): void {
    for (const pending of [...this.pending.values()]) if (pending.by === by) pending.settle(() => pending.reject(problemOf(pending.remote)));
  }
}
