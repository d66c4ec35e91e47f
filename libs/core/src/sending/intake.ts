import { Problem } from '@vestnik/protocol';
import type { CommittedEntries } from '../delivery/entries.js';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import { type Append, type Appended, lockedTenants, type MessageLog } from '../ports/message-log.js';
import { FairQueue } from './fair-queue.js';

interface Waiting {
  readonly append: Append;
  readonly resolve: (appended: Exclude<Appended, { kind: 'busy' }>) => void;
  readonly reject: (error: unknown) => void;
  readonly since: number;
}

/** Sends and bytes in one transaction. */
const BATCH = 500;
const BATCH_BYTES = 4 * 1024 * 1024;
/** Of one tenant while others are about: a full batch takes several times as long to commit, and they wait for it. */
const BATCH_OF_ONE_MIN = 50;
/** Whoever sent something so lately is about. */
const ABOUT_MS = 1_000;
/** A send whose tenant is locked by somebody else waits so long. */
const LOCKED_MS = 15_000;
const LANE_RETRY_MS = 50;
/** Sends that wait at most; beyond, senders are told to come back. */
const QUEUE = 20_000;
const QUEUE_BYTES = 256 * 1024 * 1024;
/** Of these one tenant may have so much, so that there is room for the others. */
const SHARE_OF_ONE = 0.5;

/** What one tenant has here. */
interface Load {
  sends: number;
  bytes: number;
  /** When it last sent something. */
  at: number;
}

/**
 * Where accepted sends wait to be committed together: while one commit is under way the next batch gathers,
 * never on a timer. Senders are answered only after the commit.
 *
 * Each tenant has its turn: one that sends more than can be stored waits for itself, and the others go on.
 *
 * A send whose tenant's lock was not had goes into a lane, in order, with all that touch that tenant after it;
 * the others go on.
 */
export class Intake {
  private readonly queue = new FairQueue<Waiting>((waiting) => waiting.append.message.data.length);
  private readonly loads = new Map<number, Load>();
  private bytes = 0;
  private committing = false;
  private lane: Waiting[] = [];
  private readonly laneTenants = new Map<number, number>();
  private laneRunning = false;
  private unsettled = 0;
  private readonly idling: (() => void)[] = [];

  constructor(
    private readonly store: Pick<MessageLog, 'append'>,
    private readonly entries: CommittedEntries,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** How many sends have no answer yet. */
  get waiting(): number {
    return this.unsettled;
  }

  /**
   * Commits a send with others. Sends of one tenant are committed in the order in which they come here.
   * @throws Problem `unavailable` when too many wait, of this tenant or of all, or the store cannot be reached
   */
  append(append: Append): Promise<Exclude<Appended, { kind: 'busy' }>> {
    if (this.waiting >= QUEUE || this.bytes >= QUEUE_BYTES) {
      return Promise.reject(new Problem('unavailable', 'more is sent than can be stored now; try again', { retryAfter: 1 }));
    }
    const { tenantId, data } = append.message;
    const since = this.clock.monotonic();
    const load = this.loadOf(tenantId);
    if (load.sends >= QUEUE * SHARE_OF_ONE || load.bytes >= QUEUE_BYTES * SHARE_OF_ONE) {
      return Promise.reject(new Problem('unavailable', 'this tenant sends more than can be stored now; try again', { retryAfter: 1 }));
    }
    return new Promise((resolve, reject) => {
      load.sends++;
      load.bytes += data.length;
      load.at = since;
      this.bytes += data.length;
      this.unsettled++;
      this.queue.push(tenantId, { append, resolve, reject, since });
      if (!this.committing) {
        this.committing = true;
        // What arrives in the same turn of the event loop goes into the same commit.
        queueMicrotask(() => void this.run());
      }
    });
  }

  private async run(): Promise<void> {
    while (this.queue.size > 0) {
      const batch = this.takeBatch();
      if (batch.length > 0) await this.commit(batch, (waiting) => this.intoLane(waiting));
    }
    this.committing = false;
  }

  private takeBatch(): Waiting[] {
    const itemsOfOne = Math.max(BATCH_OF_ONE_MIN, Math.ceil(BATCH / this.tenantsAbout()));
    return this.queue.take({ items: BATCH, bytes: BATCH_BYTES, itemsOfOne }, (waiting) => {
      if (this.laneTenants.size === 0 || !lockedTenants(waiting.append).some((tenant) => this.laneTenants.has(tenant))) return false;
      this.intoLane(waiting);
      return true;
    });
  }

  private loadOf(tenantId: number): Load {
    let load = this.loads.get(tenantId);
    if (load === undefined) {
      load = { sends: 0, bytes: 0, at: 0 };
      this.loads.set(tenantId, load);
    }
    return load;
  }

  /** How many tenants have sent something lately. */
  private tenantsAbout(): number {
    if (this.loads.size > 1) {
      const since = this.clock.monotonic() - ABOUT_MS;
      for (const [tenantId, load] of this.loads) if (load.sends === 0 && load.at < since) this.loads.delete(tenantId);
    }
    return Math.max(1, this.loads.size);
  }

  /** Commits and answers; what fails for its own sake is found by halves, so that a bad row fails alone. Never throws. */
  private async commit(batch: readonly Waiting[], onBusy: (waiting: Waiting) => void): Promise<void> {
    let answers: Appended[];
    try {
      answers = await this.store.append(batch.map((waiting) => waiting.append));
    } catch (error) {
      if (error instanceof Problem || batch.length === 1) {
        if (!(error instanceof Problem)) this.log.error('a message could not be stored', { error });
        for (const waiting of batch) this.settle(waiting, () => waiting.reject(error));
        return;
      }
      const half = Math.ceil(batch.length / 2);
      await this.commit(batch.slice(0, half), onBusy);
      await this.commit(batch.slice(half), onBusy);
      return;
    }
    const entries = answers.flatMap((answer) => (answer.kind === 'appended' ? answer.entries : []));
    entries.sort((a, b) => a.position - b.position);
    try {
      this.entries.committed(entries);
    } catch (error) {
      // It is on disk: its senders are answered, and the others go on.
      this.log.error('what was committed could not be handed over', { error });
    }
    answers.forEach((answer, at) => {
      const waiting = batch[at] as Waiting;
      if (answer.kind === 'busy') onBusy(waiting);
      else this.settle(waiting, () => waiting.resolve(answer));
    });
  }

  private settle(waiting: Waiting, tell: () => void): void {
    const { tenantId, data } = waiting.append.message;
    const load = this.loadOf(tenantId);
    load.sends--;
    load.bytes -= data.length;
    this.bytes -= data.length;
    this.unsettled--;
    tell();
    if (this.unsettled === 0) for (const resolve of this.idling.splice(0)) resolve();
  }

  /** Resolves when every send that came here so far has its answer. */
  idle(): Promise<void> {
    if (this.unsettled === 0) return Promise.resolve();
    return new Promise((resolve) => this.idling.push(resolve));
  }

  private intoLane(waiting: Waiting): void {
    this.lane.push(waiting);
    for (const tenant of lockedTenants(waiting.append)) this.laneTenants.set(tenant, (this.laneTenants.get(tenant) ?? 0) + 1);
    if (!this.laneRunning) {
      this.laneRunning = true;
      this.clock.after(LANE_RETRY_MS, () => void this.runLane());
    }
  }

  private async runLane(): Promise<void> {
    const lane = this.lane.slice(0, BATCH);
    const kept: Waiting[] = [];
    const now = this.clock.monotonic();
    await this.commit(lane, (waiting) => {
      if (now - waiting.since <= LOCKED_MS) kept.push(waiting);
      else this.settle(waiting, () => waiting.reject(new Problem('unavailable', 'the tenant is locked by something else; try again', { retryAfter: 2 })));
    });
    this.lane = [...kept, ...this.lane.slice(lane.length)];
    this.laneTenants.clear();
    for (const { append } of this.lane) for (const tenant of lockedTenants(append)) this.laneTenants.set(tenant, (this.laneTenants.get(tenant) ?? 0) + 1);
    if (this.lane.length > 0) this.clock.after(LANE_RETRY_MS, () => void this.runLane());
    else this.laneRunning = false;
  }
}
