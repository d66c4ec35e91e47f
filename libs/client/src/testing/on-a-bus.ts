import { afterEach, beforeEach } from 'vitest';
import { VestnikClient } from '../client.js';
import type { ClientEvents } from '../events.js';
import type { ClientOptions } from '../options.js';
import type { CallMap, MessageMap } from '../typing.js';
import { ScriptedBus } from './scripted-bus.js';

/** A scripted bus for each test of a file, and clients of it that are closed afterwards. */
export function onABus() {
  const clients: { close(): Promise<void> }[] = [];
  const stage = {
    bus: undefined as unknown as ScriptedBus,
    clientOf<Messages extends MessageMap = Record<string, unknown>, Calls extends CallMap = Record<string, { params: unknown; result: unknown }>>(
      options: Partial<ClientOptions> = {},
    ): VestnikClient<Messages, Calls> {
      const client = new VestnikClient<Messages, Calls>({
        url: stage.bus.url,
        tenant: 'demo',
        token: 'vk_test',
        reconnectDelayMs: () => 5,
        closeTimeoutMs: 200,
        ...options,
      });
      clients.push(client);
      return client;
    },
  };
  beforeEach(async () => {
    stage.bus = await ScriptedBus.start();
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await stage.bus.stop();
  });
  return stage;
}

interface Listens {
  on<Event extends keyof ClientEvents>(event: Event, listener: (value: ClientEvents[Event]) => unknown): () => void;
}

/** The next event of a kind. */
export function next<Event extends keyof ClientEvents>(client: Listens, event: Event): Promise<ClientEvents[Event]> {
  return new Promise((resolve) => {
    const off = client.on(event, (value) => {
      off();
      resolve(value);
    });
  });
}

/** Collects what is put in, and can be waited for. */
export class Collected<Value> {
  readonly values: Value[] = [];
  private readonly waiting: (() => void)[] = [];

  readonly put = (value: Value): void => {
    this.values.push(value);
    for (const wake of this.waiting.splice(0)) wake();
  };

  async reaches(count: number): Promise<readonly Value[]> {
    while (this.values.length < count) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this.values;
  }
}
