/**
 * How much of something may be done a second, with a burst.
 *
 * It holds what one second brings, 10 at least, and is full at first. What costs more than it can ever hold is let through when it is
 * full, and paid off afterwards.
 */
export class TokenBucket {
  private tokens: number;

  constructor(
    private rate: number,
    private at: number,
  ) {
    this.tokens = this.burst;
  }

  get burst(): number {
    return Math.max(10, Math.floor(this.rate));
  }

  /** Whole things that may be done now. */
  get remaining(): number {
    return Math.max(0, Math.floor(this.tokens));
  }

  /** Lets time pass. @param rate as it is now: a setting or the number of nodes may have changed */
  refill(rate: number, now: number): void {
    this.tokens += ((now - this.at) / 1000) * this.rate;
    this.rate = rate;
    this.at = now;
    if (this.tokens > this.burst) this.tokens = this.burst;
  }

  /** How many seconds it is until this may be done; 0: now. */
  wait(cost: number): number {
    const missing = Math.min(cost, this.burst) - this.tokens;
    return missing <= 1e-9 ? 0 : missing / this.rate;
  }

  /** Seconds until it is full again. */
  get secondsToFull(): number {
    return Math.max(0, (this.burst - this.tokens) / this.rate);
  }

  take(cost: number): void {
    this.tokens -= cost;
  }
}
