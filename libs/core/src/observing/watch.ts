import type { Clock, Timer } from '../ports/clock.js';
import { type Happening, type HappeningFilter, passes } from './happenings.js';

/** What is told of what happens: at most so many in one turn, and how many were left out. */
export interface Seen {
  readonly happenings: readonly Happening[];
  readonly skipped: number;
}

/** Happenings are told together, so often. */
const GATHER_MS = 250;
/** So many a second, and no more. */
const PER_SECOND = 50;

/** Somebody who watches what happens. What is more than a person can read is counted, not kept. */
export class Watch {
  private happenings: Happening[] = [];
  private skipped = 0;
  private room = PER_SECOND;
  private filledAt: number;
  private timer: Timer | undefined;

  constructor(
    private readonly filter: HappeningFilter,
    private readonly clock: Clock,
    private readonly tell: (seen: Seen) => void,
  ) {
    this.filledAt = clock.monotonic();
  }

  /** Whether it would be told, whoever its recipient is. */
  hasRoomFor(happening: Happening): boolean {
    this.fill();
    return this.room > 0 && passes({ ...this.filter, to: undefined }, happening);
  }

  see(happening: Happening): void {
    if (!passes(this.filter, happening)) return;
    this.fill();
    if (this.room > 0) {
      this.room--;
      this.happenings.push(happening);
    } else {
      this.skipped++;
    }
    this.timer ??= this.clock.after(GATHER_MS, () => this.flush());
  }

  end(): void {
    this.timer?.cancel();
  }

  private fill(): void {
    const now = this.clock.monotonic();
    if (now - this.filledAt < 1_000) return;
    this.room = PER_SECOND;
    this.filledAt = now;
  }

  private flush(): void {
    this.timer = undefined;
    const { happenings, skipped } = this;
    this.happenings = [];
    this.skipped = 0;
    this.tell({ happenings, skipped });
  }
}
