import { auditHash } from '@vestnik/store';
import type pg from 'pg';

const ROWS_AT_ONCE = 5_000;
const EVERY_MS = 2_000;
const ACTIONS = ['client.revoke', 'dead-letter.replay', 'key.create', 'message.read', 'session.open', 'tenant.change', 'token.mint', 'webhook.set'];

const APPEND = `insert into vestnik.audit (id, at, who, address, action, subject, before_json, after_json, previous_hash, hash)
  select r.* from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bytea[], $10::bytea[]) r`;

/** Entries of the audit trail, each chained to the one before it: `vestnik audit verify` finds them whole. */
export async function fillAudit(client: pg.Client, rows: number): Promise<void> {
  const { rows: heads } = await client.query<{ id: string; hash: Buffer }>('select h.id, h.hash from vestnik.audit_head h');
  let id = Number(heads[0]?.id ?? 0);
  let last = heads[0]?.hash ?? Buffer.alloc(32);
  const began = Date.now() - rows * EVERY_MS;
  for (let done = 0; done < rows; done += ROWS_AT_ONCE) {
    const columns: unknown[][] = Array.from({ length: 10 }, () => []);
    for (let n = done; n < Math.min(rows, done + ROWS_AT_ONCE); n++) {
      const previousHash = last;
      const row = {
        id: ++id,
        at: began + n * EVERY_MS,
        who: `administrator:person-${1 + (n % 200)}`,
        address: `10.0.${n % 250}.7`,
        action: ACTIONS[n % ACTIONS.length] as string,
        subject: n % 3 === 0 ? 'tenant:large' : `client:client-${String(n % 100_000).padStart(7, '0')}@large`,
        beforeJson: n % 4 === 0 ? `{"title":"before ${n}"}` : null,
        afterJson: `{"title":"after ${n}","maxInbox":${n}}`,
      };
      last = auditHash(previousHash, row);
      for (const [at, value] of [...Object.values(row), previousHash, last].entries()) columns[at]?.push(value);
    }
    await client.query(APPEND, columns);
  }
  await client.query('update vestnik.audit_head set id = $1, hash = $2', [id, last]);
}
