/** What a tenant has in the store. */
export interface StoredUsage {
  /** Counted to 250,000. */
  readonly clients: number;
  /** Direct messages that nobody has acknowledged, as they were counted last. */
  readonly waiting: number;
  /** Milliseconds since 1970. */
  readonly oldestWaitingAt?: number;
  /** These counted to 100,000. */
  readonly deadLetters: number;
  readonly scheduled: number;
  readonly topics: number;
  readonly webhooks: number;
  /** That have not expired. */
  readonly keys: number;
  /** Of its senders; estimates from the statistics of the database. */
  readonly storedMessages: number;
  readonly acceptedLastDay: number;
}

/** Counts what tenants have, none of it by looking at all. */
export interface TenantUsage {
  of(tenantId: number): Promise<StoredUsage>;
}
