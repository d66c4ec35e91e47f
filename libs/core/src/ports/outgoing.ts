/** A message that was sent from SQL, in a transaction of somebody else that has committed. */
export interface StagedMessage {
  /** Of two transactions of which one ended before the other began the first has the smaller numbers. */
  readonly number: number;
  /** Of the message, as the sender was told. */
  readonly id: string;
  readonly tenantId: number;
  /** Name of the client that the sender's database role speaks for. */
  readonly client: string;
  /** Whether it may write to everyone. */
  readonly broadcast: boolean;
  /** JSON text, as it was sent. Little of its form has been checked. */
  readonly text: string;
}

/** A tenant with something staged. */
export interface StagedTenant {
  readonly tenantId: number;
  /** The last number that was visible. Taken up to there in pages, without looking back, everything keeps its order. */
  readonly upTo: number;
}

/**
 * What others' transactions have sent and no node has taken yet. It leaves by `MessageLog.append` with `staged`,
 * in the transaction in which it enters the log.
 */
export interface Outgoing {
  /** @param wake called when something may have been staged; calls may be lost */
  start(wake: () => void): Promise<void>;
  /** The tenants with something staged, for the one node that moves it; the others are answered none. */
  tenants(): Promise<StagedTenant[]>;
  /** What a tenant has staged behind a number and up to another, in order; of large messages fewer than `limit`. */
  page(tenantId: number, after: number, upTo: number, limit: number): Promise<StagedMessage[]>;
  /** Takes one off the stage that can neither be sent nor written down as refused. */
  discard(tenantId: number, number: number): Promise<void>;
  close(): Promise<void>;
}
