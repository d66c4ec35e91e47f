import { RawSocketClient, type TestTenant } from '@vestnik/testing';

const COMES_BACK_AFTER_MS = 50;

/**
 * The session of a client that sends: it gets the receipts of what it has sent, and acknowledges them.
 *
 * It comes back by itself, and counts a receipt that is handed to it again once.
 */
export class ReceiptBook {
  /** States told of one message and recipient, in the order in which they came. */
  readonly #told = new Map<string, string[]>();
  readonly #seen = new Set<string>();
  #stopping = false;
  #socket: RawSocketClient | undefined;
  #loop: Promise<void> | undefined;

  constructor(
    private readonly tenant: TestTenant,
    private readonly client: string,
  ) {}

  start(): void {
    this.#loop = this.#live();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#socket?.terminate();
    await this.#loop;
  }

  /** The states that receipts have told of one message for one recipient. */
  told(id: string, recipient: string): readonly string[] {
    return this.#told.get(`${id} ${recipient}`) ?? [];
  }

  async #live(): Promise<void> {
    while (!this.#stopping) {
      await this.#session().catch(() => undefined);
      if (!this.#stopping) await new Promise((resolve) => setTimeout(resolve, COMES_BACK_AFTER_MS));
    }
  }

  async #session(): Promise<void> {
    const token = await this.tenant.token(this.client);
    const socket = await RawSocketClient.open(this.tenant.socketUrl, {
      keepFrames: false,
      onMessage: ({ id, type, data, position }) => {
        if (type === 'vestnik.receipt' && !this.#seen.has(id)) {
          const { id: message, recipient, state } = data as { id: string; recipient: string; state: string };
          const key = `${message} ${recipient}`;
          this.#told.set(key, [...(this.#told.get(key) ?? []), state]);
        }
        this.#seen.add(id);
        // What was not acknowledged comes again; a book keeps no messages.
        socket.messages.length = 0;
        socket.notify('ack', { position });
      },
    });
    this.#socket = socket;
    if (this.#stopping) socket.terminate();
    await socket.connect({ token });
    await socket.until('the close', ({ close }) => close, 3_600_000);
  }
}
