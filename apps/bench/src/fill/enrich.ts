import pg from 'pg';
import type { Filled } from '../scenarios/large/fill.js';

/** What a filled log lacks of what people look for: other tenants, correlations, rare types, names of people, dead letters, what waits for its time. */
export async function enrich(url: string, { tenantId, senderId }: Filled, tell: (line: string) => void): Promise<void> {
  const client = new pg.Client({ connectionString: url, options: '-c synchronous_commit=off -c work_mem=256MB' });
  await client.connect();
  try {
    tell('titles, correlations, types');
    for (const text of STATEMENTS) await client.query(text, text.includes('$1') ? [tenantId] : []);
    tell('what waits for its time');
    await client.query(WAITING, [tenantId, senderId]);
    await client.query(WAITS, [tenantId]);
    await client.query('vacuum (analyze) vestnik.mailbox, vestnik.message');
  } finally {
    await client.end();
  }
}

const STATEMENTS = [
  `update vestnik.mailbox b set title = (array['Иванов', 'Петров', 'Сидорова', 'Кузнецов', 'Smith'])[1 + b.id % 5] || ' ' || (array['Иван', 'Анна', 'Пётр', 'John'])[1 + b.id / 5 % 4] || ' ' || b.id,
     seen_at = b.created_at - (b.id::bigint * 7919 % 2592000) * 1000
   where b.tenant_id = $1 and b.kind = 0 and b.name <> 'server'`,
  `update vestnik.message w set correlation_id = 'A-' || (w.first_position % 100000) where w.first_position % 100 = 57 and w.tenant_id = $1`,
  `update vestnik.message w set type = 'order.rare' where w.first_position % 1000003 = 4 and w.tenant_id = $1`,
  `insert into vestnik.tenant (name, settings, created_at) select 'branch-' || i, '{}', vestnik.now_ms() from generate_series(1, 50) i`,
  `insert into vestnik.mailbox (tenant_id, kind, name, title, since, created_at)
   select t.id, 0, 'user-' || i, 'User ' || i, 0, vestnik.now_ms() from vestnik.tenant t, generate_series(1, 40) i where t.name like 'branch-%'`,
];

const WAITING = `insert into vestnik.message (id, tenant_id, sender_id, sender, type, data, sent_at, deliver_at)
  select vestnik.uuid7(), $1, $2, 'server@large.bench', 'order.reminder', '{"n":' || i || '}', vestnik.now_ms(), vestnik.now_ms() + i * 3600000::bigint
  from generate_series(1, 1000) i`;

const WAITS = `insert into vestnik.scheduled (due_at, message_id, tenant_id, destinations)
  select w.deliver_at, w.id, $1, '{"to":["client-0000042@large.bench"]}' from vestnik.message w where w.deliver_at is not null and w.first_position is null`;
