import type { Clock, Log, NodeBus, NodeMessage, Timer } from '@vestnik/core';
import pg from 'pg';
import { Seal } from './seal.js';

const CHANNEL = 'vestnik_nodes';
/** Postgres takes 8,000 bytes in one notification: three a character, and a third more when they are sealed. */
const PAYLOAD_CHARACTERS = 1_850;
const HEARTBEAT_MS = 2_000;
const GONE_MS = 8_000;
const RECONNECT_MS = 1_000;
/** What waits while the connection is away; beyond, the oldest goes: every node also polls. */
const QUEUE = 10_000;

type Packet =
  /** `again`: this node did not hear for a while, and tells anew what it is asked to. */
  | { readonly node: string; readonly kind: 'hello'; readonly again?: true }
  | { readonly node: string; readonly kind: 'bye' }
  | { readonly node: string; readonly kind: 'message'; readonly message: NodeMessage }
  | { readonly node: string; readonly kind: 'part'; readonly id: number; readonly at: number; readonly of: number; readonly text: string };

export interface PostgresNodeBusOptions {
  /** A connection straight to Postgres: a pooler that hands out connections by transaction has no LISTEN. */
  readonly url: string;
  readonly nodeId: string;
  /** The same on all nodes of the installation: what they say is for nobody else in the database, and taken from nobody else. */
  readonly secret: Uint8Array;
  readonly clock: Clock;
  readonly log: Log;
  /** Called when the connection is there, at the start and after it was lost: `alone` if no other node held it. */
  readonly onConnected: (alone: boolean) => Promise<void>;
}

/**
 * What nodes tell each other, over LISTEN/NOTIFY on a connection of its own: for a few nodes. It never notifies inside
 * the transactions of the log, as that takes a lock which all commits share.
 */
export class PostgresNodeBus implements NodeBus {
  readonly nodeId: string;
  private client: pg.Client | undefined;
  private readonly receivers: ((message: NodeMessage, fromNode: string) => void)[] = [];
  private readonly gone: ((nodeId: string) => void)[] = [];
  private readonly joined: ((nodeId: string) => void)[] = [];
  private readonly heard = new Map<string, number>();
  private readonly parts = new Map<string, string[]>();
  private queue: string[] = [];
  private sending = false;
  private closed = false;
  private nextPart = 0;
  private timer: Timer | undefined;
  private readonly seal: Seal;
  private warned = false;

  constructor(private readonly options: PostgresNodeBusOptions) {
    this.nodeId = options.nodeId;
    this.seal = new Seal(options.secret, options.nodeId);
  }

  /** @throws where Postgres cannot be reached at the start; later it comes back by itself */
  async start(): Promise<void> {
    await this.connect();
    this.timer = this.options.clock.every(HEARTBEAT_MS, () => this.beat());
    this.enqueue({ node: this.nodeId, kind: 'hello' });
  }

  publish(message: NodeMessage): void {
    if (this.heard.size === 0) return;
    this.enqueue({ node: this.nodeId, kind: 'message', message });
  }

  subscribe(receive: (message: NodeMessage, fromNode: string) => void): void {
    this.receivers.push(receive);
  }

  others(): number {
    return this.heard.size;
  }

  onNodeGone(gone: (nodeId: string) => void): void {
    this.gone.push(gone);
  }

  onNodeJoined(joined: (nodeId: string) => void): void {
    this.joined.push(joined);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.timer?.cancel();
    const { client } = this;
    this.client = undefined;
    if (client === undefined) return;
    await client.query('select pg_notify($1, $2)', [CHANNEL, this.seal.close(JSON.stringify({ node: this.nodeId, kind: 'bye' }))]).catch(() => {});
    await client.end().catch(() => {});
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.options.url,
      application_name: 'vestnik-node',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      query_timeout: 20_000,
    });
    client.on('error', (error) => this.lost(client, error));
    client.on('end', () => this.lost(client, undefined));
    client.on('notification', ({ channel, payload }) => channel === CHANNEL && this.notified(payload ?? ''));
    try {
      await client.connect();
      await this.begin(client);
    } catch (error) {
      // It is tried again with another connection: this one must not go on hearing beside it.
      if (this.client === client) this.client = undefined;
      client.end().catch(() => {});
      throw error;
    }
    void this.flush();
  }

  private async begin(client: pg.Client): Promise<void> {
    // Who has the lock alone for a moment knows that no other node is alive; every live node holds it shared.
    const { rows } = await client.query<{ alone: boolean }>('select pg_try_advisory_lock(8378, -1) as alone');
    const alone = rows[0]?.alone === true;
    await client.query('select pg_advisory_lock_shared(8378, -1)');
    if (alone) await client.query('select pg_advisory_unlock(8378, -1)');
    await client.query(`listen ${CHANNEL}`);
    if (this.closed) throw new Error('the node has gone down meanwhile');
    this.client = client;
    await this.options.onConnected(alone);
  }

  private lost(client: pg.Client, error: Error | undefined): void {
    if (this.client !== client) return;
    this.client = undefined;
    if (this.closed) return;
    this.options.log.warn('the connection between nodes was lost; it comes back by itself, and meanwhile nodes poll', { error });
    this.reconnect();
  }

  private reconnect(): void {
    this.options.clock.after(RECONNECT_MS, () => {
      if (this.closed) return;
      this.connect().then(
        () => this.catchUp(),
        () => this.reconnect(),
      );
    });
  }

  /** What was said while the connection was away is lost to both sides: this node tells all anew, and asks the others to. */
  private catchUp(): void {
    this.enqueue({ node: this.nodeId, kind: 'hello', again: true });
    for (const node of this.heard.keys()) for (const tell of this.joined) tell(node);
  }

  private beat(): void {
    this.enqueue({ node: this.nodeId, kind: 'hello' });
    const now = this.options.clock.monotonic();
    for (const [node, at] of this.heard) if (now - at > GONE_MS) this.forget(node);
  }

  private forget(node: string): void {
    if (!this.heard.delete(node)) return;
    for (const tell of this.gone) tell(node);
  }

  private enqueue(packet: Packet): void {
    const text = JSON.stringify(packet);
    if (text.length <= PAYLOAD_CHARACTERS) {
      this.queue.push(this.seal.close(text));
    } else {
      const id = this.nextPart++;
      const of = Math.ceil(text.length / PAYLOAD_CHARACTERS);
      for (let at = 0; at < of; at++) {
        const part: Packet = { node: this.nodeId, kind: 'part', id, at, of, text: text.slice(at * PAYLOAD_CHARACTERS, (at + 1) * PAYLOAD_CHARACTERS) };
        this.queue.push(this.seal.close(JSON.stringify(part)));
      }
    }
    if (this.queue.length > QUEUE) this.queue.splice(0, this.queue.length - QUEUE);
    void this.flush();
  }

  /** What gathers while one query is under way goes with the next: 200 in one query are 16 times as fast as one each. */
  private async flush(): Promise<void> {
    if (this.sending || this.client === undefined) return;
    this.sending = true;
    try {
      while (this.queue.length > 0 && this.client !== undefined) {
        const batch = this.queue.slice(0, 200);
        await this.client.query('select pg_notify($1, x) from unnest($2::text[]) x', [CHANNEL, batch]);
        this.queue.splice(0, batch.length);
      }
    } catch (error) {
      this.queue = [];
      this.options.log.debug('nodes could not be told; they poll', { error });
    } finally {
      this.sending = false;
    }
  }

  /** Whoever signs in to the database can notify: what no node has sealed is passed over. */
  private notified(payload: string): void {
    const opened = this.seal.open(payload);
    if (opened === 'own') return;
    if (opened !== undefined) this.received(opened.text);
    else if (!this.warned) {
      this.warned = true;
      this.options.log.warn('somebody notifies on the channel of the nodes who is none of them, or has another secret key (VESTNIK_SECRET_KEY)');
    }
  }

  private received(text: string): void {
    const packet = JSON.parse(text) as Packet;
    if (packet.kind === 'bye') {
      this.forget(packet.node);
      return;
    }
    const known = this.heard.has(packet.node);
    this.heard.set(packet.node, this.options.clock.monotonic());
    if (!known) {
      for (const tell of this.joined) tell(packet.node);
      this.enqueue({ node: this.nodeId, kind: 'hello' });
    } else if (packet.kind === 'hello' && packet.again === true) for (const tell of this.joined) tell(packet.node);
    if (packet.kind === 'message') for (const receive of this.receivers) receive(packet.message, packet.node);
    else if (packet.kind === 'part') this.receivedPart(packet);
  }

  private receivedPart({ node, id, at, of, text }: Extract<Packet, { kind: 'part' }>): void {
    const key = `${node} ${id}`;
    const parts = this.parts.get(key) ?? [];
    parts[at] = text;
    if (parts.filter((part) => part !== undefined).length < of) {
      this.parts.set(key, parts);
      if (this.parts.size > 1_000) this.parts.delete(this.parts.keys().next().value as string);
      return;
    }
    this.parts.delete(key);
    this.received(parts.join(''));
  }
}
