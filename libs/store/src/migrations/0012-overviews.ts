import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Indexes for those who look across tenants: what was refused, what waits for its time, webhooks, topics. */
export class Overviews0012 implements MigrationInterface {
  readonly name = 'Overviews00129000000000012';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('there is no way back: restore a backup');
  }
}

const STATEMENTS = [
  `create index dead_letter_client on vestnik.dead_letter (client_id, id)`,
  // A reason has up to 1,000 characters, more than an index takes: its hash, and the reason is compared after. The tenant as an
  // expression, so that no other index fits.
  `create index dead_letter_reason on vestnik.dead_letter ((tenant_id + 0), hashtextextended(reason, 0), id)`,

  // In the order in which it is due; to count takes no order.
  `drop index vestnik.scheduled_tenant`,
  `create index scheduled_tenant on vestnik.scheduled (tenant_id, due_at, message_id)`,

  `create index webhook_tenant on vestnik.webhook (tenant_id, id)`,
  // Few are not active, and these are looked for.
  `create index webhook_failing on vestnik.webhook (id) where state = 1`,
  `create index webhook_paused on vestnik.webhook (id) where state = 2`,

  // The key of the table has clients between the topics of one tenant and of the next.
  `create index mailbox_topic on vestnik.mailbox (tenant_id, name) where kind = 1`,

  `create index api_key_expires on vestnik.api_key (expires_at) where expires_at is not null`,
];
