import {
  Fenced,
  type Lease,
  type LinkEntry,
  type LinkLog,
  type LinkStatus,
  type OutboxEpoch,
  type OutboxHead,
  type OutboxPage,
  type ReceiveCursor,
  type Received,
  type StateHome,
} from '../ports/link-log.js';
import type { Append, LogEntry } from '../ports/message-log.js';
import { append } from './appending.js';
import { endOne } from './ending.js';
import type { MemoryBase, OutboxRow } from './memory-base.js';
import { endForwarded, expireUnsent, outboxOf, putEntry } from './outboxes.js';

/** States that one entry brings home. */
const STATES_OF_ONE = 200;

/** Outboxes and receive cursors in memory. */
export class MemoryLinkLog implements LinkLog {
  constructor(private readonly base: MemoryBase) {}

  async lease(link: string, node: string, forMs: number, steal: boolean): Promise<Lease | undefined> {
    await this.base.enter('lease');
    const held = this.base.leases.get(link);
    if (held !== undefined && !steal && held.until >= this.base.now() && held.node !== node) return undefined;
    const generation = (held?.generation ?? 0) + 1;
    this.base.leases.set(link, { node, generation, until: this.base.now() + forMs });
    return { link, generation };
  }

  async renew({ link, generation }: Lease, forMs: number): Promise<boolean> {
    await this.base.enter('renewLease');
    const held = this.base.leases.get(link);
    if (held?.generation !== generation) return false;
    held.until = this.base.now() + forMs;
    return true;
  }

  async release({ link, generation }: Lease): Promise<void> {
    await this.base.enter('releaseLease');
    const held = this.base.leases.get(link);
    if (held?.generation === generation) Object.assign(held, { until: 0, status: undefined });
  }

  async report({ link, generation }: Lease, status: Omit<LinkStatus, 'link' | 'generation' | 'node'>): Promise<void> {
    await this.base.enter('reportLink');
    const held = this.base.leases.get(link);
    if (held?.generation === generation) held.status = status;
  }

  async statuses(): Promise<LinkStatus[]> {
    await this.base.enter('linkStatuses');
    return [...this.base.leases].map(([link, { node, generation, until, status }]) => {
      const held = until >= this.base.now();
      return { ...status, link, generation, connected: held && status?.connected === true, node: held ? node : undefined };
    });
  }

  async heads(remoteIds: readonly number[]): Promise<OutboxHead[]> {
    await this.base.enter('outboxHeads');
    return remoteIds.map((remoteId) => this.head(remoteId));
  }

  async take(lease: Lease, remoteId: number, after: number, limit: { readonly entries: number; readonly bytes: number }): Promise<OutboxPage | undefined> {
    await this.base.enter('takeOutbox');
    this.requireHeld(lease);
    const now = this.base.now();
    const outbox = outboxOf(this.base, remoteId);
    const at = outbox.epochs.findLastIndex(({ starts }) => starts <= after + 1);
    const end = Math.min(outbox.last, after + limit.entries, (outbox.epochs[at + 1]?.starts ?? outbox.last + 1) - 1);
    expireUnsent(this.base, outbox, end, now);
    const entries: LinkEntry[] = [];
    let bytes = 0;
    for (let number = after + 1; number <= end; number++) {
      const row = outbox.rows.get(number);
      if (row === undefined) break;
      bytes += row.bytes;
      if (entries.length > 0 && bytes > limit.bytes) break;
      entries.push(toEntry(row, now));
    }
    if (entries.length === 0) return undefined;
    outbox.sent = Math.max(outbox.sent, after + entries.length);
    return { first: after + 1, epoch: outbox.epochs[at]?.epoch ?? 0, entries, head: this.head(remoteId) };
  }

  async acknowledge(lease: Lease, remoteId: number, number: number): Promise<void> {
    await this.base.enter('acknowledgeOutbox');
    this.requireHeld(lease);
    const outbox = outboxOf(this.base, remoteId);
    if (number <= outbox.acknowledged) return;
    outbox.acknowledged = number;
    outbox.sent = Math.max(outbox.sent, number);
    outbox.arrived.push({ number, at: this.base.now() });
  }

  async unsend(lease: Lease, remoteId: number, number: number): Promise<void> {
    await this.base.enter('unsend');
    this.requireHeld(lease);
    const outbox = outboxOf(this.base, remoteId);
    outbox.sent = Math.min(outbox.sent, number);
  }

  async cursors(remoteId: number): Promise<ReceiveCursor[]> {
    await this.base.enter('receiveCursors');
    return [...(this.base.receiveCursors.get(remoteId) ?? [])].map(([epoch, number]) => ({ epoch, number }));
  }

  async receive(lease: Lease, remoteId: number, { epoch, first, last, after, works }: Received): ReturnType<LinkLog['receive']> {
    await this.base.enter('receive');
    const { base } = this;
    const appends = works.flatMap((work) => work.append ?? []);
    await base.unheld(() => appends.flatMap(({ destinations }) => destinations.map(({ tenantId }) => tenantId)));
    this.requireHeld(lease);
    const now = base.now();
    const cursors = base.receiveCursors.get(remoteId) ?? new Map<number, number>();
    let cursor = cursors.get(epoch);
    if (cursor === undefined && (after === undefined || (cursors.get(after.epoch) ?? -1) >= after.number)) cursor = first - 1;
    // A sender that has lost its history goes on where it can.
    if (cursor !== undefined && cursor < first - 1 && after === undefined) cursor = first - 1;
    if (cursor === undefined || cursor < first - 1) return { kind: 'hole' };
    if (cursor >= last) return { kind: 'received', number: cursor, entries: [] };

    const known = cursor;
    const fresh = works.filter(({ number }) => number > known);
    const told: StateHome[] = fresh.flatMap(({ states }) => states ?? []);
    const batch: Append[] = [];
    for (const { append: one } of fresh) {
      if (one === undefined) continue;
      const there = base.messages.get(one.message.id);
      if ((there !== undefined && there.origin !== remoteId) || batch.some(({ message }) => message.id === one.message.id)) {
        told.push(
          ...one.destinations.map(({ to }) => ({ id: one.message.id, to: withoutInstallation(to), state: 'refused' as const, at: now, reason: 'conflict' })),
        );
      } else if (there === undefined) {
        batch.push(one);
      }
    }
    const entries: LogEntry[] = append(base, batch).flatMap((answer) => (answer.kind === 'appended' ? answer.entries : []));
    for (const { id, to, ...end } of fresh.flatMap(({ home }) => home ?? [])) {
      const outbox = outboxOf(base, remoteId);
      for (const [number, row] of outbox.rows) {
        // Of what was never sent there, or to somebody else, nobody there knows anything.
        if (row.kind === 'message' && row.message.id === id && row.ended !== true && number <= outbox.sent) entries.push(...endForwarded(base, row, to, end));
      }
    }
    for (const { withdraw } of fresh) {
      const sent = withdraw === undefined ? undefined : base.messages.get(withdraw);
      if (sent?.origin !== remoteId) continue;
      for (const { tenantId, mailboxId, position, message } of sent.places) {
        entries.push(...endOne(base, { tenantId, mailboxId, messageId: message.id, target: position, state: 'withdrawn' }, now).entries);
      }
    }
    base.receiveCursors.set(remoteId, cursors.set(epoch, last));
    base.homeward.set(remoteId, [...(base.homeward.get(remoteId) ?? []), ...told]);
    return { kind: 'received', number: last, entries: entries.sort((a, b) => a.position - b.position) };
  }

  async bringHome(lease: Lease, remoteId: number, limit: number): Promise<number> {
    await this.base.enter('bringHome');
    this.requireHeld(lease);
    const states = this.base.homeward.get(remoteId)?.splice(0, limit) ?? [];
    for (let from = 0; from < states.length; from += STATES_OF_ONE) {
      putEntry(this.base, remoteId, { kind: 'states', states: states.slice(from, from + STATES_OF_ONE) }, this.base.now());
    }
    return states.length;
  }

  async expireOutboxes(_limit: number): Promise<LogEntry[]> {
    await this.base.enter('expireOutboxes');
    return [...this.base.outboxes.values()].flatMap((outbox) => expireUnsent(this.base, outbox, outbox.last, this.base.now()));
  }

  private requireHeld({ link, generation }: Lease): void {
    if (this.base.leases.get(link)?.generation !== generation) throw new Fenced('the link was taken over');
  }

  private head(remoteId: number): OutboxHead {
    const { rows, last, sent, acknowledged, epochs } = outboxOf(this.base, remoteId);
    const waiting = [...rows].filter(([number]) => number > acknowledged);
    return {
      remoteId,
      last,
      sent,
      acknowledged,
      kept: rows.keys().next().value ?? last + 1,
      epochs: epochs.map(({ epoch, starts }, at): OutboxEpoch => ({ epoch, starts, last: (epochs[at + 1]?.starts ?? last + 1) - 1 })),
      bytes: waiting.reduce((sum, [, { bytes }]) => sum + bytes, 0),
      oldestAt: waiting[0]?.[1].at,
    };
  }
}

function toEntry(row: OutboxRow, now: number): LinkEntry {
  if (row.kind === 'other') return row.entry;
  if (row.ended === true) return { kind: 'void' };
  const { message, wire, expiresAt } = row;
  return {
    kind: 'message',
    id: message.id,
    from: withoutInstallation(message.from),
    to: wire,
    type: message.type,
    data: message.data,
    sentAt: message.sentAt,
    ttl: Math.max(1, Math.ceil((expiresAt - now) / 1000)),
    collapseKey: message.collapseKey,
    correlationId: message.correlationId,
    contentType: message.contentType,
    traceparent: message.traceparent,
  };
}

/** `ivanov@accounting.hq` as `ivanov@accounting`. */
function withoutInstallation(address: string): string {
  return /^[^@]*@[^.]*/.exec(address)?.[0] ?? address;
}
