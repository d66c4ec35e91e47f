import type { Clock, Log, Tenants, Timer } from '@vestnik/core';
import { dropPartitions, makePartitions } from './partitions.js';
import type { Sql } from './sql.js';

const MAKE_MS = 10_000;
const DROP_MS = 3600_000;

/** Devices that were not heard of for so long are forgotten; one that comes back with a position goes on from that. */
const FORGET_DEVICES = {
  name: 'forget-old-devices',
  text: `delete from vestnik.client_cursor c where c.device <> '' and c.at < vestnik.now_ms() - 30 * 86400000::bigint`,
};

/** Makes partitions ahead and drops those that are past every tenant's retention. */
export class Upkeep {
  private readonly timers: Timer[] = [];
  private busy = false;

  constructor(
    private readonly sql: Sql,
    private readonly tenants: Tenants,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Makes what is needed now, then keeps it so. */
  async start(): Promise<void> {
    await makePartitions(this.sql);
    this.timers.push(
      this.clock.every(MAKE_MS, () => this.alone(() => makePartitions(this.sql))),
      this.clock.every(DROP_MS, () => this.alone(() => this.drop())),
    );
  }

  stop(): void {
    for (const timer of this.timers) timer.cancel();
  }

  private async drop(): Promise<void> {
    await this.sql.rows(FORGET_DEVICES);
    let retention = 0;
    for (const { settings } of this.tenants.all()) retention = Math.max(retention, settings.retention);
    if (retention === 0) return;
    const { partitions, kept } = await dropPartitions(this.sql, retention * 1000);
    if (partitions.length > 0) this.log.info('partitions past their retention were dropped', { partitions, kept });
  }

  private async alone(work: () => Promise<unknown>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await work();
    } catch (error) {
      this.log.warn('upkeep of the partitions failed and is tried again', { error });
    } finally {
      this.busy = false;
    }
  }
}
