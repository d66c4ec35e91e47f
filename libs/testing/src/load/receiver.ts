import type { DeliveredMessage } from '@vestnik/protocol';
import type { Recorder } from '../checker/recorder.js';
import { RawSocketClient, type RpcReply } from '../raw-socket-client.js';
import type { TestTenant } from '../test-tenant.js';
import { Conditions } from '../until.js';

export interface LoadReceiverOptions {
  readonly client: string;
  readonly device?: string;
  /** Where it may connect: the next one at each try. */
  readonly places: readonly TestTenant[];
  readonly recorder: Recorder;
  readonly window?: number;
  /**
   * Whether it drops its connection by itself before message n of session m, both from 1. What a session was handed and
   * could not acknowledge comes again, so one that drops each session early makes little way.
   */
  readonly dropsBefore?: (message: number, session: number) => boolean;
}

/** What load senders put into `data`. */
export interface LoadData {
  readonly label: string;
}

const COMES_BACK_AFTER_MS = 40;

/**
 * A client as the official ones are: it comes back, resumes, drops duplicates by id, acknowledges after handling, one
 * acknowledgement under way at a time. It records all it sees.
 */
export class LoadReceiver {
  readonly address: string;
  /** How long it was away, each time, in milliseconds: from the loss of a connection to the next `connect` answered. */
  readonly outagesMs: number[] = [];
  /** Distinct messages that its application was handed. */
  readonly seen = new Set<string>();
  sessions = 0;
  connected = false;
  readonly #conditions = new Conditions();
  readonly #life: string;
  #stopping = false;
  #socket: RawSocketClient | undefined;
  #loop: Promise<void> | undefined;
  #place = 0;

  constructor(private readonly options: LoadReceiverOptions) {
    const [first] = options.places;
    if (first === undefined) throw new Error('a receiver needs a place to connect to');
    this.address = first.address(options.client);
    this.#life = `${process.pid}-${options.device ?? ''}`;
    this.#place = options.client.length % options.places.length;
  }

  /** Starts it and waits until it has connected for the first time. */
  async start(): Promise<void> {
    this.#loop = this.#live();
    await this.until('the first connection', () => this.connected);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#socket?.terminate();
    this.#conditions.changed();
    await this.#loop;
  }

  until<Value>(what: string, condition: (receiver: this) => Value | undefined | false, timeoutMs?: number): Promise<Value> {
    return this.#conditions.until(
      () => `${what}, of ${this.address}; ${this.seen.size} messages seen, connected ${this.connected}`,
      () => condition(this),
      timeoutMs,
    );
  }

  async #live(): Promise<void> {
    let lostAt: number | undefined;
    while (!this.#stopping) {
      const session = `${this.options.device ?? ''}#${this.sessions++}`;
      const socket = await this.#connect(session).catch(() => undefined);
      if (socket !== undefined) {
        if (lostAt !== undefined) this.outagesMs.push(performance.now() - lostAt);
        this.connected = true;
        this.#conditions.changed();
        await socket.until('the close', ({ close }) => close, 3_600_000);
        this.connected = false;
        lostAt = performance.now();
        this.#conditions.changed();
      }
      if (!this.#stopping) await new Promise((resolve) => setTimeout(resolve, COMES_BACK_AFTER_MS * (1 + Math.random())));
    }
  }

  async #connect(session: string): Promise<RawSocketClient> {
    const { places, client, device, recorder, window } = this.options;
    const place = places[this.#place++ % places.length] as TestTenant;
    const token = await place.token(client);
    recorder.record({ kind: 'session', client: this.address, session, ...(device === undefined ? {} : { device }) });
    const number = this.sessions;
    let count = 0;
    // An acknowledgement goes to the session that handed the message over, never to a later one.
    const acknowledge = this.#acknowledger(session, (position) => socket.ask('ack', { position }));
    const socket: RawSocketClient = await RawSocketClient.open(place.socketUrl, {
      keepFrames: false,
      onMessage: (message) => {
        if (this.options.dropsBefore?.(++count, number) === true) socket.terminate();
        // What comes after a drop is read by nobody.
        if (socket.socket.readyState === socket.socket.OPEN) this.#handle(message, session, acknowledge);
      },
    });
    this.#socket = socket;
    if (this.#stopping) socket.terminate();
    const timer = setTimeout(() => socket.terminate(), 5_000);
    try {
      await socket.connect({ token, device, window });
    } catch (error) {
      socket.terminate();
      throw error;
    } finally {
      clearTimeout(timer);
    }
    return socket;
  }

  #handle(message: DeliveredMessage, session: string, acknowledge: (message: DeliveredMessage, label: string) => void): void {
    const { label } = message.data as LoadData;
    const { device, recorder } = this.options;
    const application = !this.seen.has(message.id);
    this.seen.add(message.id);
    recorder.record({
      kind: 'receive',
      client: this.address,
      ...(device === undefined ? {} : { device }),
      session,
      life: this.#life,
      label,
      id: message.id,
      from: message.from,
      redelivered: message.redelivered === true,
      application,
    });
    acknowledge(message, label);
    this.#conditions.changed();
  }

  /** Acknowledges the latest message, one call at a time. */
  #acknowledger(session: string, send: (position: string) => Promise<RpcReply | undefined>): (message: DeliveredMessage, label: string) => void {
    let underWay = false;
    let latest: { readonly position: string; readonly label: string } | undefined;
    const next = async () => {
      if (latest === undefined || underWay) return;
      const { position, label } = latest;
      latest = undefined;
      underWay = true;
      const reply = await send(position);
      underWay = false;
      if (reply?.error === undefined && reply !== undefined) {
        const { device, recorder } = this.options;
        recorder.record({ kind: 'acknowledged', client: this.address, ...(device === undefined ? {} : { device }), session, label });
      }
      await next();
    };
    return (message, label) => {
      if (message.position === undefined) return;
      latest = { position: message.position, label };
      void next();
    };
  }
}
