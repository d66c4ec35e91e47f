import type { MarkedBytes } from '../load/marked-bytes.js';
import type { Publisher } from '../load/publisher.js';
import type { Tally } from '../load/tally.js';
import { sendFrame } from './product-requests.js';
import type { Product } from './product-server.js';
import { ProductSession } from './product-session.js';

export interface SocketPublisherOptions {
  readonly product: Product;
  readonly inFlight: number;
  readonly durable: boolean;
  readonly clients: number;
  readonly tally: Tally;
}

/** Publishes over a backend's own WebSocket. The sends that one read made possible leave in one write. */
export class SocketPublisher implements Publisher {
  /** One for each send that may leave in one write. */
  readonly #frames: MarkedBytes[];
  #session: ProductSession | undefined;
  #client = 0;
  #frame = 0;
  #inFlight = 0;
  #free = 0;
  #running: { isOver: () => boolean; done: () => void; failed: (error: Error) => void } | undefined;

  private constructor(private readonly options: SocketPublisherOptions) {
    this.#frames = Array.from({ length: options.inFlight }, () => sendFrame(options.durable));
  }

  static async open(options: SocketPublisherOptions): Promise<SocketPublisher> {
    const publisher = new SocketPublisher(options);
    publisher.#session = await ProductSession.open({
      port: options.product.port,
      token: options.product.key,
      onAnswer: (error) => publisher.#answered(error),
      readDone: () => publisher.#sendFree(),
    });
    return publisher;
  }

  run(isOver: () => boolean): Promise<void> {
    return new Promise((done, failed) => {
      this.#running = { isOver, done, failed };
      this.#free = this.options.inFlight;
      this.#sendFree();
    });
  }

  #answered(error: string | undefined): void {
    this.#inFlight -= 1;
    this.#free += 1;
    if (error !== undefined) this.#running?.failed(new Error(`a send was refused: ${error}`));
  }

  #sendFree(): void {
    const { tally, clients } = this.options;
    if (this.#running === undefined) return;
    if (this.#running.isOver()) {
      if (this.#inFlight === 0) {
        const { done } = this.#running;
        this.#running = undefined;
        done();
      }
      return;
    }
    const frames: Buffer[] = [];
    for (; this.#free > 0; this.#free--) {
      const frame = this.#frames[this.#frame] as MarkedBytes;
      this.#frame = (this.#frame + 1) % this.#frames.length;
      const number = tally.begin();
      frame.setClient(0, this.#client);
      frame.setNumber(0, number);
      frame.setNumber(1, number);
      this.#client = (this.#client + 1) % clients;
      frames.push(frame.bytes);
      this.#inFlight += 1;
    }
    // Joining copies, so the frames may be patched again at once.
    if (frames.length > 0) this.#session?.socket.send(Buffer.concat(frames));
  }
}
