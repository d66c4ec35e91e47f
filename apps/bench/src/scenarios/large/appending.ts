import { randomUUID } from 'node:crypto';
import type { PostgresMessageLog } from '@vestnik/store';
import { DATA_TEMPLATE } from '../../load/marked-bytes.js';
import type { Durations, Figures } from '../../scenario.js';
import type { Filled } from './fill.js';
import { spread } from './tries.js';

type Append = Parameters<PostgresMessageLog['append']>[0][number];

/** Who is sent what comes next: clients in no order, each in its turn. */
export class Recipients {
  #next = 0;

  constructor(
    readonly filled: Filled,
    readonly clients: number,
    readonly ttlMs: number,
  ) {}

  /** The id of some client; a large prime step visits all before it comes to one again. */
  next(): number {
    this.#next = (this.#next + 611_953) % this.clients;
    return this.filled.firstClient + this.#next;
  }

  batch(size: number): Append[] {
    const { tenantId, senderId } = this.filled;
    return Array.from({ length: size }, () => ({
      message: { id: newId(), tenantId, senderId, from: 'server@large.bench', type: 'order.approved', data: DATA_TEMPLATE, receipt: false },
      destinations: [{ tenantId, mailboxId: this.next(), to: 'client@large.bench', ttl: this.ttlMs / 1000, ttlIsDefault: true }],
    }));
  }
}

/** Appends batches for a while, one after the other over one connection. */
export async function appendFor(log: PostgresMessageLog, recipients: Recipients, size: number, { warmUpMs, windowMs }: Durations): Promise<Figures> {
  const times: number[] = [];
  const warmUntil = performance.now() + warmUpMs;
  const end = warmUntil + windowMs;
  for (let at = performance.now(); at < end; at = performance.now()) {
    const batch = recipients.batch(size);
    const begun = performance.now();
    const answers = await log.append(batch);
    if (answers.some(({ kind }) => kind !== 'appended')) throw new Error('not all of a batch was appended');
    if (at >= warmUntil) times.push(performance.now() - begun);
  }
  return { rate: (times.length * size * 1000) / windowMs, ...spread(Float64Array.from(times)) };
}

/** UUIDv7. */
function newId(): string {
  const hex = Date.now().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${randomUUID().slice(15)}`;
}
