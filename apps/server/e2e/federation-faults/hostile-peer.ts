import { randomBytes, randomFillSync } from 'node:crypto';
import { type LinkEntry, type LinkMessage, SILENT } from '@vestnik/core';
import { MemoryBase, MemoryLinkDirectory, MemorySecretVault } from '@vestnik/core/memory';
import {
  type BundleFrame,
  type ByeFrame,
  decodeEntries,
  dialWebSocket,
  encodeEntries,
  type HaveFrame,
  Identity,
  type Introduction,
  type LinkSigner,
  type Packet,
  Pairing,
  PeerKeys,
  signPacket,
} from '@vestnik/federation';
import { Conditions, type LinkSeen, linkSeen, type TestServer, untilAsked } from '@vestnik/testing';
import { SYSTEM_CLOCK } from '../../src/system-clock.js';

type Connection = Awaited<ReturnType<typeof dialWebSocket>>;

/** A UUIDv7 of now. */
export function messageId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A message as it crosses a link. */
export function messageTo(to: string | readonly string[], more: Partial<LinkMessage> = {}): LinkMessage {
  return {
    kind: 'message',
    id: messageId(),
    from: 'mallory@den',
    to: typeof to === 'string' ? [to] : to,
    type: 'note',
    data: '{}',
    sentAt: Date.now(),
    ttl: 3_600,
    ...more,
  };
}

/**
 * An installation that is paired as it should be, with keys of its own, and then says on the wire whatever it likes.
 *
 * It has no store and no promises to keep: a test writes its words one by one.
 */
export class HostilePeer {
  readonly vault = new MemorySecretVault((bytes) => void randomFillSync(bytes));
  readonly identity: Identity;
  readonly directory: MemoryLinkDirectory;
  /** How far it has come in what the other side sends, by epoch. */
  readonly cursors = new Map<number, number>();
  /** The id of the installation that it is linked with. */
  there = '';

  private constructor(
    readonly server: TestServer,
    readonly name: string,
    clock: typeof SYSTEM_CLOCK,
  ) {
    this.identity = new Identity({ vault: this.vault, clock });
    this.directory = new MemoryLinkDirectory(new MemoryBase({ installation: name, now: clock.now, newId: messageId }));
  }

  /**
   * Pairs it with an installation, and confirms at both sides.
   *
   * @param clock by which its keys are made
   * @param confirmed whether the administrator of the other side confirms
   */
  static async pair(server: TestServer, name: string, clock = SYSTEM_CLOCK, confirmed = true): Promise<HostilePeer> {
    const peer = new HostilePeer(server, name, clock);
    const pairing = new Pairing({
      identity: peer.identity,
      directory: peer.directory,
      vault: peer.vault,
      clock,
      random: randomBytes,
      installation: name,
      publicUrl: () => 'http://127.0.0.1:9',
      changed: async () => undefined,
    });
    const { body } = await server.api('POST', '/v1/links/invites');
    peer.there = (await pairing.accept(body.invite as string)).id;
    await pairing.confirm(peer.there);
    if (!confirmed) return peer;
    const answer = await server.api('POST', `/v1/links/${peer.id}/confirm`, { name });
    if (answer.status !== 200) throw new Error(`not confirmed: ${answer.status} ${answer.text}`);
    return peer;
  }

  get id(): string {
    return this.identity.id;
  }

  get introduction(): Introduction {
    return {
      own: () => this.identity,
      keysOf: (id) => (id === this.there ? this.theirKeys : undefined),
      newerKeys: (_id, keys) => {
        this.#theirKeys = keys;
      },
      peerKeys: new PeerKeys(),
      clock: SYSTEM_CLOCK,
      random: randomBytes,
      log: SILENT,
    };
  }

  #theirKeys = '';

  private get theirKeys(): string {
    return this.#theirKeys;
  }

  /** Shakes hands as anybody would, and says that it has confirmed. */
  async connect(): Promise<HostileConnection> {
    this.#theirKeys = (await this.directory.links())[0]?.keys ?? '';
    const connection = new HostileConnection(this, await dialWebSocket(this.server.url, this.there, this.introduction));
    connection.send({ frame: { t: 'state', confirmed: true, paused: false, name: this.name } });
    return connection;
  }

  /** Connects, and says where it stands, as a neighbour does. */
  async begin(credit = 1_000): Promise<HostileConnection> {
    const connection = await this.connect();
    await connection.until('the other side says where it stands', ({ haves }) => haves.some(({ again }) => again === 'connected'));
    connection.have([...this.cursors], credit, 'connected');
    return connection;
  }

  /** How the other side's administrator sees the link. */
  seen(): Promise<LinkSeen> {
    return linkSeen(this.server, this.id);
  }

  /** Why the other side takes nothing from it any more. */
  quarantined(withinMs = 10_000): Promise<string> {
    return untilAsked('it is quarantined', async () => (await this.seen()).quarantined, withinMs);
  }

  /** The other side's administrator forgives it. */
  async resume(): Promise<void> {
    const answer = await this.server.api('POST', `/v1/links/${this.id}/resume`);
    if (answer.status !== 200) throw new Error(`not resumed: ${answer.status} ${answer.text}`);
  }
}

/** One connection of a hostile peer; it keeps all that comes. */
export class HostileConnection {
  readonly packets: Packet[] = [];
  /** Why it closed. */
  closed: string | undefined;
  readonly #conditions = new Conditions();

  constructor(
    readonly peer: HostilePeer,
    readonly connection: Connection,
  ) {
    connection.onClose((reason) => {
      this.closed = reason;
      this.#conditions.changed();
    });
    connection.onPacket((packet) => {
      this.packets.push(packet);
      const { frame } = packet;
      if (frame.t === 'bundle') peer.cursors.set(frame.epoch, Math.max(peer.cursors.get(frame.epoch) ?? 0, frame.first + frame.count - 1));
      this.#conditions.changed();
    });
  }

  get haves(): HaveFrame[] {
    return this.packets.flatMap(({ frame }) => (frame.t === 'have' ? [frame] : []));
  }

  get bundles(): Packet<BundleFrame>[] {
    return this.packets.flatMap((packet) => (packet.frame.t === 'bundle' ? [packet as Packet<BundleFrame>] : []));
  }

  /** All that came in bundles, in order. */
  get entries(): LinkEntry[] {
    return this.bundles.flatMap(({ frame, body }) => decodeEntries(body ?? new Uint8Array(), frame.count) ?? []);
  }

  get byes(): ByeFrame[] {
    return this.packets.flatMap(({ frame }) => (frame.t === 'bye' ? [frame] : []));
  }

  until<Value>(what: string, condition: (connection: this) => Value | undefined | false, timeoutMs?: number): Promise<Value> {
    return this.#conditions.until(
      () => `${what}; closed ${this.closed}; frames ${JSON.stringify(this.packets.slice(-5).map(({ frame }) => frame))}`,
      () => condition(this),
      timeoutMs,
    );
  }

  /** Resolves with the reason. */
  ended(timeoutMs?: number): Promise<string> {
    return this.until('the connection ends', ({ closed }) => closed, timeoutMs);
  }

  send(packet: Packet): void {
    this.connection.send(packet);
  }

  have(cursors: HaveFrame['cursors'], credit = 1_000, again?: HaveFrame['again']): void {
    this.send({ frame: { t: 'have', from: this.peer.id, to: this.peer.there, cursors, credit, ...(again === undefined ? {} : { again }) } });
  }

  /** A bundle that is signed as it should be, unless said otherwise. */
  bundleOf(
    entries: readonly LinkEntry[] | Buffer,
    frame: Partial<BundleFrame> & Pick<BundleFrame, 'epoch' | 'first'>,
    signer: LinkSigner = this.peer.identity,
  ) {
    const body = Buffer.isBuffer(entries) ? entries : encodeEntries(entries);
    const count = Buffer.isBuffer(entries) ? 1 : entries.length;
    return signPacket({ frame: { t: 'bundle', from: this.peer.id, to: this.peer.there, count, ...frame }, body }, signer);
  }

  bundle(...of: Parameters<HostileConnection['bundleOf']>): void {
    this.send(this.bundleOf(...of));
  }

  /** Sends entries and waits until they are on the other side's disk. */
  async store(entries: readonly LinkEntry[], frame: Partial<BundleFrame> & Pick<BundleFrame, 'epoch' | 'first'>): Promise<void> {
    this.bundle(entries, frame);
    const last = frame.first + entries.length - 1;
    await this.until(`number ${last} is stored`, ({ haves }) =>
      haves.some(({ cursors }) => cursors.some(([epoch, number]) => epoch === frame.epoch && number >= last)),
    );
  }

  /** What was told of a message, by recipient as the message has it. */
  stateOf(id: string): readonly { readonly to: string; readonly state: string; readonly reason?: string }[] {
    return this.entries.flatMap((entry) => (entry.kind === 'states' ? entry.states.filter((state) => state.id === id) : []));
  }

  refused(id: string): Promise<string> {
    return this.until(`${id} is refused`, () => this.stateOf(id).find(({ state }) => state === 'refused')?.reason);
  }

  /** Reads nothing more. */
  pause(): void {
    this.#socket.pause();
  }

  /** As it is, without the codec. */
  sendRaw(bytes: Uint8Array): void {
    (this.connection as unknown as { carrier: { webSocket: { send(bytes: Uint8Array): void } } }).carrier.webSocket.send(bytes);
  }

  /** Resolves when so little of what was sent waits for the network, or the connection has ended. */
  async leaves(bytes: number): Promise<void> {
    await untilAsked('what was sent has left', async () => this.connection.buffered < bytes || this.closed !== undefined, 20_000, 1);
  }

  close(): void {
    this.connection.close('draining');
  }

  get #socket(): { pause(): void } {
    return (this.connection as unknown as { carrier: { webSocket: { pause(): void } } }).carrier.webSocket;
  }
}
