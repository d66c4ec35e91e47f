import type { ClientRecord, DeviceRecord, Mailbox, Mailboxes, Page, PageRequest } from '@vestnik/core';
import type { Sql, Statement } from '../log/sql.js';
import { MailboxCache } from './mailbox-cache.js';

const KINDS: readonly Mailbox['kind'][] = ['client', 'topic', 'everyone'];

const COLUMNS = 'b.id, b.tenant_id, b.kind, b.name, b.title, b.since, b.created_at, b.seen_at, b.revoked_before';

const FIND: Statement = {
  name: 'find-mailboxes',
  text: `select ${COLUMNS} from vestnik.mailbox b where b.tenant_id = $1 and b.kind = $2 and b.name = any($3::text[])`,
};

/** What everyone was sent before a client became known is not for it: it begins at the tenant's last position. */
const MAKE: Statement = {
  name: 'make-mailboxes',
  text: `insert into vestnik.mailbox as b (tenant_id, kind, name, since, created_at)
    select $1, $2, x.name, h.position, vestnik.now_ms()
    from unnest($3::text[]) x(name), vestnik.tenant_head h
    where h.tenant_id = $1
    order by x.name
    on conflict (tenant_id, kind, name) do nothing
    returning ${COLUMNS}`,
};

const BY_ID: Statement = { name: 'mailbox-by-id', text: `select ${COLUMNS} from vestnik.mailbox b where b.id = $1` };

const LIST: Statement = {
  name: 'list-clients',
  text: `select ${COLUMNS} from vestnik.mailbox b
    where b.tenant_id = $1 and b.kind = 0 and b.name > $2 and ($4::text is null or lower(b.name) like $4 or lower(b.title) like $4)
    order by b.name limit $3`,
};

const DEVICES: Statement = {
  name: 'devices-of',
  text: `select c.client_id, c.device, c.acknowledged, c.delivered, c.at from vestnik.client_cursor c where c.client_id = any($1::int[]) order by c.client_id, c.device`,
};

/** Rows in the order of their ids: two nodes that write at once wait for one another, not in a circle. */
const SEEN: Statement = {
  name: 'seen',
  text: `with held as materialized (
      select b.id, x.at from unnest($1::int[], $2::bigint[]) x(id, at) join vestnik.mailbox b on b.id = x.id order by b.id for update of b)
    update vestnik.mailbox b set seen_at = greatest(coalesce(b.seen_at, 0), h.at) from held h where b.id = h.id`,
};

/** A position moves only for somebody who is there; those of the bus's own devices apart. */
const SEEN_LAST = `greatest(b.seen_at, (select max(c.at) from vestnik.client_cursor c where c.client_id = b.id and c.device not like 'vestnik%'))`;

const LAST_SEEN: Statement = {
  name: 'last-seen',
  text: `select x.id, x.at from (select b.id, ${SEEN_LAST} as at from vestnik.mailbox b where b.id = any($1::int[])) x where x.at is not null`,
};

const SET_TITLE: Statement = {
  name: 'set-title',
  text: 'update vestnik.mailbox b set title = $3 where b.tenant_id = $1 and b.kind = 0 and b.name = $2 returning b.id',
};

const REVOKE: Statement = {
  name: 'revoke-client',
  text: `update vestnik.mailbox b set revoked_before = vestnik.now_ms() where b.tenant_id = $1 and b.kind = 0 and b.name = $2 returning b.id`,
};

const REVOKED_SINCE: Statement = {
  name: 'revoked-since',
  text: `select ${COLUMNS} from vestnik.mailbox b where b.tenant_id = $1 and b.kind = 0 and b.name = any($2::text[])`,
};

interface Row {
  id: number;
  tenant_id: number;
  kind: number;
  name: string;
  title: string | null;
  since: number;
  created_at: number;
  seen_at: number | null;
  revoked_before: number | null;
}

/** Clients, topics and everyone, by name, in Postgres. */
export class PostgresMailboxes implements Mailboxes {
  private readonly cache = new MailboxCache();
  /** Names that are being made now, so that a burst for one new client makes it once. */
  private readonly making = new Map<string, Promise<{ mailbox: Mailbox; known: boolean }[]>>();

  constructor(private readonly sql: Sql) {}

  cached(tenantId: number, kind: Mailbox['kind'], name: string): Mailbox | undefined {
    return this.cache.get(tenantId, kind, name);
  }

  /** Forgets what it remembers: revocations and forgotten clients are seen anew. */
  clearCache(): void {
    this.cache.clear();
  }

  async find(tenantId: number, kind: Mailbox['kind'], names: readonly string[]): Promise<(Mailbox | undefined)[]> {
    const missing = names.filter((name) => this.cache.get(tenantId, kind, name) === undefined);
    if (missing.length > 0) {
      for (const row of await this.sql.rows<Row>(FIND, [tenantId, KINDS.indexOf(kind), missing])) this.cache.set(toMailbox(row));
    }
    return names.map((name) => this.cache.get(tenantId, kind, name));
  }

  async ensure(tenantId: number, kind: Mailbox['kind'], names: readonly string[]): Promise<{ mailbox: Mailbox; known: boolean }[]> {
    const found = await this.find(tenantId, kind, names);
    const unknown = [...new Set(names.filter((_, at) => found[at] === undefined))];
    if (unknown.length === 0) return found.map((mailbox) => ({ mailbox: mailbox as Mailbox, known: true }));
    const made = await this.make(tenantId, kind, unknown);
    return names.map((name, at) => {
      const mailbox = found[at];
      return mailbox !== undefined ? { mailbox, known: true } : (made.get(name) as { mailbox: Mailbox; known: boolean });
    });
  }

  private async make(tenantId: number, kind: Mailbox['kind'], names: readonly string[]): Promise<Map<string, { mailbox: Mailbox; known: boolean }>> {
    const made = new Map<string, { mailbox: Mailbox; known: boolean }>();
    const key = `${tenantId} ${kind} ${names.join('\n')}`;
    let running = this.making.get(key);
    if (running === undefined) {
      running = this.insert(tenantId, kind, names).finally(() => this.making.delete(key));
      this.making.set(key, running);
    }
    for (const answer of await running) made.set(answer.mailbox.name, answer);
    return made;
  }

  private async insert(tenantId: number, kind: Mailbox['kind'], names: readonly string[]): Promise<{ mailbox: Mailbox; known: boolean }[]> {
    const inserted = (await this.sql.rows<Row>(MAKE, [tenantId, KINDS.indexOf(kind), names])).map(toMailbox);
    for (const mailbox of inserted) this.cache.set(mailbox);
    const fresh = new Set(inserted.map((mailbox) => mailbox.name));
    const others = await this.find(
      tenantId,
      kind,
      names.filter((name) => !fresh.has(name)),
    );
    return [
      ...inserted.map((mailbox) => ({ mailbox, known: false })),
      ...others.map((mailbox) => {
        if (mailbox === undefined) throw new Error(`tenant ${tenantId} has no head: it was deleted while a message came in`);
        return { mailbox, known: true };
      }),
    ];
  }

  async byId(id: number): Promise<Mailbox | undefined> {
    const row = await this.sql.row<Row>(BY_ID, [id]);
    return row === undefined ? undefined : toMailbox(row);
  }

  async seen(sights: readonly { readonly id: number; readonly at: number }[]): Promise<void> {
    await this.sql.rows(SEEN, [sights.map(({ id }) => id), sights.map(({ at }) => at)]);
  }

  async lastSeen(ids: readonly number[]): Promise<Map<number, number>> {
    const rows = await this.sql.rows<{ id: number; at: number }>(LAST_SEEN, [ids]);
    return new Map(rows.map(({ id, at }) => [id, at]));
  }

  async listClients(tenantId: number, page: PageRequest & { search?: string }): Promise<Page<ClientRecord>> {
    const pattern = page.search === undefined || page.search === '' ? null : `%${page.search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
    const rows = await this.sql.rows<Row>(LIST, [tenantId, page.cursor ?? '', page.limit + 1, pattern]);
    const items = await this.withDevices(rows.slice(0, page.limit));
    return { items, next: rows.length > page.limit ? items.at(-1)?.name : undefined };
  }

  async findClient(tenantId: number, name: string): Promise<ClientRecord | undefined> {
    const rows = await this.sql.rows<Row>(REVOKED_SINCE, [tenantId, [name]]);
    return (await this.withDevices(rows))[0];
  }

  private async withDevices(rows: readonly Row[]): Promise<ClientRecord[]> {
    if (rows.length === 0) return [];
    const devices = await this.sql.rows<DeviceRecord & { client_id: number }>(DEVICES, [rows.map((row) => row.id)]);
    const seen = await this.lastSeen(rows.map((row) => row.id));
    return rows.map((row) => ({
      ...toMailbox(row),
      title: row.title ?? undefined,
      createdAt: row.created_at,
      seenAt: seen.get(row.id),
      devices: devices
        .filter((device) => device.client_id === row.id)
        .map(({ device, acknowledged, delivered, at }) => ({ device, acknowledged, delivered, at })),
    }));
  }

  async setTitle(tenantId: number, name: string, title: string | undefined): Promise<boolean> {
    return (await this.sql.row(SET_TITLE, [tenantId, name, title ?? null])) !== undefined;
  }

  async revoke(tenantId: number, name: string): Promise<boolean> {
    const done = (await this.sql.row(REVOKE, [tenantId, name])) !== undefined;
    this.cache.delete(tenantId, 'client', name);
    return done;
  }

  async forget(tenantId: number, name: string): Promise<boolean> {
    const forgotten = await this.sql.transaction(async (run) => {
      const [row] = await run<{ id: number }>('select b.id from vestnik.mailbox b where b.tenant_id = $1 and b.kind = 0 and b.name = $2 for update', [
        tenantId,
        name,
      ]);
      if (row === undefined) return false;
      await run('delete from vestnik.client_cursor c where c.client_id = $1', [row.id]);
      await run('delete from vestnik.backlog c where c.client_id = $1', [row.id]);
      await run('delete from vestnik.handed_again a where a.client_id = $1', [row.id]);
      // Senders elsewhere hear that it will not be taken any more.
      await run(
        `insert into vestnik.homeward (remote, message_id, recipient, state, at, reason)
         select m.origin, m.id, b.name || '@' || t.name, 2, vestnik.now_ms(), 'recipient-refused'
         from vestnik.receipt_due r join vestnik.message m on m.id = r.message_id
         join vestnik.mailbox b on b.id = r.mailbox_id join vestnik.tenant t on t.id = b.tenant_id
         where r.mailbox_id = $1 and r.sender_tenant_id = 0 and m.origin is not null`,
        [row.id],
      );
      await run('delete from vestnik.receipt_due r where r.mailbox_id = $1', [row.id]);
      await run('delete from vestnik.dead_letter d where d.client_id = $1', [row.id]);
      await run('delete from vestnik.subscription s where s.client_id = $1', [row.id]);
      await run('delete from vestnik.collapse_slot c where c.mailbox_id = $1 or c.sender_id = $1', [row.id]);
      // Messages to others keep their data: they are theirs too. What was sent to it alone goes.
      await run(
        `update vestnik.message w set data = 'null'
         where w.id in (select l.message_id from vestnik.log l where l.tenant_id = $1 and l.mailbox_id = $2 and l.kind = 0)
           and w.first_position = w.last_position`,
        [tenantId, row.id],
      );
      // Last, as it changes the directory's version, which others wait for.
      await run('delete from vestnik.mailbox b where b.id = $1', [row.id]);
      return true;
    });
    this.cache.delete(tenantId, 'client', name);
    return forgotten;
  }
}

function toMailbox(row: Row): Mailbox {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    kind: KINDS[row.kind] as Mailbox['kind'],
    name: row.name,
    since: row.since,
    revokedBefore: row.revoked_before ?? undefined,
  };
}
