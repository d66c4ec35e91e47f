import type { Page, PageRequest } from '../ports/directory.js';
import type { ClientRecord, Mailbox, Mailboxes } from '../ports/mailboxes.js';
import { byCodePoint } from './code-points.js';
import { refuseForeign } from './ending.js';
import type { MailboxRow, MemoryBase } from './memory-base.js';

/** Clients, topics and everyone, by name, in memory. */
export class MemoryMailboxes implements Mailboxes {
  constructor(private readonly base: MemoryBase) {}

  cached(tenantId: number, kind: Mailbox['kind'], name: string): Mailbox | undefined {
    const row = this.base.findMailbox(tenantId, kind, name);
    return row === undefined ? undefined : toMailbox(row);
  }

  async find(tenantId: number, kind: Mailbox['kind'], names: readonly string[]): Promise<(Mailbox | undefined)[]> {
    await this.base.enter('find');
    return names.map((name) => this.cached(tenantId, kind, name));
  }

  async ensure(tenantId: number, kind: Mailbox['kind'], names: readonly string[]): Promise<{ mailbox: Mailbox; known: boolean }[]> {
    await this.base.enter('ensure');
    const known = names.map((name) => this.cached(tenantId, kind, name));
    return names.map((name, at) => {
      const mailbox = known[at] ?? this.cached(tenantId, kind, name) ?? toMailbox(this.base.addMailbox(tenantId, kind, name));
      return { mailbox, known: known[at] !== undefined };
    });
  }

  async byId(id: number): Promise<Mailbox | undefined> {
    await this.base.enter('byId');
    const row = this.base.mailboxes.get(id);
    return row === undefined ? undefined : toMailbox(row);
  }

  async seen(sights: readonly { readonly id: number; readonly at: number }[]): Promise<void> {
    await this.base.enter('seen');
    for (const { id, at } of sights) {
      const row = this.base.mailboxes.get(id);
      if (row !== undefined) row.seenAt = Math.max(row.seenAt ?? 0, at);
    }
  }

  async lastSeen(ids: readonly number[]): Promise<Map<number, number>> {
    await this.base.enter('lastSeen');
    const seen = new Map<number, number>();
    for (const id of ids) {
      const row = this.base.mailboxes.get(id);
      const at = row === undefined ? undefined : this.seenLast(row);
      if (at !== undefined) seen.set(id, at);
    }
    return seen;
  }

  /** A position moves only for somebody who is there; those of the bus's own devices apart. */
  private seenLast(row: MailboxRow): number | undefined {
    const times = this.base.cursorsOf(row.id).flatMap(({ device, at }) => (device.startsWith('vestnik') ? [] : [at]));
    if (row.seenAt !== undefined) times.push(row.seenAt);
    return times.length === 0 ? undefined : Math.max(...times);
  }

  async listClients(tenantId: number, { limit, cursor = '', search = '' }: PageRequest & { search?: string }): Promise<Page<ClientRecord>> {
    await this.base.enter('listClients');
    const wanted = search.toLowerCase();
    const rows = [...this.base.mailboxes.values()]
      .filter((row) => row.tenantId === tenantId && row.kind === 'client' && byCodePoint(row.name, cursor) > 0)
      .filter((row) => row.name.toLowerCase().includes(wanted) || row.title?.toLowerCase().includes(wanted) === true)
      .sort((a, b) => byCodePoint(a.name, b.name));
    const items = rows.slice(0, limit).map((row) => this.record(row));
    return { items, next: rows.length > limit ? items.at(-1)?.name : undefined };
  }

  async findClient(tenantId: number, name: string): Promise<ClientRecord | undefined> {
    await this.base.enter('findClient');
    const row = this.base.findMailbox(tenantId, 'client', name);
    return row === undefined ? undefined : this.record(row);
  }

  async setTitle(tenantId: number, name: string, title: string | undefined): Promise<boolean> {
    await this.base.enter('setTitle');
    const row = this.base.findMailbox(tenantId, 'client', name);
    if (row !== undefined) row.title = title;
    return row !== undefined;
  }

  async revoke(tenantId: number, name: string): Promise<boolean> {
    await this.base.enter('revoke');
    const row = this.base.findMailbox(tenantId, 'client', name);
    if (row === undefined) return false;
    row.revokedBefore = this.base.now();
    this.base.version++;
    return true;
  }

  async forget(tenantId: number, name: string): Promise<boolean> {
    await this.base.enter('forget');
    const { base } = this;
    const row = base.findMailbox(tenantId, 'client', name);
    if (row === undefined) return false;
    refuseForeign(base, row.id);
    base.removeMailbox(row);
    for (const [id, letter] of base.deadLetters) if (letter.clientId === row.id) base.deadLetters.delete(id);
    for (const key of base.collapseSlots.keys()) {
      const [mailboxId, senderId] = key.split(' ').map(Number);
      if (mailboxId === row.id || senderId === row.id) base.collapseSlots.delete(key);
    }
    // Messages to others keep their data: they are theirs too. What was sent to it alone goes.
    for (const entry of base.boxOf(row.id).between(0)) {
      if (entry.kind !== 'message') continue;
      const sent = base.messages.get(entry.message.id);
      if (sent === undefined || sent.places.length !== 1) continue;
      sent.message = { ...sent.message, data: 'null' };
      const blank = { ...entry, message: sent.message };
      sent.places = [blank];
      base.boxOf(row.id).replace(entry.position, blank);
      base.logs.get(tenantId)?.entries.replace(entry.position, blank);
    }
    base.version++;
    return true;
  }

  private record(row: MailboxRow): ClientRecord {
    const devices = this.base.cursorsOf(row.id).map(({ device, acknowledged, delivered, at }) => ({ device, acknowledged, delivered, at }));
    return {
      ...toMailbox(row),
      title: row.title,
      createdAt: row.createdAt,
      seenAt: this.seenLast(row),
      devices: devices.sort((a, b) => byCodePoint(a.device, b.device)),
    };
  }
}

function toMailbox({ id, tenantId, kind, name, since, revokedBefore }: MailboxRow): Mailbox {
  return { id, tenantId, kind, name, since, revokedBefore };
}
