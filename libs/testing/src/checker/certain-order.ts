/** What is known of the time at which a message was accepted, in lines of the record. */
export interface Placed {
  readonly label: string;
  /** Line of the first try: it was not accepted before. */
  readonly sentAt: number;
  /** Line of the answer: it was accepted before that. Absent where none has come yet. */
  readonly acceptedAt?: number;
  /** The connection, for messages that were tried once; on one connection the order of sends is the order of acceptance. */
  readonly connection?: string;
}

interface Latest {
  readonly label: string;
  readonly sentAt: number;
}

/**
 * Watches one sender's messages to one address arrive, and finds those that come too late.
 *
 * Clients cannot know in which order the bus accepted two sends that were under way at once, so only certain
 * pairs are judged: one was answered before the other was first tried, or both went once over the same connection.
 */
export class CertainOrder {
  #latest: Latest | undefined;
  readonly #latestByConnection = new Map<string, Latest>();

  /** @returns the label of an earlier arrival that was certainly accepted later */
  take(message: Placed): string | undefined {
    const latest = this.#latest;
    const onConnection = message.connection === undefined ? undefined : this.#latestByConnection.get(message.connection);
    if (latest === undefined || message.sentAt > latest.sentAt) this.#latest = message;
    if (message.connection !== undefined && (onConnection === undefined || message.sentAt > onConnection.sentAt)) {
      this.#latestByConnection.set(message.connection, message);
    }
    if (latest !== undefined && message.acceptedAt !== undefined && message.acceptedAt < latest.sentAt) return latest.label;
    if (onConnection !== undefined && message.sentAt < onConnection.sentAt) return onConnection.label;
    return undefined;
  }
}
