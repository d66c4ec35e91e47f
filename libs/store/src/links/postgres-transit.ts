import { type KeptPacket, TRANSIT, type Transit, type TransitLimits, type TransitPacket } from '@vestnik/core';
import type { Sql, Statement } from '../log/sql.js';

const FOREIGN_KEY_VIOLATION = '23503';

const KEEP: Statement = { name: 'keep-transit', text: 'select vestnik.keep_transit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as outcome' };

// Of each destination the next ones, so that each is found by the index. A have goes with being handed out.
const TAKE: Statement = {
  name: 'take-transit',
  text: `with page as (
      select k.position, k.packet, k.epoch from vestnik.remote r
      cross join lateral (select t.position, t.packet, t.epoch from vestnik.transit t
        where t.destination = r.installation and t.position > $2 order by t.position limit $3) k
      where r.via = $1 order by k.position limit $3
    ), gone as (delete from vestnik.transit t where t.position in (select p.position from page p where p.epoch is null))
    select p.position, p.packet from page p order by p.position`,
};

// The pair is looked at first: nearly always nothing is kept.
const COVER: Statement = {
  name: 'cover-transit',
  text: `select vestnik.drop_transit(p.destination, p.origin, $3, $4, null) from vestnik.transit_pair p
    where p.destination = $1 and p.origin = $2 and p.messages > 0`,
};

const EXPIRE: Statement = { name: 'expire-transit', text: 'select vestnik.expire_transit(vestnik.now_ms() - $1, $2) as count' };

/** What a hub keeps, in Postgres. */
export class PostgresTransit implements Transit {
  /** @param limits smaller in tests */
  constructor(
    private readonly sql: Sql,
    private readonly limits: TransitLimits = TRANSIT,
  ) {}

  async keep({ destination, origin, content, packet }: TransitPacket): Promise<'kept' | 'full' | 'unreached'> {
    const { pairMessages, pairBytes, pairHaves, linkBytes } = this.limits;
    const what = content.kind === 'bundle' ? [content.epoch, content.first, content.last, null] : [null, null, null, content.epochs];
    const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
    try {
      const row = await this.sql.row<{ outcome: 'kept' | 'full' | 'unreached' }>(KEEP, [
        destination,
        origin,
        ...what,
        bytes,
        pairMessages,
        pairBytes,
        pairHaves,
        linkBytes,
      ]);
      return row?.outcome ?? 'unreached';
    } catch (error) {
      // Its link was removed meanwhile.
      if ((error as { code?: unknown }).code === FOREIGN_KEY_VIOLATION) return 'unreached';
      throw error;
    }
  }

  take(link: string, after: number, limit: number): Promise<KeptPacket[]> {
    return this.sql.rows<KeptPacket>(TAKE, [link, after, limit]);
  }

  async cover(destination: string, origin: string, cursors: readonly (readonly [epoch: number, number: number])[]): Promise<void> {
    await this.sql.rows(COVER, [destination, origin, cursors.map(([epoch]) => epoch), cursors.map(([, number]) => number)]);
  }

  async expire(limit: number): Promise<number> {
    return (await this.sql.row<{ count: number }>(EXPIRE, [this.limits.keptMs, limit]))?.count ?? 0;
  }
}
