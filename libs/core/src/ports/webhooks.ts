/** The device under which a webhook acknowledges. */
export const WEBHOOK_DEVICE = 'vestnik-webhook';
/** The transport of a webhook's session: it makes nobody online. */
export const WEBHOOK_TRANSPORT = 'webhook';

export type WebhookFormat = 'json-rpc' | 'cloudevents';

/** How the deliveries of a webhook go. */
export interface WebhookProgress {
  /** `failing`: the last attempt was in vain; `paused`: nothing is tried until somebody resumes it. */
  readonly state: 'active' | 'failing' | 'paused';
  /** Why it is paused. */
  readonly reason?: string;
  /** What went wrong last. */
  readonly lastError?: string;
  /** How often the message that is first in line was tried in vain, and which it is. */
  readonly failures: number;
  readonly failingId?: string;
  /** Milliseconds since 1970. */
  readonly nextAttemptAt?: number;
  /** Since when nothing was taken; milliseconds since 1970. */
  readonly downSince?: number;
  /** How many messages in a row were given up. */
  readonly givenUp: number;
}

export const FRESH_PROGRESS: WebhookProgress = { state: 'active', failures: 0, givenUp: 0 };

/** Where what a client is sent is POSTed to. Its secret is in the `SecretVault`: see `webhookSecretName`. */
export interface Webhook extends WebhookProgress {
  readonly id: number;
  readonly tenantId: number;
  readonly clientId: number;
  /** Name of the client. */
  readonly client: string;
  readonly url: string;
  readonly format: WebhookFormat;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly changedAt: number;
}

/** A webhook that a node serves. */
export interface LeasedWebhook extends Webhook {
  /** Grows with each change of the lease and of the settings: what was said under an older one does not count. */
  readonly generation: number;
}

/**
 * The webhooks of all tenants, and which node serves which.
 *
 * A webhook is served by one node at a time. A node holds its webhooks while it says at least every 12 s that it
 * lives; then another node may take them. A change of a webhook takes it from whoever serves it, so that it is taken
 * anew as it is now.
 */
export interface WebhookDirectory {
  /** Sets where a client's messages go, from a fresh start. */
  put(tenantId: number, clientId: number, to: { readonly url: string; readonly format: WebhookFormat }): Promise<{ webhook: Webhook; created: boolean }>;
  find(tenantId: number, clientId: number): Promise<Webhook | undefined>;
  delete(tenantId: number, clientId: number): Promise<boolean>;
  /** Takes it from whoever serves it; nobody serves it until it is resumed. How it went before is kept, for those who look. @returns undefined where there is none */
  pause(tenantId: number, clientId: number, reason: string): Promise<Webhook | undefined>;
  /** Begins again where it was paused or failing. @returns undefined where there is none */
  resume(tenantId: number, clientId: number): Promise<Webhook | undefined>;

  /**
   * Says that a node lives, and takes webhooks that nobody serves.
   *
   * @param most takes no more than so many
   * @returns what was taken now, and the generations of all that the node serves, these included
   */
  lease(node: string, most: number): Promise<{ taken: LeasedWebhook[]; held: ReadonlyMap<number, number> }>;
  /** Notes how it goes. One that is paused is nobody's. @returns false where the node does not serve it any more; nothing was noted */
  note(node: string, webhook: Pick<LeasedWebhook, 'id' | 'generation'>, progress: WebhookProgress): Promise<boolean>;
  /** The node serves nothing any more: others may take its webhooks at once. */
  release(node: string): Promise<void>;
}

/** A node that was not heard of for so long is taken for dead. */
export const WEBHOOK_LEASE_MS = 12_000;
