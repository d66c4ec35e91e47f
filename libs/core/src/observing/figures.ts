/** What a node counts of what it does. */
export const FIGURES = ['accepted', 'transient', 'delivered', 'acknowledged', 'refused', 'expired', 'calls'] as const;

export type Figure = (typeof FIGURES)[number];

/** So many of each since the node started. */
export type Counts = Record<Figure, number>;

export function noCounts(): Counts {
  return { accepted: 0, transient: 0, delivered: 0, acknowledged: 0, refused: 0, expired: 0, calls: 0 };
}

/** Figures of a stretch of time, cut into steps: of each figure how many in each step, and how many sessions there were; oldest first. */
export interface FigureSeries {
  /** Number of the first step since 1970: those of different nodes fit together by it. */
  readonly first: number;
  readonly sessions: readonly number[];
  readonly counted: Readonly<Record<Figure, readonly number[]>>;
}

/** One step; seconds. */
export const STEP_SECONDS = 10;
/** An hour. */
const STEPS = 360;

/** The last hour of one node's figures, in memory. */
export class FigureRing {
  private first = 0;
  private sessions: number[] = [];
  private counted = emptySeries();
  private before: Counts;

  constructor(counts: Counts) {
    this.before = { ...counts };
  }

  /**
   * Notes where the figures stand; to be called at least once a step.
   *
   * @param now milliseconds since 1970
   */
  note(now: number, counts: Counts, sessions: number): void {
    const step = Math.floor(now / (STEP_SECONDS * 1_000));
    if (this.sessions.length === 0) this.first = step;
    // A clock that was put back counts on in the last step.
    const at = Math.max(step - this.first, this.sessions.length - 1);
    if (at - this.sessions.length > STEPS) this.clear(step);
    while (this.sessions.length <= step - this.first) {
      this.sessions.push(sessions);
      for (const figure of FIGURES) this.counted[figure].push(0);
    }
    const last = this.sessions.length - 1;
    this.sessions[last] = sessions;
    for (const figure of FIGURES) {
      this.counted[figure][last] = (this.counted[figure][last] ?? 0) + counts[figure] - this.before[figure];
      this.before[figure] = counts[figure];
    }
    const over = this.sessions.length - STEPS;
    if (over <= 0) return;
    this.first += over;
    this.sessions.splice(0, over);
    for (const figure of FIGURES) this.counted[figure].splice(0, over);
  }

  series(): FigureSeries {
    return { first: this.first, sessions: this.sessions, counted: this.counted };
  }

  private clear(step: number): void {
    this.first = step;
    this.sessions = [];
    this.counted = emptySeries();
  }
}

/** The figures of several nodes as one: what a node has not told of counts as nothing. */
export function addedUp(all: readonly FigureSeries[]): FigureSeries {
  const told = all.filter(({ sessions }) => sessions.length > 0);
  if (told.length === 0) return { first: 0, sessions: [], counted: emptySeries() };
  const end = Math.max(...told.map(({ first, sessions }) => first + sessions.length));
  const first = Math.max(Math.min(...told.map((series) => series.first)), end - STEPS);
  const sum = (read: (series: FigureSeries) => readonly number[]) =>
    Array.from({ length: end - first }, (_, at) => told.reduce((total, series) => total + (read(series)[first + at - series.first] ?? 0), 0));
  const counted = Object.fromEntries(FIGURES.map((figure) => [figure, sum((series) => series.counted[figure])])) as Record<Figure, number[]>;
  return { first, sessions: sum((series) => series.sessions), counted };
}

function emptySeries(): Record<Figure, number[]> {
  return { accepted: [], transient: [], delivered: [], acknowledged: [], refused: [], expired: [], calls: [] };
}
