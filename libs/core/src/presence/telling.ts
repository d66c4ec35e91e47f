import type { Push } from '../delivery/push.js';
import type { Clock } from '../ports/clock.js';

/** Whoever is told of changes. */
export interface Watcher {
  /** Its own word among watchers. */
  readonly session: string;
  readonly alive: boolean;
  /** Whether it takes something now. */
  ready(): boolean;
  push(push: Push): unknown;
}

/** Whoever takes nothing now is tried again so soon. */
const RETRY_MS = 500;

/** Tells watchers how things stand; one that reads too slowly is told later, how they stand then. */
export class Telling<Who extends Watcher, Subject extends object> {
  private readonly behind = new Map<Who, Set<Subject>>();

  constructor(
    private readonly clock: Pick<Clock, 'after'>,
    /** How it stands now; undefined where it is not told any more. */
    private readonly pushOf: (watcher: Who, subject: Subject) => Push | undefined,
  ) {}

  tell(watcher: Who, subject: Subject): void {
    if (watcher.ready()) {
      const push = this.pushOf(watcher, subject);
      if (push !== undefined) watcher.push(push);
      return;
    }
    if (this.behind.size === 0) this.clock.after(RETRY_MS, () => this.catchUp());
    const missed = this.behind.get(watcher) ?? new Set();
    this.behind.set(watcher, missed.add(subject));
  }

  forget(watcher: Who, subject: Subject): void {
    const missed = this.behind.get(watcher);
    missed?.delete(subject);
    if (missed?.size === 0) this.behind.delete(watcher);
  }

  private catchUp(): void {
    for (const [watcher, missed] of this.behind) {
      if (!watcher.ready()) continue;
      this.behind.delete(watcher);
      for (const subject of missed) this.tell(watcher, subject);
    }
    if (this.behind.size > 0) this.clock.after(RETRY_MS, () => this.catchUp());
  }
}
