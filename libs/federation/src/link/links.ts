import {
  type Clock,
  type CommittedEntries,
  Fenced,
  type Lease,
  type Link,
  type LinkDirectory,
  type LinkLog,
  type Log,
  type NodeBus,
  type Outboxes,
  type Receiving,
  type Remotes,
  type Timer,
  TokenBucket,
} from '@vestnik/core';
import type { LinkConnection } from '../connection/connection.js';
import { type Identity, offerKeys, type PeerKeys } from '../identity/index.js';
import type { LineFrame, LinkEnd, LinkLine } from '../line/index.js';
import { isRouted } from '../wire/codec.js';
import type { Frame, Packet, RoutedFrame, StateFrame } from '../wire/frames.js';
import { isSigned, type LinkVerifier, signPacket } from '../wire/signing.js';
import { takesOver } from './duel.js';
import type { LinkHub } from './link-hub.js';
import { LinkWork } from './link-work.js';
import { Rate } from './rate.js';
import { AT_ONCE, afterEnd, afterFailure, type Redial } from './redial.js';

/** A lease lasts so long without being renewed: after that another node dials. */
const LEASE_MS = 20_000;
const RENEW_MS = 5_000;
const LOOK_MS = 500;
const REPORT_MS = 2_000;
/** How long the last work of a connection may take when the node goes down. */
const CLOSE_MS = 3_000;
/** How many frames a second a neighbour sends that carry nothing: pings, how it stands, its keys, its routes. Few are ever needed. */
const CONTROL_PER_SECOND = 50;

const CONTROL: ReadonlySet<string> = new Set(['ping', 'pong', 'state', 'keys', 'routes'] satisfies Frame['t'][]);

export interface LinksParts {
  readonly nodeId: string;
  /** The name of this installation, as it suggests it to others. */
  readonly installation: string;
  /** Where others can dial it; absent: nowhere. */
  readonly ownUrl?: string;
  readonly identity: Identity;
  readonly peerKeys: PeerKeys;
  readonly directory: LinkDirectory;
  readonly linkLog: LinkLog;
  readonly remotes: Remotes;
  readonly receiving: Receiving;
  readonly entries: CommittedEntries;
  readonly outboxes: Outboxes;
  readonly line: LinkLine;
  /** Passes on what is for installations behind others. */
  readonly hub: LinkHub;
  readonly bus: NodeBus;
  /** Opens a connection to a neighbour and shakes hands. @throws Error that says what an administrator can do */
  readonly dial: (url: string, peer: string) => Promise<LinkConnection>;
  /** The other side says how the link stands there. */
  readonly heard: (link: string, frame: StateFrame) => Promise<void>;
  /** The directory was changed: this node looks at once, the others are told. */
  readonly changed: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 up to 1. */
  readonly chance: () => number;
}

/** A link that this node works for. */
interface Live {
  readonly connection: LinkConnection;
  readonly lease: Lease;
  readonly work: LinkWork;
  readonly control: TokenBucket;
  /** Milliseconds since 1970. */
  readonly since: number;
  heardAt: number;
  begun: boolean;
  readonly closed: Promise<void>;
  readonly rate: Rate;
}

interface Trouble {
  readonly text: string;
  readonly at: number;
}

/**
 * Keeps the links of this installation connected, each by one node: dials where it can, takes who comes, and takes over from
 * a node that is gone. Reads and writes nothing where there are no links.
 */
export class Links {
  private readonly live = new Map<string, Live>();
  private readonly redials = new Map<string, Redial>();
  private readonly dialling = new Set<string>();
  private readonly troubles = new Map<string, Trouble>();
  /** Since when a link that this node worked for is not connected; milliseconds since 1970. */
  private readonly downSince = new Map<string, number>();
  /** Lists of keys that are on their way into the store. */
  private readonly newest = new Map<string, string>();
  private readonly timers: Timer[] = [];
  private stopped = false;

  constructor(private readonly parts: LinksParts) {}

  start(): void {
    const { clock, remotes, outboxes, bus, identity } = this.parts;
    remotes.onChange(() => this.follow());
    outboxes.onGrown((remoteId) => this.grown(remoteId, true));
    identity.onChange(() => {
      for (const { connection } of this.live.values()) connection.send({ frame: { t: 'keys', keys: identity.listText } });
    });
    bus.subscribe((message) => {
      if (message.kind === 'outbox-grown') this.grown(message.remoteId, false);
    });
    this.timers.push(
      clock.every(LOOK_MS, () => this.look()),
      clock.every(RENEW_MS, () => void this.renew()),
      clock.every(REPORT_MS, () => void this.report()),
    );
    this.follow();
    this.look();
  }

  /** Says goodbye to all neighbours and lets other nodes take over. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) timer.cancel();
    const all = [...this.live.values()];
    for (const { connection } of all) connection.close('draining');
    const late = new Promise<void>((resolve) => this.parts.clock.after(CLOSE_MS, resolve));
    await Promise.race([late, Promise.all(all.map(({ closed }) => closed))]);
  }

  /** Takes a neighbour that has connected, and proved who it is. */
  readonly accept = (connection: LinkConnection): void => {
    void this.take(connection).catch((error: unknown) => {
      this.parts.log.error('a link could not be taken up', { error });
      connection.close('draining');
    });
  };

  /** Dials what can be dialled and is not connected. */
  private look(): void {
    if (this.stopped || !this.parts.identity.isLoaded) return;
    const now = this.parts.clock.monotonic();
    for (const link of this.parts.remotes.links()) {
      if (link.url === undefined || link.quarantined !== undefined || this.live.has(link.id) || this.dialling.has(link.id)) continue;
      if ((this.redials.get(link.id) ?? AT_ONCE).at <= now) void this.dial(link.id, link.url, now);
    }
  }

  private async dial(link: string, url: string, now: number): Promise<void> {
    const { linkLog, nodeId, clock, chance, log } = this.parts;
    this.dialling.add(link);
    let lease: Lease | undefined;
    try {
      lease = await linkLog.lease(link, nodeId, LEASE_MS, false);
      if (lease === undefined) {
        // Another node has it; it is looked at again.
        this.redials.set(link, { failures: 0, at: now + RENEW_MS });
        return;
      }
      const connection = await this.parts.dial(url, link);
      if (this.stopped || !(await this.take(connection, lease))) this.redials.set(link, afterFailure(AT_ONCE, clock.monotonic(), chance()));
    } catch (error) {
      this.redials.set(link, afterFailure(this.redials.get(link) ?? AT_ONCE, clock.monotonic(), chance()));
      this.noteTrouble(link, (error as Error).message);
      log.debug('a neighbour could not be dialled; it is tried again', { link: this.nameOf(link), error: (error as Error).message });
      if (lease !== undefined && !this.live.has(link)) {
        const { message } = error as Error;
        await linkLog.report(lease, { connected: false, since: this.downSince.get(link), lastError: message, lastErrorAt: clock.now() }).catch(() => undefined);
      }
    } finally {
      this.dialling.delete(link);
    }
  }

  /**
   * @param held the lease, where this node has dialled
   * @returns whether it is the one connection from now on
   */
  private async take(connection: LinkConnection, held?: Lease): Promise<boolean> {
    const { remotes, identity, linkLog, nodeId, clock, log } = this.parts;
    const link = remotes.link(connection.peer);
    if (this.stopped || link === undefined || link.quarantined !== undefined) {
      connection.close(this.stopped ? 'draining' : 'refused');
      return false;
    }
    const there = this.live.get(link.id);
    if (there !== undefined && !takesOver(identity.id, there.connection, connection, clock.monotonic() - there.heardAt)) {
      connection.close('duplicate');
      return false;
    }
    there?.connection.close('taken-over');
    there?.work.end();
    // A newer generation: what the older connection had begun, on whichever node, has ended when this returns.
    // While it was dialled another node may have taken it over: what that one still writes must have ended before this side says how far it has come.
    const isHeld = held !== undefined && there === undefined && (await linkLog.renew(held, LEASE_MS));
    const lease = isHeld ? held : await linkLog.lease(link.id, nodeId, LEASE_MS, true);
    if (lease === undefined) throw new Error('a lease was not to be had');
    const newer = this.live.get(link.id);
    if (newer !== undefined && newer !== there) {
      // Another one was faster while the store was asked.
      connection.close('duplicate');
      return false;
    }
    const live = this.begin(link, connection, lease);
    this.live.set(link.id, live);
    log.info('a link is connected', { link: link.name, dialledBy: connection.dialledBy, transport: connection.transport });
    this.tellState(link, connection);
    await this.exchange(link.id);
    return true;
  }

  private begin(link: Link, connection: LinkConnection, lease: Lease): Live {
    const { identity, linkLog, receiving, remotes, entries, clock, log } = this.parts;
    const work = new LinkWork({
      own: () => ({ id: identity.id, keys: identity.listText }),
      lease,
      connection,
      signer: identity,
      linkLog,
      receiving,
      remotes,
      entries,
      clock,
      log,
      report: (text) => {
        this.noteTrouble(link.id, text);
        log.warn('something is to be known of a link', { link: link.name, report: text });
      },
      quarantine: (reason) => void this.quarantine(link.id, reason),
    });
    const closed = new Promise<void>((resolve) => {
      connection.onClose((reason) => {
        this.ended(link.id, connection, reason);
        resolve();
      });
    });
    const control = new TokenBucket(CONTROL_PER_SECOND, clock.monotonic());
    const live: Live = { connection, lease, work, control, since: clock.now(), heardAt: clock.monotonic(), begun: false, closed, rate: new Rate() };
    connection.onPacket((packet) => {
      live.heardAt = clock.monotonic();
      this.received(link.id, live, packet);
    });
    return live;
  }

  /** Messages go as soon as both sides have confirmed. */
  private async exchange(id: string): Promise<void> {
    const link = this.parts.remotes.link(id);
    const live = this.live.get(id);
    if (link === undefined || live === undefined || link.state === 'pending' || live.begun) return;
    live.begun = true;
    const { hub, line, identity, log } = this.parts;
    const send = (packet: Packet) => live.connection.send(packet);
    hub.attach(id, send, () => live.connection.buffered);
    line.attach(id, lineEnd(live.connection, id, identity));
    try {
      await live.work.begin(link.state === 'paused');
    } catch (error) {
      log.warn('a link could not begin; it is connected anew', { link: link.name, error });
      live.connection.close('draining');
      return;
    }
    // Whatever the failures were, they are over.
    this.redials.delete(id);
  }

  private ended(id: string, connection: LinkConnection, reason: string): void {
    const { clock, chance, log, hub, line, linkLog } = this.parts;
    const live = this.live.get(id);
    if (live?.connection !== connection) return;
    this.live.delete(id);
    live.work.end();
    if (live.begun) {
      hub.detach(id);
      line.detach(id);
    }
    this.redials.set(id, afterEnd(clock.monotonic(), chance()));
    this.downSince.set(id, clock.now());
    this.noteTrouble(id, reason);
    log.info('a link is not connected any more', { link: this.nameOf(id), reason });
    const told = this.stopped
      ? linkLog.release(live.lease)
      : linkLog.report(live.lease, { connected: false, since: clock.now(), lastError: reason, lastErrorAt: clock.now() });
    told.catch((error: unknown) => log.debug('how a link stands could not be written', { error }));
  }

  private received(id: string, live: Live, packet: Packet): void {
    const { frame } = packet;
    const { work } = live;
    if (this.isTooMuch(id, live, frame)) return;
    switch (frame.t) {
      case 'ping':
      case 'pong':
        work.ping(frame.t, frame.at);
        // Before a link is active nobody else answers.
        if (!work.up && frame.t === 'ping') live.connection.send({ frame: { t: 'pong', at: frame.at } });
        return;
      case 'state':
        work.heard();
        void this.parts.heard(id, frame).catch((error: unknown) => this.parts.log.warn('how a link stands could not be written', { error }));
        return;
      case 'keys':
        work.heard();
        void this.newerKeys(id, frame.keys);
        return;
      case 'routes':
        work.heard();
        if (live.begun) this.parts.hub.routes(id, frame);
        return;
      default:
        work.heard();
        if (isRouted(packet)) this.routed(id, live, packet);
    }
  }

  /** Each of these is work, for the store or for whoever reads the answers: a neighbour that sends them without end breaks the rules. */
  private isTooMuch(id: string, { control, connection }: Live, frame: Frame): boolean {
    const isControl = frame.t === 'have' ? frame.again !== undefined && frame.from === id : CONTROL.has(frame.t);
    if (!isControl) return false;
    control.refill(CONTROL_PER_SECOND, this.parts.clock.monotonic());
    if (control.wait(1) === 0) {
      control.take(1);
      return false;
    }
    void this.quarantine(id, `it sends ${frame.t} without end`);
    connection.close('protocol', `${frame.t} without end`);
    return true;
  }

  private routed(id: string, live: Live, packet: Packet<RoutedFrame>): void {
    const { frame } = packet;
    const { remotes, identity } = this.parts;
    if (frame.to !== identity.id) {
      if (!this.parts.hub.pass(id, packet)) this.noteTrouble(id, 'it sends what is for an installation that is not reached from here');
      return;
    }
    const remote = remotes.byInstallationId(frame.from);
    if (remote === undefined || remote.via !== id) {
      this.noteTrouble(id, 'it passes on what is from an installation that is not known here');
      return;
    }
    const direct = frame.from === id;
    if (direct ? frame.t === 'bundle' && !isSigned(packet, this.verifier) : !this.parts.hub.admits(packet, remote)) {
      if (direct) {
        void this.quarantine(id, 'a bundle was not signed by it');
        live.connection.close('protocol', 'a bundle was not signed');
      } else {
        this.noteTrouble(id, `what it passes on from ${remote.path.join('.')} was not signed there`);
      }
      return;
    }
    if (frame.t === 'bundle') live.work.bundle(remote, { ...packet, frame });
    else if (frame.t === 'have') live.work.have(remote, frame);
    else this.parts.line.received(id, packet as Packet<LineFrame>);
  }

  /** What a neighbour signs is signed with a key of the newest list of it. */
  private readonly verifier: LinkVerifier = {
    verify: (from, key, bytes, signature) => {
      const list = this.keysOf(from);
      return list !== undefined && this.parts.peerKeys.verify({ installation: from, list, key, signature }, bytes, this.parts.clock.now());
    },
  };

  private grown(remoteId: number, here: boolean): void {
    const remote = this.parts.remotes.byId(remoteId);
    if (remote === undefined) return;
    const live = this.live.get(remote.via);
    if (live !== undefined) live.work.grown(remoteId);
    else if (here && this.parts.bus.others() > 0) this.parts.bus.publish({ kind: 'outbox-grown', remoteId });
  }

  /** Links were added, changed or removed. */
  private follow(): void {
    const { remotes, identity } = this.parts;
    if (remotes.links().length > 0 && !identity.isLoaded) {
      void identity
        .loadIfMade()
        .then(() => this.look())
        .catch((error: unknown) => this.parts.log.warn('the keys of links could not be read', { error }));
    }
    for (const [id, { connection, work, begun }] of this.live) {
      const link = remotes.link(id);
      if (link === undefined) connection.close('removed');
      else if (link.quarantined !== undefined) connection.close('refused');
      else {
        this.tellState(link, connection);
        if (begun) {
          work.pause(link.state === 'paused');
          for (const remote of remotes.all()) if (remote.via === id) void work.reach(remote).catch(() => undefined);
        } else void this.exchange(id);
      }
    }
    for (const id of this.redials.keys()) if (remotes.link(id) === undefined) this.redials.delete(id);
  }

  private readonly told = new WeakMap<LinkConnection, string>();

  private tellState(link: Link, connection: LinkConnection): void {
    const { installation, ownUrl } = this.parts;
    const frame: StateFrame = { t: 'state', confirmed: link.confirmedHere, paused: link.state === 'paused', name: installation, url: ownUrl };
    const text = JSON.stringify(frame);
    if (this.told.get(connection) === text) return;
    this.told.set(connection, text);
    connection.send({ frame });
  }

  private async newerKeys(id: string, keys: string): Promise<void> {
    const known = this.keysOf(id);
    if (known === undefined || offerKeys(id, known, keys).kind !== 'newer') return;
    this.noteKeys(id, keys);
    await this.changeLink(id, { keys });
  }

  /** A neighbour has proved that it has a newer list of keys: what it has signed by it comes before the store can have it. */
  noteKeys(id: string, keys: string): void {
    this.newest.set(id, keys);
  }

  /** The newest list of a neighbour's keys; undefined where it is none. */
  keysOf(id: string): string | undefined {
    const stored = this.parts.remotes.link(id)?.keys;
    const noted = this.newest.get(id);
    if (stored !== undefined && noted !== undefined && noted !== stored && offerKeys(id, stored, noted).kind === 'newer') return noted;
    this.newest.delete(id);
    return stored;
  }

  private async quarantine(id: string, reason: string): Promise<void> {
    this.noteTrouble(id, reason);
    this.parts.log.warn('nothing more is taken from a neighbour: it broke the rules', { link: this.nameOf(id), reason });
    await this.changeLink(id, { quarantined: reason });
  }

  private async changeLink(id: string, change: Parameters<LinkDirectory['change']>[1]): Promise<void> {
    try {
      await this.parts.directory.change(id, change);
      await this.parts.changed();
    } catch (error) {
      this.parts.log.warn('a link could not be changed', { link: this.nameOf(id), error });
    }
  }

  private async renew(): Promise<void> {
    for (const { lease, connection } of [...this.live.values()]) {
      try {
        if (!(await this.parts.linkLog.renew(lease, LEASE_MS))) connection.close('taken-over');
      } catch (error) {
        if (error instanceof Fenced) connection.close('taken-over');
      }
    }
  }

  private async report(): Promise<void> {
    for (const [id, { lease, connection, work, since, rate }] of [...this.live]) {
      const trouble = this.troubles.get(id);
      const { dialledBy, transport } = connection;
      await this.parts.linkLog
        .report(lease, {
          connected: true,
          since,
          dialledBy,
          transport,
          roundTrip: work.roundTrip,
          sent: work.sent,
          received: work.received,
          rate: rate.note(this.parts.clock.monotonic(), work.sent, work.received),
          lastError: trouble?.text,
          lastErrorAt: trouble?.at,
        })
        .catch(() => undefined);
    }
  }

  /** Something that the administrator should know of a link. */
  noteTrouble(id: string, text: string): void {
    this.troubles.set(id, { text, at: this.parts.clock.now() });
  }

  private nameOf(id: string): string {
    return this.parts.remotes.link(id)?.name ?? id;
  }
}

/** What goes further than to the neighbour is signed, with the list of keys by which it is checked. */
function lineEnd(connection: LinkConnection, link: string, identity: Identity): LinkEnd {
  return {
    send: (packet) => {
      if (packet.frame.to === link) return connection.send(packet);
      const signed = signPacket(packet, identity);
      connection.send({ ...signed, frame: { ...signed.frame, keys: identity.listText } });
    },
    get buffered() {
      return connection.buffered;
    },
  };
}
