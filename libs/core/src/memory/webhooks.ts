import { FRESH_PROGRESS, type LeasedWebhook, WEBHOOK_LEASE_MS, type Webhook, type WebhookDirectory, type WebhookProgress } from '../ports/webhooks.js';
import type { MemoryBase } from './memory-base.js';

interface Row {
  webhook: Webhook;
  node: string;
  generation: number;
}

/** The webhooks of all tenants, in memory. Nodes of one process that share it serve each a part. */
export class MemoryWebhooks implements WebhookDirectory {
  private readonly rows = new Map<number, Row>();
  /** Until when each node is taken for alive. */
  private readonly nodes = new Map<string, number>();

  constructor(private readonly base: MemoryBase) {}

  async put(tenantId: number, clientId: number, { url, format }: Pick<Webhook, 'url' | 'format'>): Promise<{ webhook: Webhook; created: boolean }> {
    await this.base.enter('putWebhook');
    const row = this.row(tenantId, clientId);
    const now = this.base.now();
    if (row !== undefined) return { webhook: this.begin(row, { url, format }), created: false };
    const client = this.base.mailboxes.get(clientId);
    if (client === undefined || client.tenantId !== tenantId) throw new Error('a webhook needs a client');
    const id = this.base.nextId();
    const webhook: Webhook = { id, tenantId, clientId, client: client.name, url, format, createdAt: now, changedAt: now, ...FRESH_PROGRESS };
    this.rows.set(id, { webhook, node: '', generation: 1 });
    return { webhook, created: true };
  }

  async find(tenantId: number, clientId: number): Promise<Webhook | undefined> {
    await this.base.enter('findWebhook');
    return this.row(tenantId, clientId)?.webhook;
  }

  async delete(tenantId: number, clientId: number): Promise<boolean> {
    await this.base.enter('deleteWebhook');
    const row = this.row(tenantId, clientId);
    return row !== undefined && this.rows.delete(row.webhook.id);
  }

  async pause(tenantId: number, clientId: number, reason: string): Promise<Webhook | undefined> {
    await this.base.enter('pauseWebhook');
    const row = this.row(tenantId, clientId);
    if (row === undefined) return undefined;
    const { nextAttemptAt: _, ...webhook } = row.webhook;
    row.webhook = { ...webhook, state: 'paused', reason, changedAt: this.base.now() };
    row.node = '';
    row.generation++;
    return row.webhook;
  }

  async resume(tenantId: number, clientId: number): Promise<Webhook | undefined> {
    await this.base.enter('resumeWebhook');
    const row = this.row(tenantId, clientId);
    return row === undefined ? undefined : this.begin(row, {});
  }

  async lease(node: string, most: number): Promise<{ taken: LeasedWebhook[]; held: ReadonlyMap<number, number> }> {
    await this.base.enter('leaseWebhooks');
    const now = this.base.now();
    this.nodes.set(node, now + WEBHOOK_LEASE_MS);
    const taken: LeasedWebhook[] = [];
    const held = new Map<number, number>();
    for (const row of this.living()) {
      const isFree = row.node !== node && (this.nodes.get(row.node) ?? 0) <= now;
      if (isFree && row.webhook.state !== 'paused' && taken.length < most) {
        row.node = node;
        row.generation++;
        taken.push({ ...row.webhook, generation: row.generation });
      }
      if (row.node === node) held.set(row.webhook.id, row.generation);
    }
    return { taken, held };
  }

  async note(node: string, { id, generation }: Pick<LeasedWebhook, 'id' | 'generation'>, progress: WebhookProgress): Promise<boolean> {
    await this.base.enter('noteWebhook');
    const row = this.rows.get(id);
    if (row === undefined || row.node !== node || row.generation !== generation) return false;
    row.webhook = bare(row.webhook, progress);
    if (progress.state === 'paused') row.node = '';
    return true;
  }

  async release(node: string): Promise<void> {
    await this.base.enter('releaseWebhooks');
    this.nodes.delete(node);
    for (const row of this.rows.values()) if (row.node === node) row.node = '';
  }

  private begin(row: Row, change: Partial<Pick<Webhook, 'url' | 'format'>>): Webhook {
    row.webhook = bare({ ...row.webhook, ...change, changedAt: this.base.now() }, FRESH_PROGRESS);
    row.node = '';
    row.generation++;
    return row.webhook;
  }

  private row(tenantId: number, clientId: number): Row | undefined {
    return this.living().find(({ webhook }) => webhook.tenantId === tenantId && webhook.clientId === clientId);
  }

  /** With a client goes its webhook. */
  private living(): Row[] {
    for (const [id, { webhook }] of this.rows) if (!this.base.mailboxes.has(webhook.clientId)) this.rows.delete(id);
    return [...this.rows.values()];
  }
}

/** The webhook, going as the progress says and not as it went before. */
function bare({ id, tenantId, clientId, client, url, format, createdAt, changedAt }: Webhook, progress: WebhookProgress): Webhook {
  return { id, tenantId, clientId, client, url, format, createdAt, changedAt, ...progress };
}
