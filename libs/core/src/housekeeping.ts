import type { Tenants } from './access/tenants.js';
import type { Delivery } from './delivery/delivery.js';
import type { Clock, Timer } from './ports/clock.js';
import type { LinkLog } from './ports/link-log.js';
import type { Log } from './ports/log.js';
import type { MessageLog } from './ports/message-log.js';
import type { Outboxes } from './sending/outboxes.js';
import type { Scheduled } from './sending/scheduled.js';

/** The store's clock may differ from one that never jumps by so much between two looks. */
const JUMP_MS = 60_000;
const EXPIRE_PAGE = 500;

export interface HousekeepingParts {
  readonly delivery: Delivery;
  readonly scheduled: Scheduled;
  readonly tenants: Tenants;
  readonly messageLog: Pick<MessageLog, 'now' | 'expireDue'>;
  readonly outboxes: Outboxes;
  readonly linkLog?: Pick<LinkLog, 'expireOutboxes'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What has to happen every second, whether or not anybody asks: polling, expiry, what has become due. */
export class Housekeeping {
  private readonly timers: Timer[] = [];
  private readonly running = new Set<string>();
  private lastLook: { store: number; monotonic: number } | undefined;
  private jumped = false;

  constructor(private readonly parts: HousekeepingParts) {}

  start(periodMs = 1_000): void {
    const { clock, delivery, tenants } = this.parts;
    this.timers.push(
      clock.every(periodMs, () => delivery.tick()),
      clock.every(periodMs, () => this.alone('poll', () => delivery.poll())),
      clock.every(periodMs, () => this.alone('directory', () => tenants.refresh())),
      clock.every(periodMs, () => this.alone('scheduled', () => this.parts.scheduled.enterDue())),
      clock.every(periodMs, () => this.alone('expiry', () => this.expire())),
      clock.every(periodMs, () => this.alone('outboxes', () => this.parts.outboxes.refresh())),
      clock.every(periodMs * 30, () => this.alone('epochs', () => delivery.readEpochs())),
    );
  }

  stop(): void {
    for (const timer of this.timers) timer.cancel();
  }

  /** One run of a task at a time; a store that fails is told once, and the next second tries again. */
  private async alone(task: string, work: () => Promise<unknown>): Promise<void> {
    if (this.running.has(task)) return;
    this.running.add(task);
    try {
      await work();
    } catch (error) {
      this.parts.log.debug('a task of every second failed and is tried again', { task, error });
    } finally {
      this.running.delete(task);
    }
  }

  /** Nothing expires while the store's clock is not to be trusted. */
  private async expire(): Promise<void> {
    const { messageLog, clock, delivery } = this.parts;
    const look = { store: await messageLog.now(), monotonic: clock.monotonic() };
    const before = this.lastLook;
    this.lastLook = look;
    if (before !== undefined && Math.abs(look.store - before.store - (look.monotonic - before.monotonic)) > JUMP_MS) {
      if (!this.jumped)
        this.parts.log.error('the clock of the database has jumped: nothing expires until this node is started again or the clock is back', {
          jumpedMs: look.store - before.store - (look.monotonic - before.monotonic),
        });
      this.jumped = true;
      this.lastLook = before;
      return;
    }
    if (this.jumped) {
      this.jumped = false;
      this.parts.log.warn('the clock of the database is back: messages expire again');
    }
    let more = true;
    while (more) {
      const expired = await messageLog.expireDue(EXPIRE_PAGE);
      delivery.committed(expired.entries);
      more = expired.more;
    }
    const { linkLog, outboxes } = this.parts;
    if (linkLog !== undefined && outboxes.inUse) delivery.committed(await linkLog.expireOutboxes(EXPIRE_PAGE));
  }
}
