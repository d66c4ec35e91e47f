import { HttpConnection } from './http-connection.js';
import type { MarkedBytes } from './marked-bytes.js';
import type { Publisher } from './publisher.js';
import type { Tally } from './tally.js';

const SLOTS = 1 << 12;

export interface FanoutPublisherOptions {
  readonly port: number;
  readonly inFlight: number;
  readonly request: () => MarkedBytes;
  /** How many arrivals make a message complete. */
  readonly sessions: number;
  readonly tally: Tally;
}

/** Publishes to all: the next message is sent when one was answered and all sessions got it. */
export class FanoutPublisher implements Publisher {
  /** What each message in flight still waits for: an arrival of each session, and its answer. */
  readonly #missing = new Int32Array(SLOTS);
  readonly #complete = new Map<number, () => void>();

  constructor(private readonly options: FanoutPublisherOptions) {}

  /** Every session's every message is told here. */
  arrived(number: number): void {
    this.options.tally.arrivals += 1;
    this.#came(number);
  }

  /** Connections live for one run: between two runs they would be idle for so long that a server closes them. */
  async run(isOver: () => boolean): Promise<void> {
    const { port, inFlight, request } = this.options;
    const connections = await Promise.all(Array.from({ length: inFlight }, () => HttpConnection.open(port)));
    try {
      await Promise.all(connections.map((connection) => this.#lane(connection, request(), isOver)));
    } finally {
      for (const connection of connections) connection.close();
    }
  }

  #came(number: number): void {
    const left = (this.#missing[number % SLOTS] as number) - 1;
    this.#missing[number % SLOTS] = left;
    if (left === 0) this.#complete.get(number)?.();
  }

  #lane(connection: HttpConnection, request: MarkedBytes, isOver: () => boolean): Promise<void> {
    const { tally, sessions } = this.options;
    return new Promise((done, failed) => {
      const next = (): void => {
        if (isOver()) {
          done();
          return;
        }
        const number = tally.begin();
        this.#missing[number % SLOTS] = sessions + 1;
        this.#complete.set(number, () => {
          this.#complete.delete(number);
          if (tally.recording) tally.took(performance.now() - tally.begunAt(number));
          // Not at once: what else came in this read is counted first.
          setImmediate(next);
        });
        request.setNumber(0, number);
        connection.send(request.bytes, (status, body) => {
          if (status === 202) this.#came(number);
          else failed(new Error(`a message was refused: ${status} ${body()}`));
        });
      };
      next();
    });
  }
}
