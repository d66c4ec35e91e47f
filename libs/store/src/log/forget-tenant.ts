import type { EntityManager } from 'typeorm';
import { lockTenant } from './lock-tenant.js';

/** What belongs to a tenant in the log, in an order in which nothing refers to what is gone. */
const STATEMENTS = [
  'delete from vestnik.scheduled where tenant_id = $1',
  'delete from vestnik.outgoing where tenant_id = $1',
  'delete from vestnik.expiry where tenant_id = $1',
  'delete from vestnik.dead_letter where tenant_id = $1',
  // Senders elsewhere hear what became of what nobody here will take any more.
  `insert into vestnik.homeward (remote, message_id, recipient, state, at, reason)
    select m.origin, m.id, b.name || '@' || t.name, 2, vestnik.now_ms(), 'recipient-refused'
    from vestnik.mailbox b join vestnik.tenant t on t.id = b.tenant_id
    join vestnik.receipt_due r on r.mailbox_id = b.id join vestnik.message m on m.id = r.message_id
    where b.tenant_id = $1 and r.sender_tenant_id = 0 and b.kind = 0 and m.origin is not null`,
  'delete from vestnik.receipt_due r using vestnik.mailbox b where b.id = r.mailbox_id and b.tenant_id = $1',
  'delete from vestnik.receipt_due where sender_tenant_id = $1',
  'delete from vestnik.collapse_slot c using vestnik.mailbox b where b.id = c.mailbox_id and b.tenant_id = $1',
  'delete from vestnik.idempotency i using vestnik.mailbox b where b.id = i.client_id and b.tenant_id = $1',
  'delete from vestnik.cursor_move v using vestnik.mailbox b where b.id = v.client_id and b.tenant_id = $1',
  'delete from vestnik.mailbox_floor f using vestnik.mailbox b where b.id = f.mailbox_id and b.tenant_id = $1',
  'delete from vestnik.handed_again a using vestnik.mailbox b where b.id = a.client_id and b.tenant_id = $1',
  'delete from vestnik.backlog where tenant_id = $1',
  'delete from vestnik.backlog_head where tenant_id = $1',
  'delete from vestnik.client_cursor where tenant_id = $1',
  'delete from vestnik.subscription where tenant_id = $1',
  // What came from another installation for this tenant alone is nobody else's.
  `delete from vestnik.message m using vestnik.log l
    where l.tenant_id = $1 and l.kind = 0 and m.id = l.message_id and m.origin is not null and m.tenants = array[$1::int]`,
  // Messages that stand in other tenants' logs too are theirs. In an outbox numbers have no gaps: there they go as void.
  'delete from vestnik.message where tenant_id = $1 and tenants is null',
  'delete from vestnik.log where tenant_id = $1',
  'delete from vestnik.mailbox where tenant_id = $1',
  'delete from vestnik.tenant_head where tenant_id = $1',
];

/** Removes a tenant's log with all that hangs on it, inside the transaction that removes the tenant. */
export async function forgetTenant(transaction: EntityManager, tenantId: number): Promise<void> {
  await lockTenant((text, values) => transaction.query(text, [...values]), tenantId);
  for (const statement of STATEMENTS) await transaction.query(statement, [tenantId]);
}
