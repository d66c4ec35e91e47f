import { asError } from './events.js';
import type { PositionStore } from './position-store.js';
import type { RpcChannel } from './rpc-channel.js';
import { VestnikError } from './vestnik-error.js';

interface AcknowledgerSettings {
  readonly acknowledge: boolean;
  readonly store: PositionStore | undefined;
  readonly failed: (error: Error) => void;
}

const RETRY_MS_FIRST = 500;
const RETRY_MS_MAX = 10_000;
const REASON_CHARACTERS = 1_000;

/**
 * Tells the bus how far messages were handled, and which were refused.
 *
 * At most one acknowledgement is on its way; what is handled meanwhile is covered by the next, so
 * that a busy client sends few. What was not answered when a connection ended is repeated on the
 * next one. A refusal is answered before a position that covers its message is acknowledged: else
 * the message would count as acknowledged.
 */
export class Acknowledger {
  private channel: RpcChannel | undefined;
  private reached: string | undefined;
  /** Whether `reached` has to be told, or told again. */
  private due = false;
  private stored: string | undefined;
  private readonly refusals = new Map<string, string>();
  private working: Promise<void> | undefined;
  private stopWaiting: (() => void) | undefined;

  constructor(private readonly settings: AcknowledgerSettings) {}

  handled(position: string): void {
    this.reached = position;
    this.due = true;
    this.wake();
  }

  refused(id: string, error: Error): void {
    this.refusals.set(id, reasonOf(error));
  }

  attach(channel: RpcChannel): void {
    this.channel = channel;
    this.wake();
  }

  detach(): void {
    this.channel = undefined;
    this.stopWaiting?.();
  }

  /** The positions from before mean nothing any more. */
  forget(): void {
    this.reached = undefined;
    this.due = false;
  }

  /** Fulfilled when all is told, or there is nobody to tell. */
  async settled(): Promise<void> {
    while (this.working !== undefined) await this.working;
  }

  private wake(): void {
    this.working ??= this.work().finally(() => {
      this.working = undefined;
      if (this.hasWork()) this.wake();
    });
  }

  private hasWork(): boolean {
    const storeDue = this.settings.store !== undefined && this.reached !== undefined && this.reached !== this.stored;
    return storeDue || (this.channel !== undefined && this.settings.acknowledge && (this.due || this.refusals.size > 0));
  }

  private async work(): Promise<void> {
    for (let failures = 0; this.hasWork(); ) {
      const channel = this.settings.acknowledge ? this.channel : undefined;
      // All is taken in one go: every refusal up to `position` is among `refusals`, and what is handled from here on is due anew.
      const { reached, due } = this;
      const refusals = [...this.refusals];
      if (channel !== undefined) this.due = false;
      await this.store(reached);
      if (channel === undefined) continue;

      if (await this.tell(channel, refusals, due ? reached : undefined)) failures = 0;
      else {
        // Not where it was told to forget meanwhile.
        if (due && this.reached !== undefined) this.due = true;
        if (this.channel === channel) await this.pause(Math.min(RETRY_MS_FIRST * 2 ** failures++, RETRY_MS_MAX));
      }
    }
  }

  /** @returns whether all of it is settled */
  private async tell(channel: RpcChannel, refusals: readonly [string, string][], position: string | undefined): Promise<boolean> {
    const refused = await Promise.all(refusals.map(([id, reason]) => this.refuse(channel, id, reason)));
    if (refused.includes(false)) return false;
    return position === undefined || (await this.settles(channel.request('ack', { position })));
  }

  private async store(position: string | undefined): Promise<void> {
    const { store, failed } = this.settings;
    if (store === undefined || position === undefined || position === this.stored) return;
    try {
      await store.save(position);
    } catch (error) {
      failed(new Error(`the position could not be kept: ${asError(error).message}`, { cause: error }));
    }
    // Also after a failure: the next position is another try.
    this.stored = position;
  }

  private async refuse(channel: RpcChannel, id: string, reason: string): Promise<boolean> {
    const settled = await this.settles(channel.request('refuse', { id, reason }));
    if (settled) this.refusals.delete(id);
    return settled;
  }

  /** Whether there is no sense in asking again: it was done, or is refused for good. */
  private async settles(answer: Promise<unknown>): Promise<boolean> {
    try {
      await answer;
      return true;
    } catch (error) {
      if (error instanceof VestnikError && error.retryable) return false;
      this.settings.failed(asError(error));
      return true;
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.stopWaiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what takes them out
const CONTROL = /[\u0000-\u001f\u007f-\u009f]+/g;

/** The text of an error as the bus can keep it. */
export function reasonOf(error: Error): string {
  const text = error.message === '' ? error.name : error.message;
  return text.replace(CONTROL, ' ').slice(0, REASON_CHARACTERS).toWellFormed();
}
