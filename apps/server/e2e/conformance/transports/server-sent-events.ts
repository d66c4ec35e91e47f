import type { DeliveredMessage } from '@vestnik/protocol';
import type { Transport } from './bus-client.js';
import { StreamClient } from './stream.js';

/** WHATWG Server-Sent Events for what is pushed, `rpc` for the rest. */
export const serverSentEvents: Transport = {
  name: 'SSE and rpc',
  exact: true,
  answersConnect: false,
  binary: false,
  tellsTakenOver: true,
  connect: (place, params) => new EventsClient(place, params, 'text/event-stream').open(),
};

class EventsClient extends StreamClient {
  #event = 'message';
  #id: string | undefined;
  #data: string[] = [];

  /** One line, as the standard's parser takes it. */
  protected line(line: string): void {
    if (line === '') {
      this.#dispatch();
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    if (field === 'id') this.#id = value;
    if (field === 'data') this.#data.push(value);
  }

  #dispatch(): void {
    const [event, id, text] = [this.#event, this.#id, this.#data.join('\n')];
    const empty = this.#data.length === 0;
    [this.#event, this.#id, this.#data] = ['message', undefined, []];
    if (empty) return;
    const params = JSON.parse(text) as Record<string, unknown>;
    const position = event === 'message' ? (params as unknown as DeliveredMessage).position : undefined;
    if (id !== position) throw new Error(`the id of this event is ${id}, and not the position of a durable message: ${text.slice(0, 200)}`);
    this.took(event, params, text);
  }
}
