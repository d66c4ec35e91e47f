/** A tenant that has dead letters. Times are milliseconds since 1970. */
export interface DeadLettersOfTenant {
  readonly tenantId: number;
  /** Among the newest 100,000 of all tenants. */
  readonly count: number;
  readonly newestAt: number;
}

export interface WebhookInTrouble {
  readonly tenantId: number;
  readonly client: string;
  readonly state: 'failing' | 'paused';
  /** Since when nothing was taken; of one that an administrator has paused, since then. */
  readonly since: number;
  /** What went wrong last, or why it is paused. */
  readonly detail?: string;
}

export interface ExpiringKey {
  /** Absent: of the installation's administrators. */
  readonly tenantId?: number;
  readonly id: string;
  readonly title: string;
  readonly expiresAt: number;
}

/** What in the store somebody should look at. */
export interface StoreAttention {
  deadLetters(): Promise<DeadLettersOfTenant[]>;
  /** Paused ones first; at most 1,000. */
  webhooks(): Promise<WebhookInTrouble[]>;
  /** Keys that expire soon and have not yet, the soonest first; at most 1,000. */
  expiringKeys(withinMs: number): Promise<ExpiringKey[]>;
}
