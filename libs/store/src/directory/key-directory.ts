import type { ApiKey, Clock, KeyDirectory, Page, PageRequest } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { type DataSource, IsNull, MoreThan, type Repository } from 'typeorm';
import { rowsOf } from '../data-source.js';
import { ApiKeyRow } from './entities.js';
import { inStore, isForeignKeyViolation, isUniqueViolation } from './failures.js';
import { pageOf, readListCursor } from './list-cursor.js';

/** A key's last use moves forward only, whichever node tells of it last. Ids in order, so that nodes never wait for each other in a ring. */
const USED = `
  update vestnik.api_key k set last_used_at = u.at
  from (select k.id, x.at from unnest($1::text[], $2::bigint[]) x(id, at) join vestnik.api_key k on k.id = x.id order by k.id for no key update of k) u
  where k.id = u.id and coalesce(k.last_used_at, 0) < u.at`;

/** A key that ends before does not live longer for being replaced. Null is later than all times. */
const END = `
  update vestnik.api_key k set expires_at = least(k.expires_at, $3::bigint)
  where k.id = $1 and k.tenant_id is not distinct from $2::int returning k.id`;

/** API keys, in Postgres: their hashes, never the keys. */
export class PostgresKeyDirectory implements KeyDirectory {
  private readonly rows: Repository<ApiKeyRow>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    this.rows = dataSource.getRepository(ApiKeyRow);
  }

  /** @throws Problem `conflict` where the key or its id is there already; `not-found` where the tenant is gone */
  create(key: Omit<ApiKey, 'createdAt' | 'lastUsedAt'>, hash: Uint8Array): Promise<ApiKey> {
    return inStore(async () => {
      const row = this.row(key, hash);
      await this.rows.insert(row).catch(told);
      return keyOf(row);
    });
  }

  replace(key: Omit<ApiKey, 'createdAt' | 'lastUsedAt'> & { replaces: string }, hash: Uint8Array, oldEndsAt: number) {
    return inStore(() =>
      this.dataSource.transaction(async (transaction) => {
        if ((await rowsOf(transaction, END, [key.replaces, key.tenantId, oldEndsAt])).length === 0) return undefined;
        const row = this.row(key, hash);
        await transaction.insert(ApiKeyRow, row).catch(told);
        return { made: keyOf(row), old: keyOf(await transaction.findOneByOrFail(ApiKeyRow, { id: key.replaces })) };
      }),
    );
  }

  findByHash(hash: Uint8Array): Promise<ApiKey | undefined> {
    return inStore(async () => optional(await this.rows.findOneBy({ hash: Buffer.from(hash) })));
  }

  findById(id: string): Promise<ApiKey | undefined> {
    return inStore(async () => optional(await this.rows.findOneBy({ id })));
  }

  list(tenantId: number | null, page: PageRequest): Promise<Page<ApiKey>> {
    return inStore(async () => {
      const after = readListCursor(page.cursor);
      const rows = await this.rows.find({
        where: { tenantId: tenantId ?? IsNull(), ...(after === undefined ? {} : { number: MoreThan(after) }) },
        order: { number: 'asc' },
        take: page.limit + 1,
      });
      return pageOf(rows, page.limit, (row) => row.number, keyOf);
    });
  }

  delete(tenantId: number | null, id: string): Promise<boolean> {
    return inStore(async () => ((await this.rows.delete({ id, tenantId: tenantId ?? IsNull() })).affected ?? 0) > 0);
  }

  async used(ids: readonly { id: string; at: number }[]): Promise<void> {
    if (ids.length === 0) return;
    await inStore(() => this.dataSource.query(USED, [ids.map((use) => use.id), ids.map((use) => use.at)]));
  }

  private row(key: Omit<ApiKey, 'createdAt' | 'lastUsedAt'>, hash: Uint8Array): ApiKeyRow {
    return this.rows.create({
      id: key.id,
      tenantId: key.tenantId,
      title: key.title,
      client: key.client,
      scopes: [...key.scopes],
      role: key.role ?? null,
      hash: Buffer.from(hash),
      createdAt: this.clock.now(),
      expiresAt: key.expiresAt ?? null,
      lastUsedAt: null,
      replaces: key.replaces ?? null,
    });
  }
}

function told(error: unknown): never {
  if (isUniqueViolation(error)) throw new Problem('conflict', 'this key is there already');
  throw isForeignKeyViolation(error) ? new Problem('not-found', 'there is no such tenant') : error;
}

const optional = (row: ApiKeyRow | null): ApiKey | undefined => (row === null ? undefined : keyOf(row));

function keyOf(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    tenantId: row.tenantId,
    title: row.title,
    client: row.client,
    scopes: row.scopes,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt ?? undefined,
    lastUsedAt: row.lastUsedAt ?? undefined,
    role: row.role ?? undefined,
    replaces: row.replaces ?? undefined,
  };
}
