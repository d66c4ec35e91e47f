import type { Sql } from '@vestnik/store';
import type { Figures } from '../../scenario.js';

const MIB = 1024 * 1024;

/** What a million messages take room for. Each is a table with its partitions, or one of its indexes. */
export const SIZED = [
  'log',
  'log_pkey',
  'log_tail',
  'log_outcome',
  'log_outcome_position',
  'message',
  'message_pkey',
  'cursor_move',
  'cursor_move_client',
  'client_cursor',
  'client_cursor_pkey',
  'mailbox',
  'mailbox_tenant_id_kind_name_key',
  'expiry',
] as const;

const SIZE = {
  name: 'bench-size',
  text: `select sum(case when c.relkind in ('r', 'p') then pg_table_size(c.oid) else pg_relation_size(c.oid) end) as bytes
    from pg_class c where c.oid in (select p.relid from pg_partition_tree($1::text::regclass) p) or c.oid = $1::text::regclass`,
};

/** The room that a table without its indexes, or an index, takes. */
export async function sizeOf(sql: Sql, name: string, messages: number): Promise<Figures> {
  const row = await sql.row<{ bytes: string }>(SIZE, [`vestnik.${name}`]);
  const mib = Number(row?.bytes ?? 0) / MIB;
  return { mib, mibPerMillion: (mib * 1_000_000) / messages };
}
