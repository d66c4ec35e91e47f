import { LIMITS } from '@vestnik/protocol';
import type { MessageLog, Opening, OpeningRequest } from '../ports/message-log.js';

interface Waiting {
  readonly request: OpeningRequest;
  readonly resolve: (opening: Opening) => void;
  readonly reject: (error: unknown) => void;
}

const BATCH = 200;
/** Queries that may be under way at once. */
const LANES = 2;

/**
 * Asks the store for what sessions need when they open: while one query is under way the next gathers, so that thousands
 * that come back at once cost some dozens of queries.
 */
export class Openings {
  private queue: Waiting[] = [];
  private running = 0;

  constructor(private readonly store: Pick<MessageLog, 'open'>) {}

  ask(request: OpeningRequest): Promise<Opening> {
    return new Promise((resolve, reject) => {
      this.queue.push({ request, resolve, reject });
      if (this.running < LANES) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running++;
    // What comes in the same turn goes together.
    await Promise.resolve();
    while (this.queue.length > 0) {
      const batch = this.queue.splice(0, BATCH);
      try {
        const openings = await this.store.open(
          batch.map((waiting) => waiting.request),
          LIMITS.missedCounted,
        );
        batch.forEach((waiting, at) => {
          const opening = openings[at];
          if (opening === undefined) waiting.reject(new Error('the store did not answer for a session'));
          else waiting.resolve(opening);
        });
      } catch (error) {
        for (const waiting of batch) waiting.reject(error);
      }
    }
    this.running--;
  }
}
