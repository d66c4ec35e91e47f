import type { Clock } from '../ports/clock.js';
import type { NodeBus, NodeMessage, SessionSummary } from '../ports/node-bus.js';
import type { Sessions } from '../ports/sessions.js';

/** Changes are told to other nodes together, so soon after the first of them. */
const GATHER_MS = 20;
/** Sessions in one message to a node that has just joined. */
const PART = 50;

/** The live sessions of all nodes, as this node knows them. */
export class SessionRegistry implements Sessions {
  private readonly byClient = new Map<number, Map<string, { summary: SessionSummary; node: string }>>();
  private readonly local = new Map<string, { summary: SessionSummary; close: (slug: 'closed-by-administrator' | 'unauthenticated' | 'replaced') => void }>();
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
    return this.byClient.get(clientId)?.size ?? 0;
  }

  has(clientId: number, session: string): boolean {
    return this.byClient.get(clientId)?.has(session) ?? false;
  }

  countTenant(tenantId: number): number {
    return this.perTenant.get(tenantId) ?? 0;
  }

  ofClient(clientId: number): readonly SessionSummary[] {
    return [...(this.byClient.get(clientId)?.values() ?? [])].map((known) => known.summary);
  }

  /** The sessions of this node. */
  here(): number {
    return this.local.size;
  }

  close(clientId: number, session: string, slug: 'closed-by-administrator' | 'unauthenticated'): boolean {
    const known = this.byClient.get(clientId)?.get(session);
    if (known === undefined) return false;
    this.closeAnywhere(session, slug);
    return true;
  }

  /** Closes the other sessions of a device: a new one takes over. */
  replace(clientId: number, device: string, except: string): void {
    for (const { summary } of this.byClient.get(clientId)?.values() ?? []) {
      if (summary.device === device && summary.session !== except) this.closeAnywhere(summary.session, 'replaced');
    }
  }

  private closeAnywhere(session: string, slug: 'closed-by-administrator' | 'unauthenticated' | 'replaced'): void {
    const here = this.local.get(session);
    if (here !== undefined) here.close(slug);
    else this.bus.publish({ kind: 'close-session', session, slug });
  }

  add(summary: SessionSummary, close: (slug: 'closed-by-administrator' | 'unauthenticated' | 'replaced') => void): void {
    this.local.set(summary.session, { summary, close });
    this.put(summary, this.bus.nodeId);
    if (this.bus.others() > 0) this.gather(() => this.opened.set(summary.session, summary));
  }

  remove(session: string): void {
    const here = this.local.get(session);
    if (here === undefined) return;
    this.local.delete(session);
    this.take(here.summary.clientId, session);
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
    const sessions = [...this.local.values()].map((here) => here.summary);
    for (let part = 0; part === 0 || part * PART < sessions.length; part++) {
      this.bus.publish({ kind: 'all-sessions', part, sessions: sessions.slice(part * PART, (part + 1) * PART) });
    }
  }

  private receive(message: NodeMessage, node: string): void {
    switch (message.kind) {
      case 'sessions':
        for (const summary of message.opened) this.put(summary, node);
        for (const session of message.closed) this.takeOf(node, session);
        break;
      case 'all-sessions':
        if (message.part === 0) this.dropNode(node);
        for (const summary of message.sessions) this.put(summary, node);
        break;
      case 'close-session':
        this.local.get(message.session)?.close(message.slug as 'closed-by-administrator');
    }
  }

  private put(summary: SessionSummary, node: string): void {
    let sessions = this.byClient.get(summary.clientId);
    if (sessions === undefined) {
      sessions = new Map();
      this.byClient.set(summary.clientId, sessions);
    }
    if (!sessions.has(summary.session)) this.perTenant.set(summary.tenantId, this.countTenant(summary.tenantId) + 1);
    sessions.set(summary.session, { summary, node });
    if (node !== this.bus.nodeId) this.clientOf.set(summary.session, summary.clientId);
  }

  /** Clients of other nodes' sessions: those nodes name only the session when it closes. */
  private readonly clientOf = new Map<string, number>();

  private takeOf(node: string, session: string): void {
    const clientId = this.clientOf.get(session);
    if (clientId !== undefined && this.byClient.get(clientId)?.get(session)?.node === node) this.take(clientId, session);
  }

  private take(clientId: number, session: string): void {
    this.clientOf.delete(session);
    const sessions = this.byClient.get(clientId);
    const known = sessions?.get(session);
    if (sessions === undefined || known === undefined) return;
    sessions.delete(session);
    if (sessions.size === 0) this.byClient.delete(clientId);
    const left = this.countTenant(known.summary.tenantId) - 1;
    if (left > 0) this.perTenant.set(known.summary.tenantId, left);
    else this.perTenant.delete(known.summary.tenantId);
  }

  private dropNode(node: string): void {
    for (const [clientId, sessions] of this.byClient) {
      for (const [session, known] of sessions) if (known.node === node) this.take(clientId, session);
    }
  }
}
