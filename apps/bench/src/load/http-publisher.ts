import { HttpConnection } from './http-connection.js';
import type { MarkedBytes } from './marked-bytes.js';
import type { Publisher } from './publisher.js';
import type { Tally } from './tally.js';

export interface HttpPublisherOptions {
  readonly port: number;
  /** Connections, with one request in flight on each. */
  readonly connections: number;
  /** Makes a request with `messages` marks for clients and numbers. */
  readonly request: () => MarkedBytes;
  readonly messages: number;
  /** Messages go to clients 0 to `clients` - 1 in turn. */
  readonly clients: number;
  readonly tally: Tally;
  /** Told how long each answer took. */
  readonly answered?: (latencyMs: number) => void;
}

/** Publishes by HTTP, with requests made beforehand. */
export class HttpPublisher implements Publisher {
  #client = 0;

  constructor(private readonly options: HttpPublisherOptions) {}

  /** Connections live for one run: between two runs they would be idle for so long that a server closes them. */
  async run(isOver: () => boolean): Promise<void> {
    const { port, connections, request } = this.options;
    const opened = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(port)));
    try {
      await Promise.all(opened.map((connection) => this.#lane(connection, request(), isOver)));
    } finally {
      for (const connection of opened) connection.close();
    }
  }

  #lane(connection: HttpConnection, request: MarkedBytes, isOver: () => boolean): Promise<void> {
    const { tally, messages, clients, answered } = this.options;
    return new Promise((done, failed) => {
      const next = (): void => {
        if (isOver()) {
          done();
          return;
        }
        let first = 0;
        for (let mark = 0; mark < messages; mark++) {
          const number = tally.begin();
          if (mark === 0) first = number;
          request.setClient(mark, this.#client);
          request.setNumber(mark, number);
          this.#client = (this.#client + 1) % clients;
        }
        connection.send(request.bytes, (status, body) => {
          if (status !== 202) return failed(new Error(`a message was refused: ${status} ${body()}`));
          answered?.(performance.now() - tally.begunAt(first));
          next();
        });
      };
      next();
    });
  }
}
