/** What waits of one tenant, oldest first. */
interface Line<Item> {
  items: Item[];
  at: number;
  bytes: number;
}

export interface Batch {
  /** Items in one batch. */
  readonly items: number;
  readonly bytes: number;
  /** Of one tenant, while others are about. */
  readonly itemsOfOne: number;
}

/**
 * What waits, in a line for each tenant: each has its turn, whoever's line is long. The order within a line stays.
 */
export class FairQueue<Item> {
  private readonly lines = new Map<number, Line<Item>>();
  private count = 0;

  constructor(private readonly bytesOf: (item: Item) => number) {}

  get size(): number {
    return this.count;
  }

  push(tenantId: number, item: Item): void {
    let line = this.lines.get(tenantId);
    if (line === undefined) {
      line = { items: [], at: 0, bytes: 0 };
      this.lines.set(tenantId, line);
    }
    line.items.push(item);
    line.bytes += this.bytesOf(item);
    this.count++;
  }

  /**
   * Takes a batch: of each tenant its share, then what room is left from those who have more.
   *
   * @param instead takes an item that is not to go now; it counts for nothing
   */
  take(batch: Batch, instead: (item: Item) => boolean): Item[] {
    const taken: Item[] = [];
    let bytes = 0;
    const of = new Map<number, number>();
    const serve = (tenantId: number, line: Line<Item>, items: number, bytesMax: number) => {
      let own = of.get(tenantId) ?? 0;
      let ownBytes = 0;
      while (line.at < line.items.length && own < items && ownBytes < bytesMax && taken.length < batch.items && bytes < batch.bytes) {
        const item = line.items[line.at++] as Item;
        const size = this.bytesOf(item);
        line.bytes -= size;
        this.count--;
        if (instead(item)) continue;
        taken.push(item);
        own++;
        ownBytes += size;
        bytes += size;
      }
      of.set(tenantId, own);
    };
    const tenants = this.lines.size;
    const share = Math.max(1, Math.floor(batch.items / Math.max(1, tenants)));
    for (const [tenantId, line] of this.lines) serve(tenantId, line, Math.min(share, batch.itemsOfOne), Math.max(1, batch.bytes / tenants));
    for (const [tenantId, line] of this.lines) serve(tenantId, line, batch.itemsOfOne, batch.bytes);
    this.tidy(of);
    return taken;
  }

  /** Empty lines go; whoever was served is last the next time. */
  private tidy(served: ReadonlyMap<number, number>): void {
    for (const [tenantId, line] of [...this.lines]) {
      if (line.at === line.items.length) {
        this.lines.delete(tenantId);
        continue;
      }
      if (line.at > 1_000 && line.at * 2 > line.items.length) {
        line.items = line.items.slice(line.at);
        line.at = 0;
      }
      if ((served.get(tenantId) ?? 0) > 0) {
        this.lines.delete(tenantId);
        this.lines.set(tenantId, line);
      }
    }
  }
}
