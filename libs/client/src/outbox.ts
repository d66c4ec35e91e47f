import type { SendAnswer, SendParams } from '@vestnik/protocol';
import type { RpcChannel } from './rpc-channel.js';
import { VestnikError } from './vestnik-error.js';

interface Entry {
  readonly message: SendParams & { readonly key: string };
  /** How often it was put on a wire. */
  tries: number;
  readonly resolve: (answer: SendAnswer) => void;
  readonly reject: (error: unknown) => void;
}

const CONFLICT_RETRY_MS = 250;

/**
 * Durable sends until they are answered, in the order in which they were made.
 *
 * Those that were not answered when a connection ended go again over the next one, under the same
 * key, so that the bus takes each once.
 */
export class Outbox {
  private readonly entries = new Set<Entry>();
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  private channel: RpcChannel | undefined;
  /** The node is going away: what follows waits for the next connection, so that the order stays. */
  private held = false;

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.entries.size;
  }

  /** @throws VestnikError `queue-full` when there is no connection and as many as allowed are waiting */
  send(message: SendParams & { readonly key: string }, signal?: AbortSignal): Promise<SendAnswer> {
    signal?.throwIfAborted();
    if (this.channel === undefined && this.entries.size >= this.limit) {
      throw new VestnikError('queue-full', `${this.limit} messages are waiting for a connection already (queueLimit)`, true, { key: message.key });
    }
    return new Promise((resolve, reject) => {
      const abort = () => this.settle(entry, () => reject(signal?.reason));
      const entry: Entry = {
        message,
        tries: 0,
        resolve: (answer) => {
          signal?.removeEventListener('abort', abort);
          resolve(answer);
        },
        reject: (error) => {
          signal?.removeEventListener('abort', abort);
          reject(error);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.entries.add(entry);
      this.put(entry);
    });
  }

  attach(channel: RpcChannel): void {
    this.channel = channel;
    this.held = false;
    for (const entry of this.entries) this.put(entry);
  }

  detach(): void {
    this.channel = undefined;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  /** Gives up all that is waiting. */
  fail(error: VestnikError): void {
    for (const entry of [...this.entries]) this.settle(entry, () => entry.reject(error.withKey(entry.message.key)));
  }

  private put(entry: Entry): void {
    const { channel } = this;
    if (channel === undefined || this.held || !this.entries.has(entry)) return;
    entry.tries += 1;
    channel.call('send', entry.message, (error, answer) => {
      if (error === undefined) this.settle(entry, () => entry.resolve(answer as SendAnswer));
      else if (error.slug === 'disconnected') return;
      else if (error.slug === 'draining') this.held = true;
      else if (error.slug === 'conflict' && entry.tries > 1) this.putLater(entry);
      else this.settle(entry, () => entry.reject(error.withKey(entry.message.key)));
    });
  }

  /** The first try is still under way at the bus: its answer is to be had in a moment. */
  private putLater(entry: Entry): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.put(entry);
    }, CONFLICT_RETRY_MS);
    this.timers.add(timer);
  }

  private settle(entry: Entry, tell: () => void): void {
    if (this.entries.delete(entry)) tell();
  }
}
