import type { DeliveredMessage } from '@vestnik/protocol';
import { asError, type MessageHandler } from './events.js';
import type { SeenIds } from './seen-ids.js';

/** What is told of the messages that were handled. */
export interface InboxListener {
  /** A durable message has been dealt with: handled now or before, or taken back by the bus. */
  handled(position: string): void;
  /** A handler failed on a durable message. Told before `handled`. */
  refused(id: string, error: Error): void;
  failed(error: Error): void;
  /** There are handlers, and none of them is for this message. */
  unhandled(message: DeliveredMessage): void;
}

interface Handler {
  readonly handle: MessageHandler;
  readonly wants: (message: DeliveredMessage) => boolean;
}

interface Entry {
  readonly message: DeliveredMessage;
  readonly generation: number;
}

/** Messages without a position are not counted by the window of the bus, so that this side has to bound them. */
const TRANSIENT_WAITING_MAX = 1_000;

/**
 * Hands messages to the handlers, one at a time in the order of their arrival, each id once.
 *
 * What waits here is bounded by the window: the bus hands over no more than it allows without
 * acknowledgements. Without a handler all of it waits; what comes again of a topic because it was
 * asked for (`replay`) waits beside the window.
 */
export class Inbox {
  private readonly handlers = new Set<Handler>();
  private queue: Entry[] = [];
  private transientWaiting = 0;
  private running: Promise<void> | undefined;
  private open = true;
  private generation = 0;

  constructor(
    private readonly seen: SeenIds,
    private readonly listener: InboxListener,
  ) {}

  /** @param wants which messages it is for */
  addHandler(handle: MessageHandler, wants: (message: DeliveredMessage) => boolean = () => true): () => void {
    // An object of its own, so that the same function added twice is two handlers.
    const added: Handler = { handle, wants };
    this.handlers.add(added);
    this.wake();
    return () => this.handlers.delete(added);
  }

  push(message: DeliveredMessage): void {
    if (isTransient(message) && ++this.transientWaiting > TRANSIENT_WAITING_MAX) this.dropTransient();
    this.queue.push({ message, generation: this.generation });
    this.wake();
  }

  /** The bus took these back: those that still wait are not handed over any more. */
  retract(ids: readonly string[]): void {
    if (this.queue.length === 0) return;
    const gone = new Set(ids);
    for (const { message } of this.queue) if (gone.has(message.id)) this.seen.add(message.id);
  }

  /**
   * Forgets what waits: the bus hands it over again.
   *
   * @param renumbered the positions from before mean nothing any more
   */
  clear(renumbered: boolean): void {
    this.queue = [];
    this.transientWaiting = 0;
    if (renumbered) this.generation += 1;
  }

  start(): void {
    this.open = true;
    this.wake();
  }

  /** Hands nothing over any more, after the message that is being handled. */
  stop(): void {
    this.open = false;
  }

  /** Fulfilled when no handler is running. */
  async idle(): Promise<void> {
    await this.running;
  }

  private wake(): void {
    this.running ??= this.run().finally(() => {
      this.running = undefined;
      // Something may have come between the last look at the queue and now.
      if (this.open && this.handlers.size > 0 && this.queue.length > 0) this.wake();
    });
  }

  private async run(): Promise<void> {
    while (this.open && this.handlers.size > 0) {
      const entry = this.queue.shift();
      if (entry === undefined) return;
      await this.deal(entry);
    }
  }

  private async deal({ message, generation }: Entry): Promise<void> {
    const { id, position } = message;
    if (position === undefined) {
      if (isTransient(message)) this.transientWaiting -= 1;
      const error = await this.handOver(message);
      if (error !== undefined) this.listener.failed(error);
      return;
    }
    if (!this.seen.has(id)) {
      const error = await this.handOver(message);
      this.seen.add(id);
      if (error !== undefined) {
        this.listener.failed(error);
        this.listener.refused(id, error);
      }
    }
    if (generation === this.generation) this.listener.handled(position);
  }

  private async handOver(message: DeliveredMessage): Promise<Error | undefined> {
    try {
      let handled = false;
      for (const { handle, wants } of this.handlers) {
        if (!wants(message)) continue;
        handled = true;
        await handle(message);
      }
      if (!handled) this.listener.unhandled(message);
      return undefined;
    } catch (thrown) {
      return asError(thrown);
    }
  }

  private dropTransient(): void {
    const at = this.queue.findIndex(({ message }) => isTransient(message));
    if (at < 0) return;
    this.queue.splice(at, 1);
    this.transientWaiting -= 1;
    this.listener.failed(new Error(`the handlers do not keep up: of the transient messages that wait, the oldest beyond ${TRANSIENT_WAITING_MAX} are dropped`));
  }
}

/** Sent to whoever is connected. A replay has no position either, but was asked for: nothing of it is dropped. */
function isTransient({ position, replay }: DeliveredMessage): boolean {
  return position === undefined && replay !== true;
}
