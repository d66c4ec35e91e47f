import type { LightSocket } from './light-socket.js';
import type { Publisher } from './publisher.js';
import type { Tally } from './tally.js';

export interface CallPublisherOptions {
  readonly inFlight: number;
  readonly tally: Tally;
  /** The frame that calls one of the callees; its number comes back with the answer. */
  readonly frame: (number: number) => string;
}

/** Calls over one connection, so many at a time: the next is made when one was answered. */
export class CallPublisher implements Publisher {
  private socket: LightSocket | undefined;
  private under = 0;
  private running: { readonly isOver: () => boolean; readonly done: () => void; readonly failed: (error: Error) => void } | undefined;

  constructor(private readonly options: CallPublisherOptions) {}

  /** The connection that calls are made over. */
  use(socket: LightSocket): void {
    this.socket = socket;
  }

  /** The answer to a call has come. */
  answered(number: number): void {
    this.options.tally.arrived(number);
    this.under -= 1;
    this.next();
  }

  failed(reason: string): void {
    this.running?.failed(new Error(`a call failed: ${reason}`));
  }

  run(isOver: () => boolean): Promise<void> {
    return new Promise((done, failed) => {
      this.running = { isOver, done, failed };
      for (let lane = 0; lane < this.options.inFlight; lane++) this.next();
    });
  }

  private next(): void {
    const { running } = this;
    if (running === undefined) return;
    if (running.isOver()) {
      if (this.under === 0) {
        this.running = undefined;
        running.done();
      }
      return;
    }
    this.under += 1;
    this.socket?.sendText(this.options.frame(this.options.tally.begin()));
  }
}
