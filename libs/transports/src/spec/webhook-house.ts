import { createHmac } from 'node:crypto';
import {
  type Authenticator,
  type Bus,
  composeBus,
  type Egress,
  type EgressAnswer,
  type EgressRequest,
  type Log,
  type Principal,
  type Scope,
  TENANT_DEFAULTS,
  type Tenant,
  type TenantSettings,
  Tenants,
  type Webhook,
  type WebhookFormat,
  webhookSecretName,
} from '@vestnik/core';
import {
  ManualClock,
  MemoryBase,
  MemoryMailboxes,
  MemoryMessageLog,
  MemoryNodeNetwork,
  MemorySubscriptions,
  MemoryTenantDirectory,
  MemoryWebhooks,
} from '@vestnik/core/memory';
import { readMessage, type SendAnswer, uuidv7Maker } from '@vestnik/protocol';
import { TenantHooks } from '../webhook/hooks.js';
import { Webhooks } from '../webhook/webhooks.js';

export const SECRET = Buffer.alloc(32, 9);
export const URL_OF_SHOP = 'https://shop.example/hook';

/** What an endpoint answers: a status, a whole answer, a failure, or whatever comes of waiting. */
export type Reaction = number | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string } | Error | Promise<Reaction>;

/** An endpoint that keeps what it was sent. */
export class FakeEgress implements Egress {
  readonly requests: EgressRequest[] = [];
  react: (request: EgressRequest) => Reaction = () => 204;

  async check(): Promise<void> {}

  async fetch(request: EgressRequest): Promise<EgressAnswer> {
    this.requests.push(request);
    const reaction = await this.react(request);
    if (reaction instanceof Error) throw reaction;
    const { status, headers = {}, body = '' } = typeof reaction === 'number' ? { status: reaction } : reaction;
    return { status, headers, body: Buffer.from(body) };
  }

  /** The bodies, as far as they are messages: their data. */
  get data(): unknown[] {
    return this.bodies.filter(({ method }) => method === 'message').map(({ params }) => (params as { data: unknown }).data);
  }

  get bodies(): Record<string, unknown>[] {
    return this.requests.map(({ body }) => JSON.parse(body ?? '') as Record<string, unknown>);
  }
}

/** Whether a request is signed as Standard Webhooks has it; worked out apart from the code under test. */
export function isSigned({ headers = {}, body = '' }: EgressRequest, secret: Uint8Array, now: number): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
  const expected = createHmac('sha256', secret).update([id, timestamp, body].join('.')).digest('base64');
  return signature === `v1,${expected}` && timestamp === String(Math.floor(now / 1000));
}

/** An installation in memory whose webhooks lead to a fake endpoint. */
export class WebhookHouse {
  readonly clock = new ManualClock();
  readonly lines: string[] = [];
  readonly log: Log;
  readonly newId = uuidv7Maker(this.clock.now, (bytes) => void bytes.fill(7));
  /** Awaited before each operation of the store. */
  gate: ((operation: string) => Promise<void> | void) | undefined;
  readonly base = new MemoryBase({ installation: 'hq', now: this.clock.now, newId: this.newId, gate: async (operation) => this.gate?.(operation) });
  readonly messageLog = new MemoryMessageLog(this.base);
  readonly mailboxes = new MemoryMailboxes(this.base);
  readonly directory = new MemoryTenantDirectory(this.base);
  readonly tenants = new Tenants(this.directory);
  readonly webhooks = new MemoryWebhooks(this.base);
  readonly egress = new FakeEgress();
  readonly secrets = new Map<string, Uint8Array>();
  readonly vault = { get: async (name: string) => this.secrets.get(name) };
  readonly network = new MemoryNodeNetwork(this.clock);

  constructor() {
    const note = (message: string, fields?: object) => void this.lines.push(`${message} ${JSON.stringify(fields)}`);
    this.log = { debug: note, info: note, warn: note, error: note };
    this.base.beginEpoch(1);
  }

  async tenant(settings: Partial<TenantSettings> = {}): Promise<Tenant> {
    const tenant = await this.directory.create('sales', undefined, { ...TENANT_DEFAULTS, ...settings });
    await this.tenants.refresh();
    return tenant;
  }

  async node(nodeId: string): Promise<WebhookNode> {
    const node = new WebhookNode(this, nodeId);
    await node.bus.delivery.readEpochs();
    node.webhooks.start();
    return node;
  }

  async put(tenant: Tenant, client: string, format: WebhookFormat = 'json-rpc', url = URL_OF_SHOP): Promise<Webhook> {
    const id = await this.clientId(tenant, client);
    this.secrets.set(webhookSecretName(tenant.id, id), SECRET);
    return (await this.webhooks.put(tenant.id, id, { url, format })).webhook;
  }

  async clientId(tenant: Tenant, client: string): Promise<number> {
    const [ensured] = await this.mailboxes.ensure(tenant.id, 'client', [client]);
    return (ensured as { mailbox: { id: number } }).mailbox.id;
  }

  async of(tenant: Tenant, client: string): Promise<Webhook> {
    return (await this.webhooks.find(tenant.id, await this.clientId(tenant, client))) as Webhook;
  }

  async reasons(tenant: Tenant): Promise<string[]> {
    return (await this.messageLog.listDeadLetters(tenant.id, { limit: 100 })).items.map(({ reason }) => reason);
  }

  /** Lets what is under way settle, and so much time pass. */
  pass(ms = 0): Promise<void> {
    return this.clock.run(ms);
  }
}

export class WebhookNode {
  readonly bus: Bus;
  readonly webhooks: Webhooks;
  readonly hooks: TenantHooks;
  private opened = 0;

  constructor(
    readonly house: WebhookHouse,
    nodeId: string,
  ) {
    const { clock, log, newId, messageLog, mailboxes, tenants, egress, vault } = house;
    this.hooks = new TenantHooks({ installation: 'hq', tenants, mailboxes, vault, egress, clock, log, newId });
    this.bus = composeBus({
      installation: 'hq',
      messageLog,
      mailboxes,
      subscriptions: new MemorySubscriptions(house.base),
      tenants,
      authenticator: { stillValid: async () => true } as unknown as Authenticator,
      bus: house.network.join(nodeId),
      clock,
      log,
      newId,
      newSessionId: () => `${nodeId}-s${++this.opened}`,
      onSendRefused: (who, problem, to) => this.hooks.sendRefused(who, problem, to),
    });
    this.bus.sessions.onChange((change) => this.hooks.sessionChanged(change));
    const { delivery, calls } = this.bus;
    this.webhooks = new Webhooks({
      directory: house.webhooks,
      delivery,
      calls,
      tenants,
      vault,
      egress,
      clock,
      log,
      nodeId,
      chance: () => 0,
    });
  }

  who(tenant: Tenant, client = 'server'): Principal {
    return { kind: 'key', tenant, client, scopes: new Set<Scope>(['receive', 'send', 'call', 'read', 'broadcast']) };
  }

  async send(tenant: Tenant, fields: object, client = 'server'): Promise<SendAnswer> {
    const value = { type: 'test', to: 'shop', ...fields };
    return this.bus.sending.send(this.who(tenant, client), readMessage(value, 'data' in value ? JSON.stringify(value.data) : undefined));
  }
}
