import type { Clock } from '../ports/clock.js';
import type { MessageLog } from '../ports/message-log.js';

/** A count is asked for anew after so long: other nodes send too. */
const TRUSTED_MS = 60_000;
const REMEMBERED = 200_000;

/** What is asked of the store together. */
interface Question {
  readonly ids: Set<number>;
  limit: number;
  answer?: Promise<void>;
}

/**
 * How many direct messages wait for each client, so that nobody's inbox grows without bound.
 *
 * What is kept is an upper bound: counted once, and one more with each message since. Only where the bound reaches the
 * limit the store is asked again, so that acknowledgements need not be followed.
 */
export class Inboxes {
  private readonly bounds = new Map<number, { count: number; readonly countedAt: number }>();
  private asking: Question | undefined;

  constructor(
    private readonly store: Pick<MessageLog, 'countUnacknowledged'>,
    private readonly clock: Clock,
  ) {}

  /** Whether it is known here that one more fits. False: ask {@link isFull}. */
  known(mailboxId: number, limit: number): boolean {
    const bound = this.bounds.get(mailboxId);
    return bound !== undefined && bound.count < limit && this.clock.monotonic() - bound.countedAt < TRUSTED_MS;
  }

  /** Asks the store where it is not known; what is asked in one turn goes together. */
  async isFull(mailboxId: number, limit: number): Promise<boolean> {
    if (this.known(mailboxId, limit)) return false;
    let question = this.asking;
    if (question === undefined) {
      question = { ids: new Set(), limit: 0 };
      this.asking = question;
    }
    question.ids.add(mailboxId);
    question.limit = Math.max(question.limit, limit);
    question.answer ??= this.ask(question);
    await question.answer;
    return (this.bounds.get(mailboxId)?.count ?? 0) >= limit;
  }

  private async ask(question: Question): Promise<void> {
    await Promise.resolve();
    this.asking = undefined;
    if (this.bounds.size > REMEMBERED) this.bounds.clear();
    const countedAt = this.clock.monotonic();
    for (const [id, count] of await this.store.countUnacknowledged([...question.ids], question.limit)) this.bounds.set(id, { count, countedAt });
  }

  /** One more was sent there. */
  added(mailboxId: number): void {
    const bound = this.bounds.get(mailboxId);
    if (bound !== undefined) bound.count++;
  }
}
