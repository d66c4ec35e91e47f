import {
  type Calls,
  type Clock,
  type Delivery,
  type Egress,
  FRESH_PROGRESS,
  type LeasedWebhook,
  type Log,
  type Principal,
  type SecretVault,
  type Tenants,
  type Timer,
  WEBHOOK_DEVICE,
  WEBHOOK_LEASE_MS,
  WEBHOOK_TRANSPORT,
  type WebhookDirectory,
  webhookSecretName,
} from '@vestnik/core';
import { formatAddress, Problem } from '@vestnik/protocol';
import { WebhookConnection } from './connection.js';
import { WebhookEndpoint } from './endpoint.js';

export interface WebhookParts {
  readonly directory: WebhookDirectory;
  readonly delivery: Delivery;
  readonly calls: Pick<Calls, 'answered' | 'interrupted'>;
  readonly tenants: Tenants;
  readonly vault: Pick<SecretVault, 'get'>;
  readonly egress: Egress;
  readonly clock: Clock;
  readonly log: Log;
  /** This node among the others. */
  readonly nodeId: string;
  /** A random number in [0, 1). */
  readonly chance: () => number;
}

/** A webhook that this node serves. */
interface Served {
  webhook: LeasedWebhook;
  connection?: WebhookConnection;
  opening: boolean;
  /** Not opened again before; milliseconds of the monotonic clock. */
  notBefore: number;
}

/** One timer for all webhooks: attempts that are due are looked for so often, and leases each fourth time. */
const TICK_MS = 500;
const TICKS_PER_LOOK = 4;
/** Webhooks taken at once: the other nodes get theirs. */
const TAKEN_MAX = 200;
/** Sessions that are opened at the same time. */
const OPENING_MAX = 32;
/** A session that could not be opened, or was closed, is opened again after this. */
const AGAIN_MS = 5_000;
/** Leases that could not be renewed for so long count as lost, before another node takes them. */
const LEASE_LOST_MS = WEBHOOK_LEASE_MS - 2_000;
/** Requests that are under way when the node stops may end within this. */
const FINISH_MS = 2_000;
/** A session is handed so many messages ahead of the one that is POSTed. */
const WINDOW = 16;

/**
 * Serves webhooks: each on one node at a time, by a session of the client like any other.
 *
 * Whether a webhook is ours the directory says, every 2 s. A node that dies is followed by another within about 14 s,
 * one that stops at once. What was under way at that moment may be POSTed twice.
 */
export class Webhooks {
  private readonly served = new Map<number, Served>();
  private timer: Timer | undefined;
  private ticks = 0;
  private looking: Promise<void> | undefined;
  private leasedAt: number;
  private opening = 0;
  private stopped = false;

  constructor(private readonly parts: WebhookParts) {
    this.leasedAt = parts.clock.monotonic();
  }

  start(): void {
    this.timer = this.parts.clock.every(TICK_MS, () => this.tick());
    void this.look();
  }

  /** How many webhooks this node serves. */
  get count(): number {
    return this.served.size;
  }

  /** Something has changed: looks at once. Resolves when it was taken note of on this node. */
  async look(): Promise<void> {
    // One that is under way may have asked before the change.
    if (this.looking !== undefined) await this.looking;
    if (this.stopped) return;
    this.looking ??= this.lookNow().finally(() => {
      this.looking = undefined;
    });
    await this.looking;
  }

  /** Ends all, lets others have them at once. To be called before the sessions of the node are ended. */
  async drain(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    await this.looking;
    const connections = [...this.served.values()].flatMap(({ connection }) => connection ?? []);
    const { clock, directory, delivery, log, nodeId } = this.parts;
    const patience = new Promise<void>((resolve) => void clock.after(FINISH_MS, resolve));
    await Promise.race([Promise.all(connections.map((connection) => connection.stop())), patience]);
    this.closeAll();
    try {
      // Whoever serves them next goes on from what is on disk.
      await delivery.cursors.flushed();
      await directory.release(nodeId);
    } catch (error) {
      log.warn('webhooks could not be handed over: another node takes them when this one is missed', { error });
    }
  }

  private tick(): void {
    for (const one of this.served.values()) one.connection?.tick();
    if (++this.ticks % TICKS_PER_LOOK === 0) {
      if (this.looking === undefined) void this.look();
      this.giveUpLost();
    }
    this.openDue();
  }

  private async lookNow(): Promise<void> {
    const { directory, clock, log, nodeId } = this.parts;
    const asked = clock.monotonic();
    try {
      const { taken, held } = await directory.lease(nodeId, TAKEN_MAX);
      this.leasedAt = asked;
      for (const [id, one] of this.served) if (held.get(id) !== one.webhook.generation) this.drop(id, one);
      for (const webhook of taken) this.served.set(webhook.id, { webhook, opening: false, notBefore: 0 });
      // Ours by the directory, of which this node knows nothing any more: somebody may have them, this node too.
      if ([...held.keys()].some((id) => !this.served.has(id))) {
        this.closeAll();
        await directory.release(nodeId);
      }
    } catch (error) {
      log.warn('the leases of webhooks could not be renewed', { error });
      this.giveUpLost();
    }
    this.openDue();
  }

  /** Another node may take over what this one could not say that it lives for. */
  private giveUpLost(): void {
    if (!this.holdsLeases()) this.closeAll();
  }

  private holdsLeases(): boolean {
    return this.parts.clock.monotonic() - this.leasedAt <= LEASE_LOST_MS;
  }

  private closeAll(): void {
    for (const [id, one] of this.served) this.drop(id, one);
  }

  private drop(id: number, one: Served): void {
    this.served.delete(id);
    one.connection?.close();
  }

  private openDue(): void {
    if (this.stopped) return;
    const now = this.parts.clock.monotonic();
    for (const one of this.served.values()) {
      if (this.opening >= OPENING_MAX) return;
      if (one.connection === undefined && !one.opening && now >= one.notBefore) void this.open(one);
    }
  }

  private async open(one: Served): Promise<void> {
    const { log, clock } = this.parts;
    one.opening = true;
    this.opening++;
    one.notBefore = clock.monotonic() + AGAIN_MS;
    try {
      await this.connect(one);
    } catch (error) {
      const { tenantId, client } = one.webhook;
      if (error instanceof Problem) log.info('a webhook could not be opened yet', { tenantId, client, error: error.message });
      else log.error('a webhook could not be opened', { tenantId, client, error });
    } finally {
      one.opening = false;
      this.opening--;
      this.openDue();
    }
  }

  private async connect(one: Served): Promise<void> {
    const { tenants, vault, egress, clock, log, delivery, calls, chance, directory, nodeId } = this.parts;
    const { webhook } = one;
    const tenant = tenants.byId(webhook.tenantId);
    if (tenant === undefined || tenant.settings.suspended) return;
    const secret = await vault.get(webhookSecretName(webhook.tenantId, webhook.clientId));
    if (secret === undefined) {
      await directory.note(nodeId, webhook, { ...FRESH_PROGRESS, state: 'paused', reason: 'its secret is not there: set the webhook again' });
      this.served.delete(webhook.id);
      return;
    }
    const endpoint = new WebhookEndpoint(webhook, secret, { egress, clock });
    const connection = new WebhookConnection(webhook, progressOf(webhook), endpoint, {
      calls,
      tenants,
      clock,
      log,
      own: formatAddress({ kind: 'client', name: 'vestnik' }, tenant.name, [delivery.installation]),
      chance,
      holds: () => this.holdsLeases(),
      note: async (progress) => {
        one.webhook = { ...bareOf(webhook), ...progress };
        const ours = await directory.note(nodeId, webhook, progress);
        if (!ours || progress.state === 'paused') this.served.delete(webhook.id);
        return ours;
      },
      onEnd: () => {
        if (one.connection === connection) one.connection = undefined;
      },
    });
    // Its client need not do anything for it: a revocation is about tokens.
    const principal: Principal = { kind: 'token', tenant, client: webhook.client, scopes: new Set(['receive']), issuedAt: Number.POSITIVE_INFINITY };
    const opened = await delivery.open(principal, { transport: WEBHOOK_TRANSPORT, device: WEBHOOK_DEVICE, window: WINDOW }, connection);
    if (this.served.get(webhook.id) !== one || this.stopped) {
      opened.session.closed();
      return;
    }
    one.connection = connection;
    connection.begin(opened.session, opened.result.gap);
    opened.start();
  }
}

function progressOf({ state, reason, lastError, failures, failingId, nextAttemptAt, downSince, givenUp }: LeasedWebhook) {
  return { state, reason, lastError, failures, failingId, nextAttemptAt, downSince, givenUp };
}

function bareOf({ id, tenantId, clientId, client, url, format, createdAt, changedAt, generation }: LeasedWebhook) {
  return { id, tenantId, clientId, client, url, format, createdAt, changedAt, generation };
}
