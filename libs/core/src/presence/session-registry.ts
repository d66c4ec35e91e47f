import { MultiMap } from '../multi-map.js';
import type { Clock } from '../ports/clock.js';
import type { NodeBus, NodeMessage, SessionSummary } from '../ports/node-bus.js';
import type { Sessions } from '../ports/sessions.js';

/** Changes are told to other nodes together, so soon after the first of them. */
const GATHER_MS = 20;
/** Sessions in one message to a node that has just joined. */
const PART = 50;

type ClosingSlug = 'closed-by-administrator' | 'unauthenticated' | 'replaced';

interface Known {
  readonly summary: SessionSummary;
  readonly node: string;
  /** Of a session of this node. */
  readonly close?: (slug: ClosingSlug) => void;
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

  constructor(
    private readonly bus: NodeBus,
    private readonly clock: Clock,
  ) {
    bus.subscribe((message, node) => this.receive(message, node));
    bus.onNodeGone((node) => this.dropNode(node));
    bus.onNodeJoined(() => this.tellAll());
  }

  count(clientId: number): number {
    return this.byClient.size(clientId);
  }

  has(clientId: number, session: string): boolean {
    return this.bySession.get(session)?.summary.clientId === clientId;
  }

  countTenant(tenantId: number): number {
    return this.perTenant.get(tenantId) ?? 0;
  }

  ofClient(clientId: number): readonly SessionSummary[] {
    return this.byClient.of(clientId).map((known) => known.summary);
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

  private closeAnywhere(session: string, slug: ClosingSlug): void {
    const close = this.bySession.get(session)?.close;
    if (close !== undefined) close(slug);
    else this.bus.publish({ kind: 'close-session', session, slug });
  }

  add(summary: SessionSummary, close: (slug: ClosingSlug) => void): void {
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
    if (!this.opened.delete(session) && this.bus.others() > 0) this.gather(() => this.closed.push(session));
  }

  private gather(note: () => void): void {
    note();
    if (this.gathering) return;
    this.gathering = true;
    this.clock.after(GATHER_MS, () => {
      this.gathering = false;
      const { closed } = this;
      const opened = [...this.opened.values()];
      this.opened = new Map();
      this.closed = [];
      for (let at = 0; at < Math.max(opened.length, closed.length); at += PART) {
        this.bus.publish({ kind: 'sessions', opened: opened.slice(at, at + PART), closed: closed.slice(at, at + PART) });
      }
    });
  }

  private tellAll(): void {
    this.opened.clear();
    const sessions = [...this.bySession.values()].filter((known) => known.close !== undefined).map((known) => known.summary);
    for (let part = 0; part === 0 || part * PART < sessions.length; part++) {
      this.bus.publish({ kind: 'all-sessions', part, sessions: sessions.slice(part * PART, (part + 1) * PART) });
    }
  }

  private receive(message: NodeMessage, node: string): void {
    switch (message.kind) {
      case 'sessions':
        for (const summary of message.opened) this.put({ summary, node });
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
    if (before !== undefined) this.take(before);
    this.bySession.set(session, known);
    this.byClient.add(clientId, known);
    this.perTenant.set(tenantId, this.countTenant(tenantId) + 1);
  }

  private takeOf(node: string, session: string): void {
    const known = this.bySession.get(session);
    if (known?.node === node) this.take(known);
  }

  private take(known: Known): void {
    const { session, clientId, tenantId } = known.summary;
    this.bySession.delete(session);
    this.byClient.delete(clientId, known);
    const left = this.countTenant(tenantId) - 1;
    if (left > 0) this.perTenant.set(tenantId, left);
    else this.perTenant.delete(tenantId);
  }

  private dropNode(node: string): void {
    for (const known of this.bySession.values()) if (known.node === node) this.take(known);
  }
}
