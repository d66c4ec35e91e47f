import type { AuditTrail, Clock, Log } from '@vestnik/core';

/** So many may be written at once, and then one in each while. */
const AT_ONCE = 30;
const EACH_MS = 2 * 60_000;

/** A refused try to sign in, as it is put on record. Never with what was tried. */
export interface RefusedSignIn {
  /** Of an account that there is. */
  readonly name?: string;
  readonly address: string;
  readonly why: string;
  /** From now on this name has to wait from this address. */
  readonly locks?: boolean;
}

/**
 * Puts refused sign-ins into the audit trail, whose rows are never deleted: of one name and address the first, and the one
 * that locks it out; of all together thirty at once and 720 a day at each node, so that nobody fills the disk from
 * outside. The next entry says how many were left out.
 */
export class RefusedSignIns {
  private tokens = AT_ONCE;
  private countedAt: number;
  private leftOut = 0;

  constructor(
    private readonly clock: Pick<Clock, 'now' | 'monotonic'>,
    private readonly audit: Pick<AuditTrail, 'record'> | undefined,
    private readonly log: Pick<Log, 'warn'>,
  ) {
    this.countedAt = clock.monotonic();
  }

  /** Never rejects: whoever is refused is told that, also where it cannot be written down. */
  async note({ name, address, why, locks }: RefusedSignIn): Promise<void> {
    if (this.audit === undefined) return;
    const now = this.clock.monotonic();
    this.tokens = Math.min(AT_ONCE, this.tokens + (now - this.countedAt) / EACH_MS);
    this.countedAt = now;
    if (this.tokens < 1) {
      this.leftOut++;
      return;
    }
    this.tokens--;
    const leftOut = this.leftOut;
    this.leftOut = 0;
    try {
      await this.audit.record({
        at: this.clock.now(),
        who: name === undefined ? 'nobody' : `administrator:${name}`,
        address,
        action: 'session.refused',
        subject: name ?? 'an unknown name',
        after: { why, ...(locks === true ? { locks: true } : {}), ...(leftOut === 0 ? {} : { leftOut }) },
      });
    } catch (error) {
      this.leftOut += leftOut + 1;
      this.log.warn('a refused sign-in could not be put on record', { error: error instanceof Error ? error.message : String(error) });
    }
  }
}
