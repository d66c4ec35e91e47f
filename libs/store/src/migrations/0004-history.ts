import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What clients sent, by sender; how often messages were handed over; and what becomes of those that waited for their time. */
export class History0004 implements MigrationInterface {
  readonly name = 'History0004000000000004';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade by a migration: restore a backup');
  }
}

const STATEMENTS = [
  // The bus's own messages, receipts above all, have no sender who asks for them.
  `create index message_sent on vestnik.message (sender_id, first_position) where sender_id > 0`,

  // One row for what one session was handed again, however many messages: a message was handed over once, and once more for each
  // row that covers it.
  `create table vestnik.handed_again (
    client_id int not null,
    device text collate "C" not null,
    first bigint not null,
    last bigint not null,
    at bigint not null
  )`,
  `create index handed_again_client on vestnik.handed_again (client_id, last)`,
  `create index handed_again_at on vestnik.handed_again (at)`,

  // Sends one receipt to a message's sender, of a recipient by its whole address; the sender's tenant's lock must be held.
  // Answers its position; nothing where the sender was forgotten.
  `create function vestnik.append_receipt_of(p_message uuid, p_recipient text, p_state text, p_at bigint, p_reason text, p_device text)
    returns bigint language plpgsql as $$
  declare
    v_sent record;
    v_id uuid := vestnik.uuid7();
    v_position bigint;
    v_ttl bigint;
  begin
    select m.tenant_id, m.sender_id, m.sender, m.correlation_id into v_sent from vestnik.message m where m.id = p_message;
    if not found then return null; end if;
    if not exists (select from vestnik.mailbox b where b.id = v_sent.sender_id) then return null; end if;
    select coalesce((t.settings->>'ttl')::bigint, 604800) into v_ttl from vestnik.tenant t where t.id = v_sent.tenant_id;
    v_position := vestnik.append_one(v_sent.tenant_id, v_sent.sender_id, 0, null, 5, v_id, null, p_at, p_at + v_ttl * 1000, null);
    insert into vestnik.message (id, tenant_id, sender_id, sender, type, data, first_position, last_position, sent_at)
      values (v_id, v_sent.tenant_id, 0, 'vestnik@' || split_part(v_sent.sender, '@', 2), 'vestnik.receipt',
        json_strip_nulls(json_build_object('id', p_message, 'recipient', p_recipient, 'state', p_state,
          'at', to_char(to_timestamp(p_at / 1000.0) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'reason', p_reason, 'device', nullif(p_device, ''), 'correlationId', v_sent.correlation_id))::text,
        v_position, v_position, p_at);
    insert into vestnik.expiry (expires_at, tenant_id, mailbox_id, position, message_id)
      values (p_at + v_ttl * 1000, v_sent.tenant_id, v_sent.sender_id, v_position, v_id);
    return v_position;
  end $$`,

  `create or replace function vestnik.append_receipt(p_message uuid, p_mailbox int, p_state text, p_at bigint, p_reason text, p_device text)
    returns bigint language plpgsql as $$
  declare
    v_recipient text;
  begin
    select b.name || '@' || t.name || substring(m.sender from '@[^.]+(\\.[^/]*)') into v_recipient
      from vestnik.message m, vestnik.mailbox b join vestnik.tenant t on t.id = b.tenant_id where m.id = p_message and b.id = p_mailbox;
    return vestnik.append_receipt_of(p_message, v_recipient, p_state, p_at, p_reason, p_device);
  end $$`,

  // What waited for its time and was not taken when it came: the send that lets it in holds the lock of its sender's tenant.
  `create function vestnik.receipts_of_refused() returns trigger language plpgsql as $$
  begin
    perform vestnik.append_receipt_of(new.id, x.address, 'refused', vestnik.now_ms(), x.error->>'type', null)
      from json_to_recordset(new.refused::json) x(address text, error json);
    return null;
  end $$`,
  `create trigger receipts_of_refused after update of refused on vestnik.message for each row
    when (new.receipt and new.deliver_at is not null and new.refused is not null) execute function vestnik.receipts_of_refused()`,

  // Withdraws what waits for its time. Answers whether it waited, and the positions of the receipts that this brought.
  `create function vestnik.withdraw_scheduled(p_tenant int, p_message uuid, out o_waited boolean, out o_receipts text) language plpgsql as $$
  declare
    v_destinations text;
    v_receipt boolean;
    v_now bigint;
  begin
    -- The tenant before the row, as the send that lets it in does.
    if cardinality(vestnik.lock_tenants(array[p_tenant], 10000)) > 0 then
      raise exception 'a tenant is locked' using errcode = '55P03';
    end if;
    v_now := vestnik.now_ms();
    delete from vestnik.scheduled s where s.message_id = p_message and s.tenant_id + 0 = p_tenant returning s.destinations into v_destinations;
    o_waited := found;
    if not o_waited then return; end if;
    update vestnik.message w set ended = 5, ended_at = v_now, waited_for = v_destinations where w.id = p_message returning w.receipt into v_receipt;
    if v_receipt then
      select json_agg(x.position) into o_receipts from (
        select vestnik.append_receipt_of(p_message, t.address, 'withdrawn', v_now, null, null) as position
        from json_array_elements_text(v_destinations::json->'to') t(address)) x
      where x.position is not null;
    end if;
  end $$`,
];
