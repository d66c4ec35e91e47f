/** What the server tells of something that happened. */
export interface Happening {
  readonly at: string;
  readonly node?: string;
  readonly kind: string;
  readonly tenant?: string;
  readonly id?: string;
  readonly from?: string;
  readonly to?: string;
  readonly type?: string;
  readonly bytes?: number;
  readonly reason?: string;
  readonly session?: string;
  readonly transport?: string;
  readonly count?: number;
}

export interface TailRow extends Happening {
  /** Of the browser: in the order in which they came. */
  readonly key: number;
}

/** What is shown of a tail. A new one for each change, so that React sees it. */
export interface TailView {
  /** Newest first. */
  readonly rows: readonly TailRow[];
  readonly paused: boolean;
  /** So many came while it was paused; none of them is kept. */
  readonly missed: number;
  /** So many the server has left out. */
  readonly skipped: number;
}

/** So many are kept: more nobody scrolls through. */
export const ROWS_KEPT = 500;
/** What came is shown together, so often. */
const SHOW_MS = 250;

/** The newest happenings, shown in batches however fast they come. */
export class TailBuffer {
  private view: TailView = { rows: [], paused: false, missed: 0, skipped: 0 };
  private fresh: TailRow[] = [];
  private missed = 0;
  private skipped = 0;
  private next = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly read = (): TailView => this.view;

  add(happening: Happening): void {
    if (this.view.paused) this.missed++;
    else {
      this.fresh.push({ ...happening, key: this.next++ });
      if (this.fresh.length > ROWS_KEPT) this.fresh.shift();
    }
    this.soon();
  }

  skip(count: number): void {
    this.skipped += count;
    this.soon();
  }

  pause(): void {
    this.show();
    this.change({ paused: true, missed: 0 });
  }

  goOn(): void {
    this.show();
    this.change({ paused: false });
  }

  clear(): void {
    this.drop();
    this.change({ rows: [], missed: 0, skipped: 0 });
  }

  /** Nothing is shown after this; what has come is forgotten. */
  stop(): void {
    this.drop();
  }

  private drop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.fresh = [];
    this.missed = 0;
    this.skipped = 0;
  }

  private soon(): void {
    this.timer ??= setTimeout(() => this.show(), SHOW_MS);
  }

  private show(): void {
    const { fresh, missed, skipped } = this;
    this.drop();
    if (fresh.length === 0 && missed === 0 && skipped === 0) return;
    this.change({
      rows: fresh.length === 0 ? this.view.rows : [...fresh.reverse(), ...this.view.rows].slice(0, ROWS_KEPT),
      missed: this.view.missed + missed,
      skipped: this.view.skipped + skipped,
    });
  }

  private change(change: Partial<TailView>): void {
    this.view = { ...this.view, ...change };
    for (const listener of this.listeners) listener();
  }
}
