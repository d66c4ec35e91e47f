import type { Clock, Log } from '@vestnik/core';
import type { Refusal } from './refusal.js';

const LINES_PER_SECOND = 10;
const TENANT_CHARACTERS = 63;

/**
 * Puts refused credentials on record: each is counted, and ten a second are logged, so that whoever tries a
 * million does not fill the disk; the next line says how many were left out. The credential is never written.
 */
export class Refusals {
  private second = 0;
  private lines = 0;
  private leftOut = 0;

  constructor(
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly log: Log,
    private readonly count: (why: Refusal) => void,
  ) {}

  /** @param where the tenant as it was named, or `administrators` */
  note(where: string, kind: 'key' | 'token' | 'cookie' | 'unknown', why: Refusal): void {
    this.count(why);
    const second = Math.floor(this.clock.monotonic() / 1_000);
    if (second !== this.second) {
      this.second = second;
      this.lines = 0;
    }
    if (++this.lines > LINES_PER_SECOND) {
      this.leftOut++;
      return;
    }
    const leftOut = this.leftOut === 0 ? undefined : this.leftOut;
    this.leftOut = 0;
    this.log.warn('a credential was refused', { tenant: where.slice(0, TENANT_CHARACTERS), kind, why, leftOut });
  }
}
