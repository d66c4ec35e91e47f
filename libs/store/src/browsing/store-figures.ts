import type { StoreFigures } from '@vestnik/core';
import type { Sql, Statement } from '../log/sql.js';

/** The sizes are looked up in the file system: no more often than this. */
const KEPT_MS = 10_000;
const TABLES = 8;

/** How Postgres is: how long a commit takes just now, and how large what is. */
export class PostgresFigures {
  private sizes: { readonly at: number; readonly found: Promise<Omit<StoreFigures, 'commitMs'>> } | undefined;

  /** @param monotonic milliseconds */
  constructor(
    private readonly sql: Sql,
    private readonly monotonic: () => number,
  ) {}

  async figures(): Promise<StoreFigures> {
    const commitMs = await this.commitMs();
    return { commitMs, ...(await this.sizesOf()) };
  }

  /** Writes a word to the log of transactions that nobody reads: what waits for the disk is the commit, as with every message. */
  private async commitMs(): Promise<number> {
    const since = this.monotonic();
    await this.sql.rows(COMMIT);
    return Math.round((this.monotonic() - since) * 100) / 100;
  }

  private sizesOf(): Promise<Omit<StoreFigures, 'commitMs'>> {
    const { sizes } = this;
    if (sizes !== undefined && this.monotonic() - sizes.at < KEPT_MS) return sizes.found;
    const found = this.look();
    this.sizes = { at: this.monotonic(), found };
    found.catch(() => {
      this.sizes = undefined;
    });
    return found;
  }

  private async look(): Promise<Omit<StoreFigures, 'commitMs'>> {
    const [[base], tables] = await Promise.all([this.sql.rows<Base>(BASE), this.sql.rows<{ name: string; bytes: string }>(LARGEST, [TABLES])]);
    return {
      version: base?.version ?? '',
      sizeBytes: Number(base?.bytes ?? 0),
      partitions: Number(base?.partitions ?? 0),
      tables: tables.map(({ name, bytes }) => ({ name, bytes: Number(bytes) })),
    };
  }
}

interface Base {
  readonly version: string;
  readonly bytes: number;
  readonly partitions: number;
}

const COMMIT: Statement = { name: 'overview-commit', text: `select pg_logical_emit_message(true, 'vestnik', '')` };

const BASE: Statement = {
  name: 'overview-base',
  text: `select current_setting('server_version') as version, pg_database_size(current_database()) as bytes,
  (select count(*) from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'vestnik' and c.relkind = 'r') as partitions`,
};

/** Partitions count with the table that they belong to. */
const LARGEST: Statement = {
  name: 'overview-largest',
  text: `select t.name, sum(t.bytes) as bytes from (
    select coalesce(p.relname, c.relname) as name, pg_total_relation_size(c.oid) as bytes
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      left join pg_inherits i on i.inhrelid = c.oid
      left join pg_class p on p.oid = i.inhparent
     where n.nspname = 'vestnik' and c.relkind = 'r') t
  group by t.name order by 2 desc limit $1`,
};
