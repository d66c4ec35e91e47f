import type { Clock, Timer } from '../ports/clock.js';
import type { NodeBus } from '../ports/node-bus.js';
import { type Drop, DroppedClients } from './dropped-clients.js';
import { addedUp, FigureRing, type FigureSeries } from './figures.js';
import type { HappeningFilter } from './happenings.js';
import type { Observer } from './observer.js';
import { Questions } from './questions.js';
import { type CallFilter, newestFirst, type RememberedCall } from './recent-calls.js';
import { type Seen, Watch } from './watch.js';

/** How a node is; what only its process knows is told by whoever starts it. */
export interface NodeFacts {
  readonly host: string;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly memoryBytes: number;
  /** Share of one core, over the last 10 s. */
  readonly cpu: number;
  /** How late its event loop was, in the mean of the last 10 s. */
  readonly loopDelayMs: number;
  readonly accepting: boolean;
}

export interface NodeView extends NodeFacts {
  readonly node: string;
  readonly self: boolean;
  readonly sessions: number;
  readonly intakeWaiting: number;
}

export interface ObservatoryParts {
  readonly observer: Observer;
  readonly bus: NodeBus;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly sessions: () => number;
  readonly intakeWaiting: () => number;
}

/** The ring is noted so often. */
const NOTE_MS = 1_000;
/** Other nodes are asked anew so often to tell what happens there, and go on so long without being asked. */
const WATCH_AGAIN_MS = 5_000;
const WATCH_MS = 15_000;

interface WatchedFrom {
  readonly stop: () => void;
  timer: Timer;
}

/**
 * What the installation does, seen from any of its nodes: figures of the last hour, the nodes, calls, what happens now.
 *
 * Kept in memory, by each node of itself; others are asked when somebody looks, and those that do not answer within a
 * second are left out.
 */
export class Observatory {
  private readonly ring: FigureRing;
  private readonly questions: Questions;
  readonly dropped: DroppedClients;
  private facts: (() => NodeFacts) | undefined;
  /** Whoever watches at other nodes, by the ids under which they asked. */
  private readonly fromElsewhere = new Map<string, WatchedFrom>();
  /** Who watches here, by those ids. */
  private readonly watchers = new Map<string, (node: string, seen: Seen) => void>();
  private timer: Timer | undefined;

  constructor(private readonly parts: ObservatoryParts) {
    const { observer, bus, clock, newId } = parts;
    this.ring = new FigureRing(observer.counts);
    this.questions = new Questions(bus, clock, newId);
    this.dropped = new DroppedClients(bus, clock);
    this.questions.serve('figures', () => JSON.stringify(this.ownFigures()));
    this.questions.serve('node', () => JSON.stringify(this.self()));
    this.questions.serve('calls', (params) => JSON.stringify(this.ownCalls(JSON.parse(params) as CallFilter)));
    bus.subscribe((message, node) => {
      if (message.kind === 'watch') this.watchFor(node, message.id, JSON.parse(message.filter) as HappeningFilter);
      if (message.kind === 'watch-end') this.endFor(message.id);
      if (message.kind === 'seen' && message.node === bus.nodeId) this.watchers.get(message.id)?.(node, JSON.parse(message.seen) as Seen);
    });
  }

  start(): void {
    this.note();
    this.timer = this.parts.clock.every(NOTE_MS, () => this.note());
  }

  stop(): void {
    this.timer?.cancel();
    for (const id of [...this.fromElsewhere.keys()]) this.endFor(id);
  }

  /** What the process of this node is like. */
  describe(facts: () => NodeFacts): void {
    this.facts = facts;
  }

  /** The last hour, of all nodes together. */
  async figures(): Promise<FigureSeries> {
    const others = await this.questions.ask('figures', '{}');
    return addedUp([this.ownFigures(), ...others.map(({ answer }) => JSON.parse(answer) as FigureSeries)]);
  }

  /** The nodes that live, this one first. */
  async nodes(): Promise<NodeView[]> {
    const others = await this.questions.ask('node', '{}');
    const told = others.map(({ node, answer }): NodeView => ({ ...(JSON.parse(answer) as NodeView), node, self: false }));
    return [this.self(), ...told.toSorted((a, b) => (a.node < b.node ? -1 : 1))];
  }

  /** The calls that nodes remember, newest first, and how many those are in all. */
  async calls(filter: CallFilter): Promise<{ calls: (RememberedCall & { readonly node: string })[]; kept: number }> {
    const others = await this.questions.ask('calls', JSON.stringify(filter));
    const all = [
      { node: this.parts.bus.nodeId, ...this.ownCalls(filter) },
      ...others.map(({ node, answer }) => ({ node, ...(JSON.parse(answer) as ReturnType<Observatory['ownCalls']>) })),
    ];
    const calls = all.flatMap(({ node, calls }) => calls.map((call) => ({ ...call, id: `${node}.${call.id}`, node })));
    return { calls: newestFirst(calls).slice(0, filter.limit) as typeof calls, kept: all.reduce((sum, { kept }) => sum + kept, 0) };
  }

  /** The clients that lost a connection in the last hour. */
  droppedClients(): ReadonlyMap<number, Drop> {
    return this.dropped.all();
  }

  /**
   * Shows what happens on all nodes from now on, each at most 50 a second.
   *
   * @returns ends it
   */
  watch(filter: HappeningFilter, tell: (node: string, seen: Seen) => void): () => void {
    const { observer, bus, clock, newId } = this.parts;
    const id = newId();
    const stop = observer.watch(new Watch(filter, clock, (seen) => tell(bus.nodeId, seen)));
    this.watchers.set(id, tell);
    const ask = () => {
      if (bus.others() > 0) bus.publish({ kind: 'watch', id, filter: JSON.stringify(filter) });
    };
    ask();
    const timer = clock.every(WATCH_AGAIN_MS, ask);
    return () => {
      timer.cancel();
      stop();
      this.watchers.delete(id);
      if (bus.others() > 0) bus.publish({ kind: 'watch-end', id });
    };
  }

  /** Somebody watches at another node. */
  private watchFor(node: string, id: string, filter: HappeningFilter): void {
    const { observer, bus, clock } = this.parts;
    const timer = clock.after(WATCH_MS, () => this.endFor(id));
    const known = this.fromElsewhere.get(id);
    if (known !== undefined) {
      known.timer.cancel();
      known.timer = timer;
      return;
    }
    const stop = observer.watch(new Watch(filter, clock, (seen) => bus.publish({ kind: 'seen', node, id, seen: JSON.stringify(seen) })));
    this.fromElsewhere.set(id, { stop, timer });
  }

  private endFor(id: string): void {
    const watched = this.fromElsewhere.get(id);
    if (watched === undefined) return;
    this.fromElsewhere.delete(id);
    watched.timer.cancel();
    watched.stop();
  }

  private note(): void {
    this.ring.note(this.parts.clock.now(), this.parts.observer.counts, this.parts.sessions());
  }

  private ownFigures(): FigureSeries {
    this.note();
    return this.ring.series();
  }

  private ownCalls(filter: CallFilter): { calls: RememberedCall[]; kept: number } {
    const { calls } = this.parts.observer;
    return { calls: calls.list(filter, this.parts.clock.now()), kept: calls.kept };
  }

  private self(): NodeView {
    const { bus, sessions, intakeWaiting } = this.parts;
    const facts = this.facts?.() ?? { host: '', version: '', startedAt: 0, memoryBytes: 0, cpu: 0, loopDelayMs: 0, accepting: true };
    return { node: bus.nodeId, self: true, sessions: sessions(), intakeWaiting: intakeWaiting(), ...facts };
  }
}
