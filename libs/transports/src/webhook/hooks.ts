import {
  type Clock,
  type Egress,
  EgressFailure,
  type HookEvent,
  type Log,
  type Mailboxes,
  type Principal,
  type SecretVault,
  type SessionChange,
  type Tenant,
  type Tenants,
  tenantHookSecretName,
  WEBHOOK_TRANSPORT,
} from '@vestnik/core';
import { formatAddress, Problem } from '@vestnik/protocol';
import { signedHeaders } from './signature.js';

export interface HookParts {
  readonly installation: string;
  readonly tenants: Tenants;
  readonly mailboxes: Pick<Mailboxes, 'byId'>;
  readonly vault: Pick<SecretVault, 'get'>;
  readonly egress: Egress;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
}

/** What one POST tells, as Standard Webhooks has it: `{type, timestamp, data}`. */
interface Told {
  readonly id: string;
  readonly type: string;
  readonly at: number;
  readonly data: () => Promise<Record<string, unknown> | undefined>;
}

interface Queue {
  readonly waiting: Told[];
  dropped: number;
  busy: boolean;
}

const TYPES: Readonly<Record<HookEvent, string>> = {
  connect: 'vestnik.client.connected',
  disconnect: 'vestnik.client.disconnected',
  'send-refused': 'vestnik.send.refused',
};

/** Events that wait for one tenant on this node; more are dropped, the oldest last. */
const WAITING_MAX = 1_000;
const DELAYS_MS = [1_000, 5_000, 25_000];

/**
 * Tells tenants that want it what happens: sessions that open and close, sends that are refused.
 *
 * Best effort: tried four times, in order for each node, dropped where the endpoint is too slow, lost with the node.
 * Nothing waits for it.
 */
export class TenantHooks {
  private readonly queues = new Map<number, Queue>();
  private stopped = false;

  constructor(private readonly parts: HookParts) {}

  /** A session of any node has changed: each node tells of its own. */
  sessionChanged({ kind, summary, here }: SessionChange): void {
    if (!here || kind === 'changed' || summary.transport === WEBHOOK_TRANSPORT) return;
    const tenant = this.parts.tenants.byId(summary.tenantId);
    const event = kind === 'opened' ? 'connect' : 'disconnect';
    if (tenant === undefined || !wants(tenant, event)) return;
    const { session, clientId, device, transport, app, address } = summary;
    this.tell(tenant, event, async () => {
      const client = await this.parts.mailboxes.byId(clientId);
      return client === undefined ? undefined : { client: this.addressOf(client.name, tenant), session, device, transport, app, address };
    });
  }

  sendRefused(principal: Principal, problem: Problem, to: string | undefined): void {
    const tenant = this.parts.tenants.byId(principal.tenant.id);
    if (tenant === undefined || !wants(tenant, 'send-refused')) return;
    const data = { from: this.addressOf(principal.client, tenant), to, problem: problem.slug, detail: problem.detail };
    this.tell(tenant, 'send-refused', async () => data);
  }

  close(): void {
    this.stopped = true;
    this.queues.clear();
  }

  private addressOf(client: string, tenant: Tenant): string {
    return formatAddress({ kind: 'client', name: client }, tenant.name, [this.parts.installation]);
  }

  private tell(tenant: Tenant, event: HookEvent, data: Told['data']): void {
    if (this.stopped) return;
    let queue = this.queues.get(tenant.id);
    if (queue === undefined) {
      queue = { waiting: [], dropped: 0, busy: false };
      this.queues.set(tenant.id, queue);
    }
    if (queue.waiting.length >= WAITING_MAX) {
      queue.dropped++;
      return;
    }
    const { newId, clock } = this.parts;
    queue.waiting.push({ id: newId(), type: TYPES[event], at: clock.now(), data });
    if (!queue.busy) void this.work(tenant.id, queue);
  }

  private async work(tenantId: number, queue: Queue): Promise<void> {
    const { log } = this.parts;
    queue.busy = true;
    try {
      for (let next = queue.waiting.shift(); next !== undefined && !this.stopped; next = queue.waiting.shift()) await this.deliver(tenantId, next);
    } catch (error) {
      log.error('a hook could not be told', { tenantId, error });
    } finally {
      queue.busy = false;
      if (queue.dropped > 0) log.warn('events for a hook were dropped: its endpoint is too slow', { tenantId, dropped: queue.dropped });
      queue.dropped = 0;
      if (queue.waiting.length > 0 && !this.stopped) void this.work(tenantId, queue);
      else this.queues.delete(tenantId);
    }
  }

  private async deliver(tenantId: number, told: Told): Promise<void> {
    const data = await told.data();
    if (data === undefined) return;
    const body = JSON.stringify({ type: told.type, timestamp: new Date(told.at).toISOString(), data });
    for (let attempt = 0; !this.stopped; attempt++) {
      const failed = await this.post(tenantId, told.id, body);
      if (failed === undefined) return;
      const delayMs = DELAYS_MS[attempt];
      if (delayMs === undefined) {
        this.parts.log.info('a hook was not told', { tenantId, type: told.type, error: failed });
        return;
      }
      await new Promise<void>((resolve) => void this.parts.clock.after(delayMs, resolve));
    }
  }

  /** @returns what went wrong */
  private async post(tenantId: number, id: string, body: string): Promise<string | undefined> {
    const { tenants, vault, egress, clock } = this.parts;
    // Read anew for each attempt: the setting may have changed.
    const hooks = tenants.byId(tenantId)?.settings.hooks;
    const secret = hooks === undefined ? undefined : await vault.get(tenantHookSecretName(tenantId));
    if (hooks === undefined || secret === undefined) return undefined;
    const headers = { 'content-type': 'application/json; charset=utf-8', ...signedHeaders(secret, id, clock.now(), body) };
    try {
      const { status } = await egress.fetch({ tenantId, method: 'POST', url: hooks.url, headers, body, repeatable: true });
      return status >= 200 && status < 300 ? undefined : `the endpoint answered ${status}`;
    } catch (error) {
      if (error instanceof Problem || error instanceof EgressFailure) return error.message;
      throw error;
    }
  }
}

function wants({ settings }: Tenant, event: HookEvent): boolean {
  return settings.hooks?.on.includes(event) === true;
}
