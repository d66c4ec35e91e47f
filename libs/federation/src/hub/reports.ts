import type { Clock } from '@vestnik/core';

const AGAIN_MS = 60_000;
const TEXTS_MAX = 1_000;

/** Tells an administrator what is wrong with a link, each thing once a minute however often it happens. */
export class Reports {
  private readonly toldAt = new Map<string, number>();

  constructor(
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly tell: (link: string, text: string) => void,
  ) {}

  report(link: string, text: string): void {
    const now = this.clock.monotonic();
    const key = `${link} ${text}`;
    if (now - (this.toldAt.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    if (this.toldAt.size >= TEXTS_MAX) this.toldAt.clear();
    this.toldAt.set(key, now);
    this.tell(link, text);
  }
}
