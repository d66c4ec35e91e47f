import { MultiMap } from '../multi-map.js';
import type { Clock } from '../ports/clock.js';
import type { NodeBus, NodeMessage, SessionSummary } from '../ports/node-bus.js';
import type { Sessions } from '../ports/sessions.js';
import { isPresent, OFFLINE_AFTER_MS, presentSince } from './presence-of.js';

/** Changes are told to other nodes together, so soon after the first of them. */
const GATHER_MS = 20;
/** Sessions in one message to a node that has just joined. */
const PART = 50;

type ClosingSlug = 'closed-by-administrator' | 'unauthenticated' | 'replaced';

/** What became of a session, wherever it is; `before` is what was known of it. */
export interface SessionChange {
  readonly kind: 'opened' | 'changed' | 'closed';
  readonly summary: SessionSummary;
  readonly before?: SessionSummary;
  /** Whether it is, or was, a session of this node. */
  readonly here: boolean;
  /** It ended with its node, which can tell nobody. */
  readonly lost?: true;
}

interface Known {
  summary: SessionSummary;
  readonly node: string;
  /** Of a session of this node. */
  readonly close?: (slug: ClosingSlug) => void;
  /** Of a session of this node: whether other nodes know of it. */
  told?: boolean;
}

/** The live sessions of all nodes, as this node knows them. */
export class SessionRegistry implements Sessions {
  private readonly byClient = new MultiMap<number, Known>();
  private readonly bySession = new Map<string, Known>();
  private localCount = 0;
  private readonly perTenant = new Map<number, number>();
  private opened = new Map<string, SessionSummary>();
  private closed: string[] = [];
  private gathering = false;
  /** Clients whose last session ended a moment ago: since when they had been online, and when that was by the monotonic clock. */
  private readonly leaving = new Map<number, { readonly since: number; readonly at: number }>();
  private readonly listeners: ((change: SessionChange) => void)[] = [];

  constructor(
    private readonly bus: NodeBus,
    private readonly clock: Clock,
  ) {
    bus.subscribe((message, node) => this.receive(message, node));
    bus.onNodeGone((node) => this.dropNode(node, true));
    bus.onNodeJoined(() => this.tellAll());
  }

  /** Called for each session of any node that opens, changes or ends. */
  onChange(listener: (change: SessionChange) => void): void {
    this.listeners.push(listener);
  }

  private tell(change: SessionChange): void {
    for (const listener of this.listeners) listener(change);
  }

  /** What is known of a session, and the node that it is on. */
  find(session: string): { readonly summary: SessionSummary; readonly node: string; readonly here: boolean } | undefined {
    const known = this.bySession.get(session);
    return known === undefined ? undefined : { summary: known.summary, node: known.node, here: known.close !== undefined };
  }

  /** The session of a client that goes by the client's own word. */
  byWord(clientId: number, word: string): SessionSummary | undefined {
    return this.byClient.of(clientId).find(({ summary }) => summary.word === word)?.summary;
  }

  /** Notes something new about a session of this node, and tells the other nodes. */
  update(session: string, change: Partial<Pick<SessionSummary, 'status' | 'text' | 'statusAt' | 'activeAt'>>): void {
    const known = this.bySession.get(session);
    if (known?.close === undefined) return;
    const { summary: before } = known;
    const summary = { ...before, ...change };
    known.summary = summary;
    if (this.bus.others() > 0) this.gather(() => this.opened.set(session, summary));
    this.tell({ kind: 'changed', summary, before, here: true });
  }

  count(clientId: number): number {
    return this.byClient.size(clientId);
  }

  has(clientId: number, session: string): boolean {
    return this.bySession.get(session)?.summary.clientId === clientId;
  }

  /** How many there will be beside a new session, which takes over from those of its device and its word. */
  countBeside(clientId: number, device: string | undefined, word: string | undefined): number {
    let count = 0;
    this.byClient.each(clientId, ({ summary }) => {
      const replaced = (device !== undefined && summary.device === device) || (word !== undefined && summary.word === word);
      if (!replaced) count++;
    });
    return count;
  }

  countTenant(tenantId: number): number {
    return this.perTenant.get(tenantId) ?? 0;
  }

  ofClient(clientId: number): readonly SessionSummary[] {
    return this.byClient.of(clientId).map((known) => known.summary);
  }

  *all(): Iterable<SessionSummary> {
    for (const { summary } of this.bySession.values()) yield summary;
  }

  /** All sessions of a tenant; looks at every session of the installation. */
  ofTenant(tenantId: number): readonly SessionSummary[] {
    const found: SessionSummary[] = [];
    for (const { summary } of this.bySession.values()) if (summary.tenantId === tenantId) found.push(summary);
    return found;
  }

  /** The sessions of this node. */
  here(): number {
    return this.localCount;
  }

  close(clientId: number, session: string, slug: 'closed-by-administrator' | 'unauthenticated'): boolean {
    if (!this.has(clientId, session)) return false;
    this.closeAnywhere(session, slug);
    return true;
  }

  /** Closes the other sessions of a device: a new one takes over. */
  replace(clientId: number, device: string, except: string): void {
    for (const { summary } of this.byClient.of(clientId)) {
      if (summary.device === device && summary.session !== except) this.closeAnywhere(summary.session, 'replaced');
    }
  }

  /** Ends the other sessions that go by the same word: a newer one takes over. */
  replaceWord(clientId: number, word: string, except: string): void {
    for (const { summary } of this.byClient.of(clientId)) {
      if (summary.word === word && summary.session !== except) this.closeAnywhere(summary.session, 'replaced');
    }
  }

  /** A session of this node ends where another node has a newer one under its word: at the time they had not heard of each other. */
  private giveWay(newer: SessionSummary): void {
    if (newer.word === undefined) return;
    for (const { summary, close } of this.byClient.of(newer.clientId)) {
      if (close === undefined || summary.word !== newer.word) continue;
      if (summary.since < newer.since || (summary.since === newer.since && summary.session < newer.session)) close('replaced');
    }
  }

  private closeAnywhere(session: string, slug: ClosingSlug): void {
    const close = this.bySession.get(session)?.close;
    if (close !== undefined) close(slug);
    else this.bus.publish({ kind: 'close-session', session, slug });
  }

  add(opened: SessionSummary, close: (slug: ClosingSlug) => void): void {
    const onlineSince = isPresent(opened) ? this.onlineSince(opened.clientId) : opened.since;
    const summary = onlineSince < opened.since ? { ...opened, onlineSince } : opened;
    this.put({ summary, node: this.bus.nodeId, close });
    this.localCount++;
    if (this.bus.others() > 0) this.gather(() => this.opened.set(summary.session, summary));
  }

  remove(session: string): void {
    const here = this.bySession.get(session);
    if (here?.close === undefined) return;
    this.localCount--;
    this.take(here);
    // Nobody was told of it yet: then nobody need be told of its end.
    const waited = this.opened.delete(session);
    if ((!waited || here.told === true) && this.bus.others() > 0) this.gather(() => this.closed.push(session));
  }

  /** Since when a client is online without a break, or was until a moment ago. */
  private onlineSince(clientId: number): number {
    const before = this.clock.monotonic() - OFFLINE_AFTER_MS;
    for (const [left, { at }] of this.leaving) {
      if (at >= before) break;
      this.leaving.delete(left);
    }
    let since = this.leaving.get(clientId)?.since ?? Number.POSITIVE_INFINITY;
    this.byClient.each(clientId, ({ summary }) => {
      if (isPresent(summary)) since = Math.min(since, presentSince(summary));
    });
    return since;
  }

  private gather(note: () => void): void {
    note();
    if (this.gathering) return;
    this.gathering = true;
    this.clock.after(GATHER_MS, () => {
      this.gathering = false;
      const { closed } = this;
      const opened = [...this.opened.values()];
      for (const { session } of opened) this.noteTold(session);
      this.opened = new Map();
      this.closed = [];
      for (let at = 0; at < Math.max(opened.length, closed.length); at += PART) {
        this.bus.publish({ kind: 'sessions', opened: opened.slice(at, at + PART), closed: closed.slice(at, at + PART) });
      }
    });
  }

  private noteTold(session: string): void {
    const known = this.bySession.get(session);
    if (known?.close !== undefined) known.told = true;
  }

  private tellAll(): void {
    for (const session of this.bySession.keys()) this.noteTold(session);
    this.opened.clear();
    const sessions = [...this.bySession.values()].filter((known) => known.close !== undefined).map((known) => known.summary);
    for (let part = 0; part === 0 || part * PART < sessions.length; part++) {
      this.bus.publish({ kind: 'all-sessions', part, sessions: sessions.slice(part * PART, (part + 1) * PART) });
    }
  }

  private receive(message: NodeMessage, node: string): void {
    switch (message.kind) {
      case 'sessions':
        for (const summary of message.opened) {
          this.put({ summary, node });
          this.giveWay(summary);
        }
        for (const session of message.closed) this.takeOf(node, session);
        break;
      case 'all-sessions':
        if (message.part === 0) this.dropNode(node);
        for (const summary of message.sessions) this.put({ summary, node });
        break;
      case 'close-session':
        this.bySession.get(message.session)?.close?.(message.slug as ClosingSlug);
    }
  }

  private put(known: Known): void {
    const { session, clientId, tenantId } = known.summary;
    const before = this.bySession.get(session);
    // What this node knows of its own sessions no other node changes.
    if (before?.close !== undefined) return;
    if (before !== undefined) {
      const { summary: old } = before;
      before.summary = known.summary;
      this.tell({ kind: 'changed', summary: known.summary, before: old, here: false });
      return;
    }
    this.bySession.set(session, known);
    this.byClient.add(clientId, known);
    this.perTenant.set(tenantId, this.countTenant(tenantId) + 1);
    this.tell({ kind: 'opened', summary: known.summary, here: known.close !== undefined });
  }

  private takeOf(node: string, session: string): void {
    const known = this.bySession.get(session);
    if (known?.node === node) this.take(known);
  }

  private take(known: Known, lost = false): void {
    const { session, clientId, tenantId } = known.summary;
    this.bySession.delete(session);
    this.byClient.delete(clientId, known);
    this.left(known.summary);
    const left = this.countTenant(tenantId) - 1;
    if (left > 0) this.perTenant.set(tenantId, left);
    else this.perTenant.delete(tenantId);
    this.tell({ kind: 'closed', summary: known.summary, here: known.close !== undefined, ...(lost ? { lost } : {}) });
  }

  private left(summary: SessionSummary): void {
    const { clientId } = summary;
    if (!isPresent(summary) || this.byClient.of(clientId).some((known) => isPresent(known.summary))) return;
    this.leaving.delete(clientId);
    this.leaving.set(clientId, { since: presentSince(summary), at: this.clock.monotonic() });
  }

  /** @param lost it is gone with all that was on it; else it tells anew what it has */
  private dropNode(node: string, lost = false): void {
    for (const known of this.bySession.values()) if (known.node === node) this.take(known, lost);
  }
}
