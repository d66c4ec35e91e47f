import { randomBytes } from 'node:crypto';
import { Controller, Inject, Param, Res, UseGuards } from '@nestjs/common';
import {
  type Egress,
  formatWebhookSecret,
  type Mailboxes,
  type Page,
  type PageRequest,
  readWebhookSecret,
  type SecretVault,
  type Tenant,
  type Tenants,
  WEBHOOK_SECRET_BYTES,
  type Webhook,
  type WebhookBrowsing,
  type WebhookDirectory,
  webhookSecretName,
} from '@vestnik/core';
import { invalid, isReserved, Problem, readName } from '@vestnik/protocol';
import type { z } from 'zod';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller, OfTenant } from '../access/caller.js';
import { Changes } from '../changes.js';
import { JsonBody, OptionalJsonBody, QueryOf } from '../http/input.js';
import { mapPage, timeOf } from '../http/page.js';
import type { HttpReply } from '../http/request.js';
import { Serves } from '../openapi/serves.js';
import { PORT } from '../ports.js';
import { tenantsAskedFor } from '../tenants/of-tenant.js';
import { urlOnRecord } from '../url-on-record.js';
import * as calls from './webhook-calls.js';

/** Why, where whoever pauses it does not say. */
const PAUSED = 'paused by an administrator';

type WebhookQuery = PageRequest & { readonly tenant?: string; readonly state?: Webhook['state']; readonly search?: string };
type WebhookAnswer = z.output<typeof calls.webhookAnswer>;

@Controller()
@UseGuards(CallerGuard)
export class WebhooksController {
  constructor(
    @Inject(PORT.webhooks) private readonly webhooks: WebhookDirectory,
    @Inject(PORT.webhookBrowsing) private readonly browsing: WebhookBrowsing,
    @Inject(PORT.tenants) private readonly tenants: Tenants,
    @Inject(PORT.webhookChanged) private readonly changed: () => Promise<void>,
    @Inject(PORT.mailboxes) private readonly mailboxes: Mailboxes,
    @Inject(PORT.vault) private readonly vault: Pick<SecretVault, 'set' | 'get' | 'delete'>,
    @Inject(PORT.egress) private readonly egress: Egress,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  /** The secret is stored first: a webhook without one would pause. */
  @Serves(calls.putWebhook)
  async put(
    @CalledBy() caller: Caller,
    @OfTenant() tenant: Tenant,
    @Param('client') given: string,
    @JsonBody(calls.newWebhook) { url, format, secret }: calls.NewWebhook,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<WebhookAnswer & { secret?: string }> {
    const name = nameIn(given);
    await this.egress.check(url, 'url');
    const [client] = await this.mailboxes.ensure(tenant.id, 'client', [name]);
    if (client === undefined) throw new Error('a client was neither found nor made');
    const before = await this.webhooks.find(tenant.id, client.mailbox.id);
    const made = await this.keepSecret(webhookSecretName(tenant.id, client.mailbox.id), secret, before !== undefined);
    const { webhook, created } = await this.webhooks.put(tenant.id, client.mailbox.id, { url, format });
    await this.changed();
    await this.changes.record(caller, {
      action: 'webhook.set',
      subject: `${name}@${tenant.name}`,
      ...(before === undefined ? {} : { before: { url: urlOnRecord(before.url), format: before.format } }),
      after: { url: urlOnRecord(url), format, ...(secret === undefined && made === undefined ? {} : { secret: before === undefined ? 'set' : 'replaced' }) },
    });
    reply.code(created ? 201 : 200);
    return { ...answerOf(webhook), ...(made === undefined ? {} : { secret: made }) };
  }

  @Serves(calls.getWebhook)
  async get(@OfTenant() tenant: Tenant, @Param('client') name: string): Promise<WebhookAnswer> {
    const webhook = await this.webhooks.find(tenant.id, await this.clientId(tenant, name));
    if (webhook === undefined) throw unknownWebhook();
    return answerOf(webhook);
  }

  @Serves(calls.deleteWebhook)
  async delete(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant, @Param('client') name: string): Promise<void> {
    const clientId = await this.clientId(tenant, name);
    if (!(await this.webhooks.delete(tenant.id, clientId))) throw unknownWebhook();
    await this.vault.delete(webhookSecretName(tenant.id, clientId));
    await this.changed();
    await this.changes.record(caller, { action: 'webhook.delete', subject: `${nameIn(name)}@${tenant.name}` });
  }

  @Serves(calls.pauseWebhook)
  async pause(
    @CalledBy() caller: Caller,
    @OfTenant() tenant: Tenant,
    @Param('client') name: string,
    @OptionalJsonBody(calls.pauseInput) { reason = PAUSED }: calls.PauseInput,
  ): Promise<WebhookAnswer> {
    const webhook = await this.webhooks.pause(tenant.id, await this.clientId(tenant, name), reason);
    if (webhook === undefined) throw unknownWebhook();
    await this.changed();
    await this.changes.record(caller, { action: 'webhook.pause', subject: `${webhook.client}@${tenant.name}`, after: { reason } });
    return answerOf(webhook);
  }

  @Serves(calls.listWebhooks)
  async list(@CalledBy() caller: Caller, @QueryOf(calls.webhookQuery) { tenant, ...query }: WebhookQuery): Promise<Page<WebhookAnswer>> {
    const tenants = await tenantsAskedFor(caller, tenant, this.tenants);
    const { state, search, ...page } = query;
    return mapPage(await this.browsing.list({ tenants, state, search }, page), (webhook) => ({
      ...answerOf(webhook),
      tenant: webhook.tenant,
      waiting: webhook.waiting,
    }));
  }

  @Serves(calls.resumeWebhook)
  async resume(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant, @Param('client') name: string): Promise<WebhookAnswer> {
    const webhook = await this.webhooks.resume(tenant.id, await this.clientId(tenant, name));
    if (webhook === undefined) throw unknownWebhook();
    await this.changed();
    await this.changes.record(caller, { action: 'webhook.resume', subject: `${webhook.client}@${tenant.name}` });
    return answerOf(webhook);
  }

  /** @returns the secret where it was made here: it is shown once */
  private async keepSecret(name: string, given: string | undefined, mayStay: boolean): Promise<string | undefined> {
    const bytes = given === undefined ? undefined : readWebhookSecret(given);
    if (bytes !== undefined) {
      await this.vault.set(name, bytes);
      return undefined;
    }
    if (mayStay && (await this.vault.get(name)) !== undefined) return undefined;
    const made = randomBytes(WEBHOOK_SECRET_BYTES);
    await this.vault.set(name, made);
    return formatWebhookSecret(made);
  }

  private async clientId(tenant: Tenant, given: string): Promise<number> {
    const [client] = await this.mailboxes.find(tenant.id, 'client', [nameIn(given)]);
    if (client === undefined) throw unknownWebhook();
    return client.id;
  }
}

function answerOf({ client, url, format, state, reason, lastError, failures, nextAttemptAt, downSince, createdAt, changedAt }: Webhook): WebhookAnswer {
  return {
    client,
    url,
    format,
    state,
    reason,
    lastError,
    failures,
    nextAttemptAt: nextAttemptAt === undefined ? undefined : timeOf(nextAttemptAt),
    downSince: downSince === undefined ? undefined : timeOf(downSince),
    createdAt: timeOf(createdAt),
    changedAt: timeOf(changedAt),
  };
}

function nameIn(given: string): string {
  const name = readName(given);
  if (name === undefined) throw invalid('request-invalid', 'client', 'a client is 1 to 128 letters, digits, space, . _ - with no space at either end');
  if (isReserved(name)) throw invalid('request-invalid', 'client', 'names that begin with vestnik are the bus’s own');
  return name;
}

function unknownWebhook(): Problem {
  return new Problem('not-found', 'the client has no webhook');
}
