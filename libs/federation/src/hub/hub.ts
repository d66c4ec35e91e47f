import type { Clock, Link, LinkDirectory, Log, Remote, Remotes, Timer, Transit, TransitContent } from '@vestnik/core';
import type { PeerKeys } from '../identity/peer-keys.js';
import type { LinkHub } from '../link/link-hub.js';
import { encodePacket } from '../wire/codec.js';
import type { AskFrame, Packet, ReplyFrame, RoutedFrame, RoutesFrame } from '../wire/frames.js';
import { passedOn, wrongWay } from './crossing.js';
import { fromBeyond } from './far-end.js';
import { FarKeys } from './far-keys.js';
import { Outlet } from './outlet.js';
import { Reports } from './reports.js';
import { isThrough, learned, routesFor } from './routes.js';

/** What other nodes have kept is looked for so often, over each link that others are reached through. */
const LOOK_MS = 1_000;
/** A neighbour that was not ready when it was told is told again. */
const ROUTES_MS = 30_000;
const EXPIRE_MS = 60_000;
const EXPIRE_PAGE = 500;
/** Bytes that are on their way to disk: more is dropped, and comes again. */
const KEEPING_BYTES_MAX = 16 * 1024 * 1024;

export interface HubParts {
  /** This installation's id; undefined as long as it has none. */
  readonly own: () => string | undefined;
  readonly remotes: Remotes;
  readonly directory: Pick<LinkDirectory, 'learn' | 'noteKeys'>;
  readonly transit: Transit;
  readonly peerKeys: PeerKeys;
  readonly clock: Clock;
  readonly log: Log;
  /** Tells the administrator what is wrong with a link. */
  readonly report: (link: string, text: string) => void;
  /** Hands a packet to the node that holds a link, where another one does; it may be lost. @returns false where none does */
  readonly elsewhere?: (link: string, packet: Packet<RoutedFrame>) => boolean;
}

/**
 * Passes on what neighbours send each other through this installation, and judges what reaches this one through others.
 *
 * Only where both links say `transit`. Of what it passes on it reads who it is for, and no more; it can lose, hold back and repeat
 * it, not change it. Bundles, and how far they have come, are kept on disk while the next link is down or slow; what is asked now,
 * is passed on now or not at all.
 */
export class Hub implements LinkHub {
  private readonly outlets = new Map<string, Outlet>();
  /** What each link was told last, as it was written. */
  private readonly told = new Map<string, string>();
  /** What each neighbour has said last, while it is worked on. */
  private readonly said = new Map<string, { readonly frame: RoutesFrame; readonly text: string }>();
  private readonly learnedTexts = new Map<string, string>();
  private readonly learning = new Set<string>();
  /** By the link that they leave over: what is written goes one after the other, so that it is kept in the order in which it came. */
  private readonly chains = new Map<string, { last: Promise<void>; waiting: number }>();
  private keepingBytes = 0;
  /** How far destinations have come, that is not told the store yet. */
  private readonly covers = new Map<string, { readonly destination: string; readonly origin: string; readonly cursors: Map<number, number> }>();
  private covering = false;
  private readonly reports: Reports;
  private readonly farKeys: FarKeys;
  private timers: Timer[] = [];
  /** Over which link each installation is reached. */
  private ways = new Map<string, string>();

  constructor(private readonly parts: HubParts) {
    this.reports = new Reports(parts.clock, parts.report);
    this.farKeys = new FarKeys(parts);
    parts.remotes.onChange(() => this.follow());
  }

  attach(link: string, send: (packet: Packet) => void, buffered: () => number): void {
    this.detach(link);
    const { transit, clock, log } = this.parts;
    const keeping = () => (this.chains.get(link)?.waiting ?? 0) > 0;
    const outlet = new Outlet({ link, send, buffered, transit, keeping, isOpen: () => isThrough(this.parts.remotes.link(link)), clock, log });
    this.outlets.set(link, outlet);
    this.ways = this.waysNow();
    if (this.timers.length === 0) {
      this.timers = [
        clock.every(LOOK_MS, () => this.look()),
        clock.every(ROUTES_MS, () => this.tellAll(true)),
        clock.every(EXPIRE_MS, () => void this.expire()),
      ];
    }
    this.tell(link, false);
    outlet.drain();
  }

  detach(link: string): void {
    this.outlets.get(link)?.close();
    this.outlets.delete(link);
    this.told.delete(link);
    this.learnedTexts.delete(link);
    if (this.outlets.size > 0) return;
    for (const timer of this.timers) timer.cancel();
    this.timers = [];
  }

  routes(link: string, frame: RoutesFrame): void {
    const text = JSON.stringify(frame.behind);
    if (this.said.get(link)?.text === text || (!this.said.has(link) && this.learnedTexts.get(link) === text)) return;
    this.said.set(link, { frame, text });
    if (!this.learning.has(link)) void this.learn(link);
  }

  pass(link: string, packet: Packet<RoutedFrame>): boolean {
    const { remotes } = this.parts;
    const { frame } = packet;
    const own = this.parts.own();
    if (own === undefined || frame.to === own) return false;
    const destination = remotes.byInstallationId(frame.to);
    const from = remotes.link(link);
    const over = destination === undefined ? undefined : remotes.link(destination.via);
    const wrong = wrongWay(packet, link) ?? this.wrongOrigin(link, frame.from);
    if (wrong !== undefined || from === undefined) {
      this.reports.report(link, wrong ?? 'it is not linked any more');
      return true;
    }
    if (destination === undefined || over === undefined || destination.via === link) {
      this.refuse(link, packet);
      return false;
    }
    if (!isThrough(from) || !isThrough(over)) {
      this.refuse(link, packet);
      this.reports.report(link, `it sends what is for ${destination.path.join('.')}, and that link or this one lets nothing through`);
      return true;
    }
    const onward = passedOn(packet, own, from.name);
    if (typeof onward === 'string') this.reports.report(link, onward);
    else if (onward.frame.t === 'bundle' || onward.frame.t === 'have') this.forward(link, over, onward, contentOf(onward));
    else if (!this.passNow(over, onward)) this.refuse(link, packet);
    return true;
  }

  /** @param link the neighbour that handed it over, where it is not the one that it was expected from */
  admits(packet: Packet<RoutedFrame>, from: Remote, link = from.via): boolean {
    const { keys } = packet.frame;
    const judged = fromBeyond(packet, link, from, this.farKeys.verifierOf(from));
    if (judged.kind === 'dropped') this.reports.report(link, judged.because);
    if (judged.kind === 'admitted' && keys !== undefined) this.farKeys.note(from, keys);
    return judged.kind !== 'dropped';
  }

  /** Another node hands over what is to leave over a link of this one. */
  takeFromElsewhere(link: string, packet: Packet<RoutedFrame>): void {
    const over = this.parts.remotes.link(link);
    const outlet = this.outlets.get(link);
    if (isThrough(over) && outlet?.hasRoom === true) outlet.send(packet);
  }

  private wrongOrigin(link: string, origin: string): string | undefined {
    const remote = this.parts.remotes.byInstallationId(origin);
    const lies = remote !== undefined && (remote.via === link || remote.alsoVia?.includes(link) === true);
    return lies ? undefined : 'it passes on what is from an installation that does not lie behind it';
  }

  private forward(link: string, over: Link, packet: Packet<RoutedFrame>, content: TransitContent): void {
    const { frame } = packet;
    // The one that says how far it has come has got what was kept for it from the other.
    if (frame.t === 'have') this.cover(frame.from, frame.to, frame.cursors);
    const outlet = this.outlets.get(over.id);
    if (outlet?.isClear === true) {
      if (!outlet.send(packet)) this.reports.report(link, 'it passes on what is too large to go further');
      return;
    }
    let bytes: Buffer;
    try {
      bytes = encodePacket(packet);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.reports.report(link, 'it passes on what is too large to go further');
      return;
    }
    this.keep(link, over.id, { destination: frame.to, origin: frame.from, content, packet: bytes });
  }

  private keep(link: string, over: string, packet: Parameters<Transit['keep']>[0]): void {
    const size = packet.packet.length;
    if (this.keepingBytes + size > KEEPING_BYTES_MAX) {
      this.reports.report(link, 'what it sends on is more than can be written down; it has to send it again');
      return;
    }
    const chain = this.chains.get(over) ?? { last: Promise.resolve(), waiting: 0 };
    this.chains.set(over, chain);
    chain.waiting++;
    this.keepingBytes += size;
    chain.last = chain.last.then(async () => {
      try {
        const outcome = await this.parts.transit.keep(packet);
        if (outcome === 'full') this.reports.report(over, `more waits for ${this.nameOf(packet.destination)} than is kept here; it is sent again later`);
      } catch (error) {
        this.parts.log.warn('what is for another installation could not be kept; it is sent again by its origin', { error });
      }
      this.keepingBytes -= size;
      chain.waiting--;
      if (chain.waiting === 0) this.chains.delete(over);
      this.outlets.get(over)?.drain();
    });
  }

  /** What is asked now is worth nothing later. */
  private passNow(over: Link, packet: Packet<RoutedFrame>): boolean {
    const outlet = this.outlets.get(over.id);
    if (outlet === undefined) return this.parts.elsewhere?.(over.id, packet) ?? false;
    return outlet.hasRoom && outlet.send(packet);
  }

  /**
   * Who asked need not wait until its time is over. This installation cannot sign for the one that was asked, so it says nothing
   * else: the reply has no body.
   */
  private refuse(link: string, { frame }: Packet<RoutedFrame>): void {
    const own = this.parts.own();
    if (frame.t !== 'ask' || frame.id === undefined || own === undefined) return;
    const reply: ReplyFrame = { t: 'reply', from: frame.to, to: frame.from, id: frame.id, failed: true, path: [[own, this.pathOf(frame)]] };
    const outlet = this.outlets.get(link);
    if (outlet?.hasRoom === true) outlet.send({ frame: reply });
  }

  /** What this installation calls the neighbour behind which the one lies that is asked. */
  private pathOf({ to }: AskFrame): string {
    return this.parts.remotes.byInstallationId(to)?.path.at(-1) ?? 'unknown';
  }

  private cover(destination: string, origin: string, cursors: readonly (readonly [epoch: number, number: number])[]): void {
    const key = `${destination} ${origin}`;
    const known = this.covers.get(key) ?? { destination, origin, cursors: new Map<number, number>() };
    for (const [epoch, number] of cursors) known.cursors.set(epoch, Math.max(number, known.cursors.get(epoch) ?? 0));
    this.covers.set(key, known);
    if (!this.covering) void this.tellCovers();
  }

  private async tellCovers(): Promise<void> {
    this.covering = true;
    try {
      for (let [next] = this.covers; next !== undefined; [next] = this.covers) {
        const [key, { destination, origin, cursors }] = next;
        this.covers.delete(key);
        await this.parts.transit.cover(destination, origin, [...cursors]);
      }
    } catch (error) {
      // Of what was not dropped now the next word of the destination drops the more.
      this.parts.log.debug('what is not needed any more could not be dropped', { error });
      this.covers.clear();
    } finally {
      this.covering = false;
    }
  }

  private async learn(link: string): Promise<void> {
    const { remotes, directory, log } = this.parts;
    this.learning.add(link);
    try {
      for (let next = this.said.get(link); next !== undefined; next = this.said.get(link)) {
        this.said.delete(link);
        const own = this.parts.own();
        const state = remotes.link(link)?.state;
        if (own === undefined || state === undefined || state === 'pending') return;
        const refused = await directory.learn(
          link,
          learned(next.frame, own, (id) => remotes.link(id)),
        );
        if (this.outlets.has(link)) this.learnedTexts.set(link, next.text);
        for (const path of refused)
          this.reports.report(link, `it says that ${path} is another installation than before: what is written there is not sent to that one`);
        await remotes.refresh();
      }
    } catch (error) {
      log.warn('what lies behind a neighbour could not be written down; it is told again', { error });
      // What came meanwhile would be taken for what is being worked on.
      this.said.delete(link);
    } finally {
      this.learning.delete(link);
    }
  }

  /** Links, or ways, have changed. */
  private follow(): void {
    if (this.outlets.size === 0) return;
    const before = this.ways;
    this.ways = this.waysNow();
    const moved = new Set<string>();
    for (const [installation, via] of this.ways) if ((before.get(installation) ?? via) !== via) moved.add(via);
    for (const via of moved) this.outlets.get(via)?.restart();
    this.tellAll(false);
  }

  private waysNow(): Map<string, string> {
    return new Map(this.parts.remotes.all().map(({ installation, via }) => [installation, via]));
  }

  private tellAll(again: boolean): void {
    for (const link of this.outlets.keys()) this.tell(link, again);
  }

  /** @param again also where it was told the same already */
  private tell(id: string, again: boolean): void {
    const { remotes } = this.parts;
    const link = remotes.link(id);
    const before = this.told.get(id);
    // Who never lets anybody through has nothing to say.
    if (link === undefined || (before === undefined && !isThrough(link))) return;
    const { frame, left } = routesFor(link, remotes.all(), (one) => remotes.link(one));
    const text = JSON.stringify(frame.behind);
    if (text === before && !again) return;
    if (left > 0) this.reports.report(id, `${left} installations behind this one are too many to tell it`);
    this.told.set(id, text);
    this.outlets.get(id)?.send({ frame });
  }

  private look(): void {
    for (const [link, outlet] of this.outlets) if (isThrough(this.parts.remotes.link(link))) outlet.drain();
  }

  private async expire(): Promise<void> {
    try {
      while ((await this.parts.transit.expire(EXPIRE_PAGE)) >= EXPIRE_PAGE);
    } catch (error) {
      this.parts.log.debug('what was kept for too long could not be dropped; it is tried again', { error });
    }
  }

  private nameOf(installation: string): string {
    return this.parts.remotes.byInstallationId(installation)?.path.join('.') ?? installation;
  }
}

function contentOf({ frame }: Packet<RoutedFrame>): TransitContent {
  if (frame.t === 'bundle') return { kind: 'bundle', epoch: frame.epoch, first: frame.first, last: frame.first + frame.count - 1 };
  return { kind: 'have', epochs: frame.t === 'have' ? frame.cursors.map(([epoch]) => epoch) : [] };
}
