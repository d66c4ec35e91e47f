/** Turns at something scarce: so many at once, so many of them for one tenant, and whoever waits is served tenant by tenant. */
export class Turns {
  private readonly running = new Map<number, number>();
  private readonly waiting = new Map<number, (() => void)[]>();
  private all = 0;

  constructor(
    private readonly allMax: number,
    private readonly perTenantMax: number,
  ) {}

  /**
   * Resolves when it is the tenant's turn, with what gives the turn back.
   *
   * @throws the signal's reason where it is aborted before
   */
  async take(tenantId: number, signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (!this.hasRoom(tenantId)) await this.wait(tenantId, signal);
    else this.begin(tenantId);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.end(tenantId);
    };
  }

  private hasRoom(tenantId: number): boolean {
    return this.all < this.allMax && (this.running.get(tenantId) ?? 0) < this.perTenantMax;
  }

  private wait(tenantId: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const queue = this.waiting.get(tenantId) ?? [];
      this.waiting.set(tenantId, queue);
      const turn = () => {
        signal?.removeEventListener('abort', aborted);
        resolve();
      };
      const aborted = () => {
        const at = queue.indexOf(turn);
        if (at >= 0) queue.splice(at, 1);
        if (queue.length === 0 && this.waiting.get(tenantId) === queue) this.waiting.delete(tenantId);
        reject(signal?.reason as Error);
      };
      queue.push(turn);
      signal?.addEventListener('abort', aborted, { once: true });
    });
  }

  private begin(tenantId: number): void {
    this.all++;
    this.running.set(tenantId, (this.running.get(tenantId) ?? 0) + 1);
  }

  private end(tenantId: number): void {
    this.all--;
    const left = (this.running.get(tenantId) ?? 1) - 1;
    if (left > 0) this.running.set(tenantId, left);
    else this.running.delete(tenantId);
    this.next();
  }

  private next(): void {
    for (const [tenantId, queue] of this.waiting) {
      if (!this.hasRoom(tenantId)) continue;
      const turn = queue.shift();
      // Whoever was served stands last.
      this.waiting.delete(tenantId);
      if (queue.length > 0) this.waiting.set(tenantId, queue);
      if (turn === undefined) continue;
      this.begin(tenantId);
      turn();
      return;
    }
  }
}
