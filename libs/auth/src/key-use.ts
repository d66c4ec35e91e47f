import type { Clock, KeyDirectory, Log, Timer } from '@vestnik/core';

const FLUSH_MS = 30_000;
/** Uses that cannot be written stay in memory, but not without bound. */
const KEYS_MAX = 50_000;

/** When keys were last used: gathered in memory and written every half minute, one row a key. Lost with the node: it is a hint for people. */
export class KeyUse {
  private uses = new Map<string, number>();
  private readonly timer: Timer;

  constructor(
    private readonly keys: Pick<KeyDirectory, 'used'>,
    private readonly clock: Pick<Clock, 'now' | 'every'>,
    private readonly log: Log,
  ) {
    this.timer = clock.every(FLUSH_MS, () => void this.flush());
  }

  note(keyId: string): void {
    if (this.uses.size < KEYS_MAX || this.uses.has(keyId)) this.uses.set(keyId, this.clock.now());
  }

  /** Writes what was gathered. Never rejects: what could not be written is kept for the next time. */
  async flush(): Promise<void> {
    if (this.uses.size === 0) return;
    const uses = this.uses;
    this.uses = new Map();
    try {
      await this.keys.used([...uses].map(([id, at]) => ({ id, at })));
    } catch (error) {
      for (const [id, at] of uses) if (!this.uses.has(id)) this.uses.set(id, at);
      this.log.warn('when keys were last used could not be written yet', { error: error instanceof Error ? error.message : String(error) });
    }
  }

  close(): Promise<void> {
    this.timer.cancel();
    return this.flush();
  }
}
