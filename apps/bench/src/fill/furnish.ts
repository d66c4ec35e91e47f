import pg from 'pg';
import type { Filled } from '../scenarios/large/fill.js';
import type { Shape } from '../scenarios/large/shape.js';
import { fillAudit } from './fill-audit.js';

/**
 * What else a large installation has, beside clients and messages: 5,000 tenants of which most are small, keys, administrators,
 * 10,000 webhooks, 100,000 each of topics, dead letters and scheduled messages, a million entries of the audit trail.
 */
export async function furnish(url: string, { tenantId, senderId, firstClient }: Filled, shape: Shape, tell: (line: string) => void): Promise<void> {
  const client = new pg.Client({ connectionString: url, options: '-c synchronous_commit=off -c work_mem=256MB' });
  await client.connect();
  try {
    const many = (count: number) => Math.max(1, Math.round((count * shape.clients) / 100_000));
    tell('tenants, keys, administrators');
    await client.query(TENANTS, [many(4_949)]);
    await client.query(THEIR_CLIENTS);
    for (const text of [KEYS, ADMINISTRATOR_KEYS, ADMINISTRATORS, THEIR_TENANTS]) await client.query(text);
    tell('webhooks');
    await client.query(HOOK_CLIENTS, [tenantId, many(8_000), many(40)]);
    await client.query(WEBHOOKS);
    tell('topics and subscriptions');
    await client.query(TOPICS, [tenantId, many(60_000), many(800)]);
    await client.query(SUBSCRIPTIONS, [tenantId, firstClient, shape.clients]);
    await client.query(BUSY_TOPIC, [tenantId, firstClient, Math.floor(shape.clients / 2)]);
    await client.query(PATTERNS, [tenantId, firstClient, shape.clients]);
    tell('dead letters');
    await client.query(DEAD_LETTERS, [tenantId, many(100_000), firstClient, shape.clients, shape.last]);
    tell('what waits for its time');
    await client.query(SCHEDULED_MESSAGES, [tenantId, senderId, many(99_000)]);
    await client.query(SCHEDULED);
    tell('the audit trail');
    await fillAudit(client, many(1_000_000));
    await client.query('vacuum (analyze)');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

const TENANTS = `insert into vestnik.tenant (name, title, settings, created_at)
  select 'office-' || lpad(i::text, 4, '0'), case when i % 3 = 0 then 'Офис ' || i end, '{}', vestnik.now_ms() - i * 600000::bigint from generate_series(1, $1::int) i`;

const THEIR_CLIENTS = `insert into vestnik.mailbox (tenant_id, kind, name, title, since, created_at)
  select t.id, 0, n.name, n.title, 0, vestnik.now_ms() from vestnik.tenant t, (values ('anna', 'Анна'), ('desk', null), ('server', null)) n(name, title) where t.name like 'office-%'`;

const KEYS = `insert into vestnik.api_key (id, tenant_id, title, client, scopes, hash, created_at, expires_at, last_used_at)
  select 'k' || t.id || 'x' || i, t.id, 'Key ' || i, 'server', array['send', 'read'], sha256(convert_to(t.id || ' ' || i, 'utf8')), vestnik.now_ms() - t.id * 1000,
    case when (t.id + i) % 40 = 0 then vestnik.now_ms() + (t.id % 30) * 86400000::bigint end, case when i = 1 then vestnik.now_ms() - t.id * 60000 end
  from vestnik.tenant t, generate_series(1, case when t.name = 'large' then 300 else 3 end) i`;

const ADMINISTRATOR_KEYS = `insert into vestnik.api_key (id, title, client, scopes, role, hash, created_at)
  select 'a' || i, 'Dashboard ' || i, '', '{}', 'viewer', sha256(convert_to('administrator ' || i, 'utf8')), vestnik.now_ms() from generate_series(1, 60) i`;

const ADMINISTRATORS = `insert into vestnik.administrator (name, password_hash, role, created_at, of_tenants)
  select 'person-' || i, '', (array['viewer', 'operator'])[1 + i % 2], vestnik.now_ms(), i % 4 = 0 from generate_series(1, 200) i`;

const THEIR_TENANTS = `insert into vestnik.administrator_tenant (administrator_id, tenant_id)
  select a.id, t.id from vestnik.administrator a, vestnik.tenant t where a.of_tenants and t.id % 500 = a.id % 500`;

/** They became known when all else had been sent: nothing waits for them, and no endpoint is called. */
const HOOK_CLIENTS = `insert into vestnik.mailbox (tenant_id, kind, name, since, created_at)
  select h.tenant_id, 0, 'hook-' || lpad(i::text, 5, '0'), h.position, vestnik.now_ms()
  from vestnik.tenant_head h join vestnik.tenant t on t.id = h.tenant_id, generate_series(1, case when h.tenant_id = $1 then $2::int else $3::int end) i
  where h.tenant_id = $1 or t.name like 'branch-%'`;

const WEBHOOKS = `insert into vestnik.webhook (tenant_id, client_id, url, format, state, reason, last_error, failures, next_attempt_at, down_since, created_at, changed_at)
  select b.tenant_id, b.id, 'https://shop-' || b.id % 500 || '.example/notify/' || b.name, b.id % 2, x.state, case x.state when 2 then 'paused by an administrator' end,
    case x.state when 0 then null else 'the endpoint answered 503' end, case x.state when 1 then 7 else 0 end,
    case x.state when 1 then vestnik.now_ms() + 3600000 end, case x.state when 0 then null else vestnik.now_ms() - 7200000 end, vestnik.now_ms(), vestnik.now_ms()
  from vestnik.mailbox b, lateral (select case when b.id % 20 = 7 then 1 when b.id % 33 = 5 then 2 else 0 end as state) x
  where b.kind = 0 and b.name like 'hook-%'`;

const TOPICS = `insert into vestnik.mailbox (tenant_id, kind, name, title, since, created_at)
  select t.id, 1, (array['orders', 'stock', 'prices', 'visits'])[1 + i % 4] || '/' || i % 200 || '/' || i, null, 0, vestnik.now_ms()
  from vestnik.tenant t, generate_series(1, case when t.id = $1 then $2::int else $3::int end) i where t.id = $1 or t.name like 'branch-%'`;

const SUBSCRIPTIONS = `insert into vestnik.subscription (client_id, tenant_id, pattern, since)
  select $2::int + ((m.id::bigint * 7919 + i * 104729) % $3::int)::int, m.tenant_id, m.name, 0
  from vestnik.mailbox m, generate_series(1, 3) i where m.kind = 1 and m.tenant_id = $1 and m.id % 3 < i on conflict do nothing`;

const BUSY_TOPIC = `insert into vestnik.subscription (client_id, tenant_id, pattern, since)
  select $2::int + i, $1, 'orders/0/400', 0 from generate_series(0, $3::int - 1) i on conflict do nothing`;

const PATTERNS = `insert into vestnik.subscription (client_id, tenant_id, pattern, expression, since)
  select $2::int + ((i::bigint * 7919) % $3::int)::int, $1, p.topic || '/#', '^' || p.topic || '(/|$)', 0
  from generate_series(1, 1000) i, lateral (select (array['orders', 'stock', 'prices', 'visits'])[1 + i % 4] || '/' || i % 200 as topic) p on conflict do nothing`;

/** A dozen reasons have most of them, and some hundred reasons a few each. */
const DEAD_LETTERS = `insert into vestnik.dead_letter (tenant_id, client_id, message_id, position, reason, at)
  select case when i % 10 = 0 then o.id else $1::int end, case when i % 10 = 0 then o.client_id else $3::int + (i::bigint * 7919 % $4::int)::int end, w.id, w.first_position,
    case when i % 7 = 0 then 'field ' || i % 400 || ' is missing' else 'the endpoint answered ' || (array[400, 404, 410, 422])[1 + i % 4] || ' (' || i % 3 || ')' end, w.sent_at + 5000
  from generate_series(1, $2::int) i
  join vestnik.message w on w.first_position = ($5::bigint - $2::int * 7::bigint) / 25 * 25 + i / 4 * 25 + i % 4 + 2 and w.tenant_id = $1
  join (select t.id, min(b.id) as client_id, row_number() over (order by t.id) as nth from vestnik.tenant t join vestnik.mailbox b on b.tenant_id = t.id and b.kind = 0
    where t.name like 'branch-%' group by t.id) o on o.nth = 1 + i % 50
  order by w.sent_at`;

const SCHEDULED_MESSAGES = `insert into vestnik.message (id, tenant_id, sender_id, sender, type, data, sent_at, deliver_at)
  select vestnik.uuid7(), x.tenant_id, x.sender_id, x.sender, 'order.reminder', '{"n":' || i || '}', vestnik.now_ms(), vestnik.now_ms() + 86400000 + i * 50000::bigint
  from generate_series(1, $3::int) i
  join (select 0 as nth, $1::int as tenant_id, $2::int as sender_id, 'server@large.bench' as sender union all
    select row_number() over (order by t.id), t.id, b.id, b.name || '@' || t.name || '.bench' from vestnik.tenant t join vestnik.mailbox b on b.tenant_id = t.id and b.kind = 0 and b.name = 'user-1'
    where t.name like 'branch-%') x on x.nth = case when i % 5 = 0 then 1 + i / 5 % 50 else 0 end`;

const SCHEDULED = `insert into vestnik.scheduled (due_at, message_id, tenant_id, destinations)
  select w.deliver_at, w.id, w.tenant_id, '{"to":["client-' || lpad((w.deliver_at / 50000 % 100000)::text, 7, '0') || '@large.bench"]}' from vestnik.message w
  where w.deliver_at is not null and w.first_position is null and not exists (select from vestnik.scheduled s where s.message_id = w.id)`;
