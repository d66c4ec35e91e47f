import { HttpConnection } from './http-connection.js';
import type { MarkedBytes } from './marked-bytes.js';
import { Tally } from './tally.js';

/** One message at a time: the next is sent when the last was answered and has arrived. */
export class SingleFile {
  readonly #tally = new Tally();
  #came: (() => void) | undefined;

  /** Every message that arrives is told here. */
  arrived(): void {
    this.#came?.();
  }

  /** @returns the times from the start of each request to the arrival, in ascending order */
  async run(port: number, request: MarkedBytes, messages: number): Promise<Float64Array> {
    const connection = await HttpConnection.open(port);
    try {
      for (let sent = 0; sent < messages; sent++) await this.#one(connection, request);
    } finally {
      connection.close();
    }
    return this.#tally.takeLatencies();
  }

  #one(connection: HttpConnection, request: MarkedBytes): Promise<void> {
    return new Promise((done, failed) => {
      const number = this.#tally.begin();
      let missing = 2;
      const both = (): void => {
        missing -= 1;
        // Not at once: an answer that came in the same read is counted first.
        if (missing === 0) setImmediate(done);
      };
      this.#came = () => {
        this.#tally.took(performance.now() - this.#tally.begunAt(number));
        both();
      };
      request.setNumber(0, number);
      connection.send(request.bytes, (status, body) => (status === 202 ? both() : failed(new Error(`a message was refused: ${status} ${body()}`))));
    });
  }
}
