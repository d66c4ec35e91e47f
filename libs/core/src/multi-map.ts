/**
 * Several values under one key. Most keys have a single value, which then stands there without a set of its own: at
 * 10,000 sessions the sets alone were a kilobyte each.
 */
export class MultiMap<Key, Value extends object> {
  private readonly values = new Map<Key, Value | Set<Value>>();

  add(key: Key, value: Value): void {
    const known = this.values.get(key);
    if (known === undefined) this.values.set(key, value);
    else if (known instanceof Set) known.add(value);
    else if (known !== value) this.values.set(key, new Set([known, value]));
  }

  /** @returns whether it was there */
  delete(key: Key, value: Value): boolean {
    const known = this.values.get(key);
    if (known === value) return this.values.delete(key);
    if (!(known instanceof Set) || !known.delete(value)) return false;
    if (known.size === 1) for (const last of known) this.values.set(key, last);
    return true;
  }

  has(key: Key, value: Value): boolean {
    const known = this.values.get(key);
    return known === value || (known instanceof Set && known.has(value));
  }

  size(key: Key): number {
    const known = this.values.get(key);
    return known === undefined ? 0 : known instanceof Set ? known.size : 1;
  }

  /** Calls for each value of a key, in the order in which they were added. */
  each(key: Key, call: (value: Value) => void): void {
    const known = this.values.get(key);
    if (known === undefined) return;
    if (known instanceof Set) for (const value of known) call(value);
    else call(known);
  }

  of(key: Key): Value[] {
    const known = this.values.get(key);
    return known === undefined ? [] : known instanceof Set ? [...known] : [known];
  }
}
