import { Problem } from '@vestnik/protocol';
import { askerGone, linkDown, linkLost, notInTime, readProblem, tooLarge, writeProblem } from '../line/line-problems.js';
import type { Clock } from '../ports/clock.js';
import type { Line, LineRequest } from '../ports/line.js';
import type { Link, Remote } from '../ports/links.js';

type Served = (request: LineRequest) => Promise<string | undefined>;

/** An answer that is waited for. */
interface Waiting {
  readonly from: MemoryLine;
  readonly remote: Remote;
  fail(problem: Problem): void;
  /** The far side is told that nobody waits. */
  readonly dropped: AbortController;
}

/**
 * Installations in one process that reach one another, and the lines between them. As over a wire: only text crosses, what is asked
 * arrives later than it was sent, in order, and a line that is cut loses what is under way.
 */
export class MemoryLines {
  private readonly joined = new Map<string, MemoryLine[]>();
  private readonly remotes = new Map<string, Remote[]>();
  private readonly cuts = new Set<string>();
  private readonly waiting = new Set<Waiting>();
  private nextRemote = 1;

  constructor(private readonly clock: Pick<Clock, 'after'>) {}

  /** A node's end. Of several nodes of an installation the first carries what comes. */
  join(installation: string): MemoryLine {
    const line = new MemoryLine(installation, this);
    this.joined.set(installation, [...this.ends(installation), line]);
    return line;
  }

  /** Makes two installations known to each other. @param path how the one writes the other, nearest last */
  link(one: string, pathOfOther: readonly string[], other: string, pathOfOne: readonly string[]): void {
    this.know(one, other, pathOfOther);
    this.know(other, one, pathOfOne);
    this.changed(one, other, true);
  }

  /** The nodes of an installation, in the order in which they joined. */
  ends(installation: string): readonly MemoryLine[] {
    return this.joined.get(installation) ?? [];
  }

  /** What `Remotes` reads. */
  directoryOf(installation: string): { links(): Promise<Link[]>; remotes(): Promise<Remote[]> } {
    return { links: () => Promise.resolve([]), remotes: () => Promise.resolve([...(this.remotes.get(installation) ?? [])]) };
  }

  /** Both ends notice at once; what is waited for is lost. */
  cut(one: string, other: string): void {
    if (this.cuts.has(key(one, other))) return;
    this.cuts.add(key(one, other));
    for (const waiting of [...this.waiting]) {
      if (key(waiting.from.installation, waiting.remote.installation) !== key(one, other)) continue;
      waiting.fail(linkLost(waiting.remote));
      waiting.dropped.abort();
    }
    this.changed(one, other, false);
  }

  mend(one: string, other: string): void {
    if (this.cuts.delete(key(one, other))) this.changed(one, other, true);
  }

  reaches(from: string, to: string): boolean {
    return !this.cuts.has(key(from, to)) && this.remoteOf(from, to) !== undefined && this.ends(to).length > 0;
  }

  ask(from: MemoryLine, remote: Remote, method: string, params: string, timeoutMs: number, signal: AbortSignal | undefined): Promise<string> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        timer.cancel();
        signal?.removeEventListener('abort', gone);
        this.waiting.delete(waiting);
      };
      const waiting: Waiting = {
        from,
        remote,
        dropped: new AbortController(),
        fail: (problem) => {
          settle();
          reject(problem);
        },
      };
      const giveUp = (problem: Problem) => {
        waiting.fail(problem);
        queueMicrotask(() => waiting.dropped.abort());
      };
      const gone = () => giveUp(askerGone());
      const timer = this.clock.after(timeoutMs, () => giveUp(notInTime()));
      signal?.addEventListener('abort', gone, { once: true });
      this.waiting.add(waiting);
      queueMicrotask(async () => {
        try {
          const answer = await this.carry(from, remote, method, params, waiting.dropped.signal);
          if (!this.waiting.has(waiting)) return;
          settle();
          resolve(answer);
        } catch (error) {
          if (this.waiting.has(waiting)) waiting.fail(error as Problem);
        }
      });
    });
  }

  tell(from: MemoryLine, remote: Remote, method: string, params: string): void {
    queueMicrotask(() => this.carry(from, remote, method, params, new AbortController().signal).catch(() => {}));
  }

  private async carry(from: MemoryLine, remote: Remote, method: string, params: string, signal: AbortSignal): Promise<string> {
    const asker = this.remoteOf(remote.installation, from.installation);
    if (asker === undefined || !this.reaches(from.installation, remote.installation)) throw linkDown(remote);
    const answer = this.ends(remote.installation)[0]?.served.get(method);
    try {
      if (answer === undefined) throw new Problem('method-unknown', `there is no method ${method}`);
      const text = (await answer({ remote: asker, method, params, signal })) ?? '{}';
      const large = tooLarge(text);
      if (large !== undefined) throw large;
      return text;
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem('internal', 'it failed there');
      throw readProblem(writeProblem(problem), remote);
    }
  }

  private know(here: string, there: string, path: readonly string[]): void {
    const remote: Remote = { id: this.nextRemote++, installation: there, path, via: there };
    this.remotes.set(here, [...(this.remotes.get(here) ?? []), remote]);
  }

  private remoteOf(here: string, there: string): Remote | undefined {
    return this.remotes.get(here)?.find(({ installation }) => installation === there);
  }

  private changed(one: string, other: string, reached: boolean): void {
    for (const [here, there] of [
      [one, other],
      [other, one],
    ] as const) {
      const remote = this.remoteOf(here, there);
      if (remote !== undefined) for (const end of this.ends(here)) end.tellChange(remote, reached);
    }
  }
}

/** One node's end of {@link MemoryLines}. */
export class MemoryLine implements Line {
  readonly served = new Map<string, Served>();
  private readonly listeners: ((remote: Remote, reached: boolean) => void)[] = [];

  constructor(
    readonly installation: string,
    private readonly lines: MemoryLines,
  ) {}

  reaches(remote: Remote): boolean {
    return this.lines.reaches(this.installation, remote.installation);
  }

  ask(remote: Remote, method: string, params: string, { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<string> {
    const wrong = tooLarge(params) ?? (this.reaches(remote) ? undefined : linkDown(remote)) ?? (signal?.aborted === true ? askerGone() : undefined);
    if (wrong !== undefined) return Promise.reject(wrong);
    return this.lines.ask(this, remote, method, params, timeoutMs, signal);
  }

  tell(remote: Remote, method: string, params: string): boolean {
    if (tooLarge(params) !== undefined || !this.reaches(remote)) return false;
    this.lines.tell(this, remote, method, params);
    return true;
  }

  serve(method: string, answer: Served): void {
    this.served.set(method, answer);
  }

  onChange(changed: (remote: Remote, reached: boolean) => void): void {
    this.listeners.push(changed);
  }

  tellChange(remote: Remote, reached: boolean): void {
    for (const listener of this.listeners) listener(remote, reached);
  }
}

function key(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}
