import { randomBytes } from 'node:crypto';
import type { DeliveredMessage } from '@vestnik/protocol';
import type { Recorder } from '../checker/recorder.js';
import type { RpcReply } from '../raw-socket-client.js';
import type { TestTenant } from '../test-tenant.js';
import { Conditions } from '../until.js';
import type { Carrier, LoadConnection } from './connection.js';
import { overWebSocket } from './web-socket.js';

export interface LoadReceiverOptions {
  readonly client: string;
  readonly device?: string;
  /** Where it may connect: the next one at each try. */
  readonly places: readonly TestTenant[];
  readonly recorder: Recorder;
  readonly window?: number;
  /** How long it takes before it acknowledges: one that is slow has a full window, and waits for more from the log. */
  readonly acknowledgesAfterMs?: number;
  /** How long it stays away after each loss of a connection, up to twice that. */
  readonly awayMs?: number;
  /** How it connects: one way after the other, a new one for each session. WebSocket unless said. */
  readonly carriers?: readonly Carrier[];
  /** Whether session n, from 1, resumes from the furthest message handled, instead of the last acknowledged. */
  readonly resumes?: (session: number) => boolean;
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
const ASKS_AGAIN_AFTER_MS = 50;

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
  #connection: LoadConnection | undefined;
  #loop: Promise<void> | undefined;
  #place = 0;
  /** Of the furthest message that was handled: repeats lie before it. */
  #furthest: string | undefined;

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
    this.#connection?.terminate();
    this.#conditions.changed();
    await this.#loop;
  }

  /** Calls a method on its connection; undefined where there is none, or no answer came. */
  async ask(method: string, params: Readonly<Record<string, unknown>>): Promise<RpcReply | undefined> {
    return this.connected ? this.#connection?.ask(method, params) : undefined;
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
      const connection = await this.#connect(session).catch(() => undefined);
      if (connection !== undefined) {
        if (lostAt !== undefined) this.outagesMs.push(performance.now() - lostAt);
        this.connected = true;
        this.#conditions.changed();
        await connection.closed;
        this.connected = false;
        lostAt = performance.now();
        this.#conditions.changed();
      }
      if (!this.#stopping) await pause((this.options.awayMs ?? COMES_BACK_AFTER_MS) * (1 + Math.random()));
    }
  }

  async #connect(session: string): Promise<LoadConnection> {
    const { places, carriers = [overWebSocket], client, device, recorder, window } = this.options;
    const first = this.#place++ % places.length;
    const there = [...places.slice(first), ...places.slice(0, first)];
    const token = await (there[0] as TestTenant).token(client);
    recorder.record({ kind: 'session', client: this.address, session, ...(device === undefined ? {} : { device }) });
    const number = this.sessions;
    const carrier = carriers[(number - 1) % carriers.length] as Carrier;
    let count = 0;
    let dropped = false;
    let connection: LoadConnection | undefined;
    // An acknowledgement goes to the session that handed the message over, never to a later one.
    const acknowledge = this.#acknowledger(session, () => connection);
    connection = await carrier({
      token,
      device,
      window,
      position: this.options.resumes?.(number) === true ? this.#furthest : undefined,
      places: there,
      word: randomBytes(9).toString('base64url'),
      onMessage: (message) => {
        dropped ||= this.options.dropsBefore?.(++count, number) === true;
        if (dropped) connection?.terminate();
        else this.#handle(message, session, acknowledge);
      },
    });
    this.#connection = connection;
    if (this.#stopping || dropped) connection.terminate();
    else acknowledge();
    return connection;
  }

  #handle(message: DeliveredMessage, session: string, acknowledge: (message: DeliveredMessage) => void): void {
    const { label } = message.data as LoadData;
    const { device, recorder } = this.options;
    const application = !this.seen.has(message.id);
    this.seen.add(message.id);
    if (application) this.#furthest = message.position ?? this.#furthest;
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
    acknowledge(message);
    this.#conditions.changed();
  }

  /** Acknowledges the latest message, one call at a time, again where no answer came while the connection stands. */
  #acknowledger(session: string, connection: () => LoadConnection | undefined): (message?: DeliveredMessage) => void {
    let underWay = false;
    let latest: DeliveredMessage | undefined;
    const next = async () => {
      while (latest !== undefined && !underWay && connection()?.open === true && connection()?.acknowledges !== true) {
        underWay = true;
        if (this.options.acknowledgesAfterMs !== undefined) await pause(this.options.acknowledgesAfterMs);
        const message: DeliveredMessage = latest;
        latest = undefined;
        const reply = await connection()?.ask('ack', { position: message.position });
        underWay = false;
        if (reply !== undefined && reply.error === undefined) {
          const { device, recorder } = this.options;
          const { label } = message.data as LoadData;
          recorder.record({ kind: 'acknowledged', client: this.address, ...(device === undefined ? {} : { device }), session, label });
        } else {
          latest ??= message;
          await pause(ASKS_AGAIN_AFTER_MS);
        }
      }
    };
    return (message) => {
      if (message !== undefined && message.position !== undefined) latest = message;
      void next();
    };
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
