import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Subscriptions to topics, and the messages that topics retain. */
export class Topics0003 implements MigrationInterface {
  readonly name = 'Topics0003000000000003';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade by a migration: restore a backup');
  }
}

const STATEMENTS = [
  // One that has ended stays as long as messages that came before its end: they count who they were for.
  `create table vestnik.subscription (
    client_id int not null,
    tenant_id int not null,
    pattern text collate "C" not null,          -- a topic, or a pattern of topics
    expression text,                            -- of a pattern: the same as a regular expression
    since bigint not null,                      -- the position of the entry that began it
    until bigint,                               -- and of the one that ended it
    primary key (client_id, pattern, since)
  )`,
  `create unique index subscription_live on vestnik.subscription (client_id, pattern) where until is null`,
  `create index subscription_ended on vestnik.subscription (client_id, until) where until is not null`,
  `create index subscription_topic on vestnik.subscription (tenant_id, pattern)`,
  // Patterns are few beside subscriptions by name: all of a tenant are looked through for one topic.
  `create index subscription_pattern on vestnik.subscription ((tenant_id + 0), since) where expression is not null`,

  // A retained message is an entry with flag 8 in its topic's mailbox; the last one counts.
  // As for outcomes, an expression of its own leaves plans no choice.
  `create index log_retained on vestnik.log ((mailbox_id * 1), position) where flags & 8 = 8`,

  // Whether anything was dropped beyond a position: most that come back need not look further.
  `create index mailbox_floor_dropped on vestnik.mailbox_floor (dropped_to)`,

  // Begins a subscription. Answers where it begins, and whether it is new; no position where there are too many.
  `create function vestnik.subscribe(p_tenant int, p_client int, p_pattern text, p_expression text, p_limit int, out o_position bigint, out o_changed boolean)
    language plpgsql as $$
  begin
    if cardinality(vestnik.lock_tenants(array[p_tenant], 10000)) > 0 then
      raise exception 'a tenant is locked' using errcode = '55P03';
    end if;
    o_changed := false;
    select s.since into o_position from vestnik.subscription s where s.client_id = p_client and s.pattern = p_pattern and s.until is null;
    if found then return; end if;
    if (select count(*) from (select from vestnik.subscription s where s.client_id = p_client and s.until is null limit p_limit) x) >= p_limit then return; end if;
    o_position := vestnik.append_one(p_tenant, p_client, 2, null, 0, null, null, vestnik.now_ms(), null,
      json_build_object('pattern', p_pattern, 'began', true)::text);
    insert into vestnik.subscription (client_id, tenant_id, pattern, expression, since) values (p_client, p_tenant, p_pattern, p_expression, o_position);
    o_changed := true;
  end $$`,

  `create function vestnik.unsubscribe(p_tenant int, p_client int, p_pattern text, out o_position bigint, out o_changed boolean) language plpgsql as $$
  begin
    if cardinality(vestnik.lock_tenants(array[p_tenant], 10000)) > 0 then
      raise exception 'a tenant is locked' using errcode = '55P03';
    end if;
    o_changed := false;
    select h.position into o_position from vestnik.tenant_head h where h.tenant_id = p_tenant;
    perform from vestnik.subscription s where s.client_id = p_client and s.pattern = p_pattern and s.until is null;
    if not found then return; end if;
    o_position := vestnik.append_one(p_tenant, p_client, 2, null, 0, null, null, vestnik.now_ms(), null,
      json_build_object('pattern', p_pattern, 'began', false)::text);
    update vestnik.subscription s set until = o_position where s.client_id = p_client and s.pattern = p_pattern and s.until is null;
    o_changed := true;
  end $$`,

  // Whether a topic fits a pattern. What stands before the first + or # is compared first: Postgres keeps few expressions compiled.
  `create function vestnik.topic_fits(p_topic text, p_pattern text, p_expression text) returns boolean language sql immutable as $$
    select case when starts_with(p_topic || '/', split_part(split_part(p_pattern, '+', 1), '#', 1)) then p_topic ~ p_expression else false end
  $$`,

  // Who a message to a topic was for: those who were subscribed to it when it was accepted, by name or by a pattern.
  `create function vestnik.audience(p_tenant int, p_topic text, p_position bigint) returns table (client_id int) language sql stable as $$
    select s.client_id from vestnik.subscription s
      where s.tenant_id = p_tenant and s.pattern = p_topic and s.expression is null and s.since < p_position and (s.until is null or s.until > p_position)
    union
    select s.client_id from vestnik.subscription s
      where s.tenant_id + 0 = p_tenant and s.expression is not null and s.since < p_position and (s.until is null or s.until > p_position) and vestnik.topic_fits(p_topic, s.pattern, s.expression)
  $$`,
];
