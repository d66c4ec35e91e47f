import type { Clock } from '@vestnik/core';

interface Remembered<Value> {
  readonly value: Value;
  readonly until: number;
}

/**
 * Values by name that are trusted for a few seconds and then looked up again; emptied at once when what they come
 * from has changed. Holds a bounded number, the newest; lookups of one name at the same time are made once.
 */
export class ShortMemory<Value> {
  private readonly entries = new Map<string, Remembered<Value>>();
  private readonly underWay = new Map<string, Promise<Value>>();
  private generation = 0;

  constructor(
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly ageMsMax: number,
    private readonly entriesMax: number,
  ) {}

  get(name: string): Value | undefined {
    const entry = this.entries.get(name);
    return entry !== undefined && this.clock.monotonic() < entry.until ? entry.value : undefined;
  }

  /** The value, remembered or looked up. A failed lookup is not remembered. */
  async getOr(name: string, lookUp: () => Promise<Value>): Promise<Value> {
    const entry = this.entries.get(name);
    if (entry !== undefined && this.clock.monotonic() < entry.until) return entry.value;
    const already = this.underWay.get(name);
    if (already !== undefined) return already;

    // What was read before a change must not be remembered after it.
    const generation = this.generation;
    const looking = lookUp();
    this.underWay.set(name, looking);
    try {
      const value = await looking;
      if (generation === this.generation) this.set(name, value);
      return value;
    } finally {
      if (this.underWay.get(name) === looking) this.underWay.delete(name);
    }
  }

  clear(): void {
    this.generation++;
    this.entries.clear();
    this.underWay.clear();
  }

  private set(name: string, value: Value): void {
    this.entries.delete(name);
    this.entries.set(name, { value, until: this.clock.monotonic() + this.ageMsMax });
    if (this.entries.size > this.entriesMax) this.entries.delete(this.entries.keys().next().value as string);
  }
}
