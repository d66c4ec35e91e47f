import type { Recorder } from '../checker/recorder.js';
import type { TestTenant } from '../test-tenant.js';
import type { LoadReceiver } from './receiver.js';

export interface LoadSubscriberOptions {
  readonly client: string;
  /** Whose connection it calls on; calls of the backend go to `places`. */
  readonly receiver: LoadReceiver;
  readonly places: readonly TestTenant[];
  readonly recorder: Recorder;
  /** Topics and patterns that the client is subscribed to from the beginning to the end. */
  readonly keeps: readonly string[];
  /** Those that are ended and begun again, each in its turn. */
  readonly changes: readonly string[];
  /** Between two changes. */
  readonly everyMs?: number;
}

const ASKS_AGAIN_AFTER_MS = 50;

/**
 * Subscribes a client, ends that and begins it again while messages flow: by the client's own connection or as its
 * backend, in turn. Each change is asked for until it is answered, and recorded before and after.
 */
export class LoadSubscriber {
  /** Changes that were answered. */
  changes = 0;
  #stopping = false;
  #asked = 0;

  constructor(private readonly options: LoadSubscriberOptions) {}

  /** Begins all subscriptions; resolves when each was answered. */
  async begin(): Promise<void> {
    for (const pattern of [...this.options.keeps, ...this.options.changes]) await this.#change(pattern, true);
  }

  /** Ends and begins subscriptions until `stop`; each lives when it resolves, unless the bus is gone. */
  async run(): Promise<void> {
    const { changes, everyMs = 40 } = this.options;
    for (let turn = 0; !this.#stopping && changes.length > 0; turn++) {
      const pattern = changes[turn % changes.length] as string;
      await pause(everyMs);
      await this.#change(pattern, false);
      await pause(everyMs / 2);
      await this.#change(pattern, true);
    }
  }

  stop(): void {
    this.#stopping = true;
  }

  async #change(pattern: string, on: boolean): Promise<void> {
    const { recorder, receiver } = this.options;
    const step = { kind: 'subscription', client: receiver.address, pattern } as const;
    while (!this.#stopping) {
      recorder.record({ ...step, step: on ? 'begins' : 'ends' });
      if (await this.#ask(pattern, on)) {
        recorder.record({ ...step, step: on ? 'began' : 'ended' });
        this.changes++;
        return;
      }
      await pause(ASKS_AGAIN_AFTER_MS);
    }
  }

  /** @returns whether it was answered; else it may have been carried out */
  async #ask(topic: string, on: boolean): Promise<boolean> {
    const { receiver, places, client } = this.options;
    const turn = this.#asked++;
    if (turn % 2 === 0) {
      const reply = await receiver.ask(on ? 'subscribe' : 'unsubscribe', { topic });
      if (reply !== undefined) return reply.error === undefined;
    }
    const place = places[turn % places.length] as TestTenant;
    const answer = await place.api(on ? 'PUT' : 'DELETE', '/subscriptions', { topic, client }).catch(() => undefined);
    // What is not there any more was ended by a try that was not answered.
    return answer !== undefined && (answer.status < 300 || (!on && answer.status === 404));
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
