/** Items in ascending order of a number. Most come at the end. */
export class SortedList<Item> {
  private items: Item[] = [];

  constructor(private readonly orderOf: (item: Item) => number) {}

  get size(): number {
    return this.items.length;
  }

  get last(): Item | undefined {
    return this.items.at(-1);
  }

  /** Behind those that are equal. */
  add(item: Item): void {
    const at = this.indexAfter(this.orderOf(item));
    if (at === this.items.length) this.items.push(item);
    else this.items.splice(at, 0, item);
  }

  /** Those that are greater than `after` and at most `upTo`, at most `limit` of them. */
  between(after: number, upTo = Number.POSITIVE_INFINITY, limit = Number.POSITIVE_INFINITY): Item[] {
    const from = this.indexAfter(after);
    return this.items.slice(from, Math.min(this.indexAfter(upTo), from + limit));
  }

  at(order: number): Item | undefined {
    const item = this.items[this.indexAfter(order) - 1];
    return item !== undefined && this.orderOf(item) === order ? item : undefined;
  }

  replace(order: number, item: Item): void {
    const at = this.indexAfter(order) - 1;
    const found = this.items[at];
    if (found !== undefined && this.orderOf(found) === order) this.items[at] = item;
  }

  removeWhere(unwanted: (item: Item) => boolean): void {
    this.items = this.items.filter((item) => !unwanted(item));
  }

  private indexAfter(order: number): number {
    let low = 0;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.orderOf(this.items[middle] as Item) <= order) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
