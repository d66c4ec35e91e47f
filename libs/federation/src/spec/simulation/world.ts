import type { Effect, LinkEvent } from '../../link/events.js';
import { Chance } from './chance.js';
import { Installation } from './installation.js';
import { ModelConnection } from './model-connection.js';
import type { ModelPacket } from './model-link.js';
import { HOUR_MS, type ModelEntry } from './model-store.js';

/** A machine, or a store, that is broken on purpose: the simulation must notice. */
export type Broken =
  /** The far side is told before the transaction has committed. */
  | 'acknowledges-before-commit'
  /** The receive cursor is written in a transaction of its own. */
  | 'cursor-apart'
  /** After a restore numbers are drawn again in the same epoch. */
  | 'numbers-again'
  /** How far was sent is written down after the bundle has gone out. */
  | 'sent-after-wire'
  /** What is sent a second time after it was acknowledged does not say so. */
  | 'redelivered-untold';

export interface SimulationOptions {
  readonly seed: number;
  readonly steps: number;
  /** `pair`: a - b. `hub`: a - b - c, and a reaches c through b. */
  readonly shape: 'pair' | 'hub';
  readonly broken?: Broken;
  /** Backups may be older than what is kept: then things are lost, and only that nothing else goes wrong is looked at. */
  readonly oldBackups?: boolean;
}

/** Something that was promised did not hold. */
export class PromiseBroken extends Error {
  override readonly name = 'PromiseBroken';
}

interface Task {
  readonly owner: Installation;
  readonly life: number;
  readonly run: () => void;
}

interface Transit {
  readonly hub: number;
  readonly packet: ModelPacket;
  readonly at: number;
}

type Fault = 'store-fails';

/** So many numbers wait in an outbox at most: clients send no more then. */
const OUTBOX_MAX = 3_000;
/** What a hub has had for so long it throws away. */
const TRANSIT_MS = 24 * HOUR_MS;
const TRANSIT_MAX = 3_000;
const TRACE = 200;
/** Steps in which everything must come to rest once nothing fails any more. */
const REST_STEPS = 400_000;

/** Several installations and the lines between them, run step by step by one seed; every step may break them, none may break a promise. */
export class World {
  readonly chance: Chance;
  /** Milliseconds; never jumps back. */
  clock = 1_000_000;
  readonly installations: Installation[];
  historyGone = false;
  tracing = false;
  stepped = 0;
  /** What was told to administrators, how often. */
  readonly reports = new Map<string, number>();
  private readonly connections: ModelConnection[] = [];
  private readonly pairs: readonly (readonly [number, number])[];
  private readonly tasks: Task[] = [];
  private transit: Transit[] = [];
  private readonly trace: string[] = [];
  private messages = 0;
  private epochs = 0;
  private keyCount = 0;
  private readonly ended = new Set<number>();
  /** By epoch, destination and number: which message it is. */
  private readonly content = new Map<number, Map<number, number>>();
  private faulty = true;
  private readonly weather: number;
  private readonly restorer: number;

  constructor(readonly options: SimulationOptions) {
    this.chance = new Chance(options.seed);
    this.weather = this.chance.one([0.2, 1, 1, 4]);
    this.restorer = this.chance.one([0, 1, 1, 3]);
    this.pairs =
      options.shape === 'pair'
        ? [[1, 2]]
        : [
            [1, 2],
            [2, 3],
          ];
    this.installations =
      options.shape === 'pair'
        ? [new Installation(this, 1, [2], [2]), new Installation(this, 2, [1], [1])]
        : [new Installation(this, 1, [2], [2, 3]), new Installation(this, 2, [1, 3], [1, 3]), new Installation(this, 3, [2], [1, 2])];
  }

  get broken(): Broken | undefined {
    return this.options.broken;
  }

  /** @throws PromiseBroken with the seed, and the last events where they are traced */
  run(): void {
    for (this.stepped = 0; this.stepped < this.options.steps; this.stepped++) this.step();
    this.rest();
  }

  private step(): void {
    const { chance } = this;
    this.clock += chance.below(5);
    if (this.faulty && chance.onceIn(200)) this.clock += chance.below(20_000);
    const what = chance.next();
    if (what < 0.38) this.deliver();
    else if (what < 0.78) this.work();
    else if (what < 0.84) this.clientsSend();
    else if (what < 0.92) this.clientsFinish();
    else if (what < 0.94) this.carryTransit();
    else if (what < 0.955) chance.one(this.installations).bringHome();
    else if (what < 0.96) chance.one(this.installations).expire();
    else if (what < 0.965) for (const one of this.installations) one.tick();
    else if (what < 0.98) this.dial();
    else if (this.faulty) this.somethingFails();
  }

  private deliver(): void {
    if (this.connections.length === 0) return;
    const at = this.chance.below(this.connections.length);
    const connection = this.connections[at] as ModelConnection;
    if (connection.closed) {
      this.connections[at] = this.connections.at(-1) as ModelConnection;
      this.connections.pop();
      return;
    }
    connection.deliver(this.chance.onceIn(2) ? connection.one : connection.other);
  }

  private work(): void {
    if (this.tasks.length === 0) return;
    const at = this.chance.below(this.tasks.length);
    const { owner, life, run } = this.tasks[at] as Task;
    this.tasks[at] = this.tasks.at(-1) as Task;
    this.tasks.pop();
    if (owner.life === life) run();
  }

  private clientsSend(): void {
    if (!this.faulty) return;
    const { chance } = this;
    const one = chance.one(this.installations);
    const remoteId = chance.one(one.remotes);
    const box = one.store.box(remoteId);
    if (box.last - box.acknowledged > OUTBOX_MAX) return;
    const burst = chance.onceIn(40) ? 1 + chance.below(1_200) : 1 + chance.below(6);
    for (let n = 0; n < burst; n++) {
      const ttlMs = chance.onceIn(3) ? 1_000 + chance.below(60_000) : 200 * HOUR_MS;
      one.send(remoteId, ttlMs, chance.onceIn(30) ? 10_000 + chance.below(250_000) : 200);
    }
    if (chance.onceIn(10) && box.last > 0) one.withdraw(remoteId, box.last - chance.below(Math.min(30, box.last)));
  }

  private clientsFinish(): void {
    const one = this.chance.one(this.installations);
    const count = Math.min(one.store.open.length, 1 + this.chance.below(this.faulty ? 12 : 40));
    for (let n = 0; n < count; n++) one.finish(this.chance.below(one.store.open.length), 'acknowledged');
  }

  private dial(): void {
    for (const [one, other] of this.pairs) {
      const there = this.connections.some((connection) => !connection.closed && connection.one === one && connection.other === other);
      // Both may dial at once.
      if (there && (!this.faulty || !this.chance.onceIn(150))) continue;
      const connection = new ModelConnection(one, other, (hub, packet) => this.forward(hub, packet));
      this.connections.push(connection);
      this.installation(one).connect(connection, other);
      this.installation(other).connect(connection, one);
    }
  }

  private somethingFails(): void {
    const { chance } = this;
    // 2 % of all steps come here.
    const rarely = (times: number) => chance.onceIn((times * 0.02) / this.weather);
    const one = chance.one(this.installations);
    const open = this.connections.filter(({ closed }) => !closed);
    if (open.length > 0 && rarely(1_500)) this.tell('a connection is cut', () => chance.one(open).close());
    if (open.length > 0 && rarely(6_000)) this.tell('a connection falls silent', () => Object.assign(chance.one(open), { silent: true }));
    if (rarely(4_000)) this.tell(`${one.id} is killed`, () => one.crash(chance.onceIn(2)));
    if (chance.onceIn(100)) this.tell(`${one.id} is backed up`, () => one.backUp());
    if (this.restorer > 0 && chance.onceIn(150 / this.restorer)) this.tell(`${one.id} is restored`, () => one.restore());
    if (rarely(4_000)) this.tell(`${one.id} pauses, or resumes`, () => one.pause(chance.one(one.neighbours)));
    if (rarely(4_000)) one.rotate();
    if (chance.onceIn(100)) one.skew = (chance.next() - 0.5) * 2 * HOUR_MS;
    if (chance.onceIn(60)) for (const each of this.installations) each.store.prune(each.now);
    if (chance.onceIn(200)) this.tell('hours pass', () => Object.assign(this, { clock: this.clock + chance.below(20 * HOUR_MS) }));
  }

  /** A hub has it now, for whom it is. */
  private forward(hub: number, packet: ModelPacket): void {
    if (this.transit.length >= TRANSIT_MAX) return;
    this.transit.push({ hub, packet, at: this.clock });
  }

  /** A hub passes something on: in any order, perhaps twice, perhaps never. */
  private carryTransit(): void {
    const { chance } = this;
    for (let n = 0; n < 8 && this.transit.length > 0; n++) {
      // Mostly in order, or nothing would ever get through without being asked for again.
      const at = chance.onceIn(10) && this.faulty ? chance.below(this.transit.length) : Math.min(chance.below(3), this.transit.length - 1);
      const { hub, packet, at: since } = this.transit[at] as Transit;
      const to = this.numberOf((packet.frame as { to: string }).to);
      const connection = this.installation(hub).connections.get(to);
      const lost = this.faulty && chance.onceIn(100);
      if (lost || this.clock - since > TRANSIT_MS) {
        this.transit.splice(at, 1);
      } else if (connection !== undefined) {
        connection.send(hub, packet);
        if (!this.faulty || !chance.onceIn(50)) this.transit.splice(at, 1);
      } else {
        return;
      }
    }
  }

  forgetTransit(hub: number): void {
    this.transit = this.transit.filter((one) => one.hub !== hub);
  }

  /** Nothing fails any more, and clients send nothing: everything must end, in bounded time. */
  private rest(): void {
    this.faulty = false;
    for (const one of this.installations) {
      one.skew = 0;
      for (const neighbour of [...one.paused]) one.pause(neighbour);
    }
    for (const connection of this.connections) connection.close();
    for (let n = 0; n < REST_STEPS; n++, this.stepped++) {
      if (n % 500 === 0) {
        if (this.atRest()) return;
        // Bundles that a hub has lost are sent again after a while.
        this.clock += 10_000;
      }
      this.step();
    }
    this.fail(`it does not come to rest: ${this.unrest()}`);
  }

  private atRest(): boolean {
    if (this.tasks.some(({ owner, life }) => owner.life === life) || this.transit.length > 0) return false;
    if (this.pairs.some(([one, other]) => this.installation(one).connections.get(other)?.isUp !== true)) return false;
    if (this.installations.some((one) => [...one.connections.values()].some((connection) => !connection.quiet))) return false;
    if (this.unrest() !== '') return false;
    for (const one of this.installations) {
      for (const link of one.links.values()) this.expect(link.bodies.size === 0, `bodies of ${one.id} are never thrown away: ${link.bodies.size}`);
    }
    return true;
  }

  /** What has not ended yet. */
  private unrest(): string {
    const left: string[] = [];
    for (const one of this.installations) {
      if (one.store.open.length > 0) left.push(`${one.id} has ${one.store.open.length} open`);
      for (const remoteId of one.remotes) {
        const { last, sent, acknowledged } = one.store.box(remoteId);
        if (acknowledged < last) left.push(`${one.id} to ${this.installation(remoteId).id}: last ${last}, sent ${sent}, acknowledged ${acknowledged}`);
        if (one.store.homeward.get(remoteId)?.length) left.push(`${one.id} has states for ${remoteId}`);
      }
      if (this.historyGone) continue;
      // What ended unsent in a time that a restore took back went as nothing then: the far side was told its number, and never had it.
      const lostEnd = (id: number) => one.restores > 0 && this.ended.has(id);
      const open = [...one.store.sentStates].filter(([id, state]) => state === undefined && !lostEnd(id)).map(([id]) => id);
      if (open.length > 0) left.push(`${one.id} waits for ${open.length} final states, the first of message ${open[0]}`);
    }
    return left.join('; ');
  }

  // What installations ask of the world.

  later(owner: Installation, run: () => void): void {
    this.tasks.push({ owner, life: owner.life, run });
  }

  calls(_fault: Fault): boolean {
    return this.faulty && this.chance.onceIn(300);
  }

  newMessage(_from: number, _to: number): number {
    return ++this.messages;
  }

  newEpoch(): number {
    return ++this.epochs;
  }

  newKey(): number {
    return ++this.keyCount;
  }

  installation(number: number): Installation {
    return this.installations[number - 1] as Installation;
  }

  numberOf(id: string): number {
    return id.charCodeAt(0) - 96;
  }

  /** The neighbour over which a remote is reached. */
  via(from: number, to: number): number {
    return this.options.shape === 'pair' ? to : from === 2 ? to : 2;
  }

  hasLostHistory(number: number): boolean {
    return this.installation(number).restores > 0;
  }

  // What is promised.

  /** Something was written down at its destination. */
  received(at: Installation, from: number, epoch: number, number: number, entry: ModelEntry, redelivered: boolean): void {
    if (entry.kind !== 'message') return;
    const { id } = entry;
    const place = epoch * 8 + at.number;
    const content = this.content.get(place) ?? new Map<number, number>();
    this.content.set(place, content);
    this.expect((content.get(number) ?? id) === id, `number ${number} of epoch ${epoch} stands for two messages`);
    content.set(number, id);
    this.expect(!at.store.log.has(id), `message ${id} is in the log of ${at.id} already`);
    const sender = this.installation(from);
    if (this.via(at.number, from) === from && sender.store.box(at.number).acknowledged >= number) {
      this.expect(redelivered, `message ${id} was acknowledged before, and comes as if for the first time`);
    }
    this.expect(sender.restores > 0 || !this.ended.has(id), `message ${id} ended before it was sent, and comes all the same`);
  }

  /** A message ended at its sender, who says that it was never sent. */
  endedUnsent(at: Installation, to: number, id: number): void {
    this.ended.add(id);
    this.expect(at.restores > 0 || !this.installation(to).store.log.has(id), `message ${id} ends unsent, and has arrived`);
  }

  reported(_at: Installation, _neighbour: number, text: string): void {
    // What was lost for good was told, as promised; what became of it nobody will hear.
    if (text.includes('not kept')) this.historyGone = true;
    const what = text.replace(/\d+/g, 'n');
    this.reports.set(what, (this.reports.get(what) ?? 0) + 1);
    const restored = this.installations.some(({ restores }) => restores > 0);
    // Beyond a hub what is late may look alike.
    if (this.options.shape === 'pair') this.expect(restored, `it reports a restore that never was: ${text}`);
  }

  expect(holds: boolean, promise: string): void {
    if (!holds) this.fail(promise);
  }

  fail(what: string): never {
    const { seed, shape } = this.options;
    const trace = this.tracing ? `\nthe last ${this.trace.length} events:\n${this.trace.join('\n')}` : '';
    throw new PromiseBroken(`${what} (seed ${seed}, ${shape}, step ${this.stepped})${trace}`);
  }

  note(id: string, event: LinkEvent, effects: readonly Effect[]): void {
    this.remember(`${id} ${brief(event)}${effects.map((effect) => `\n     -> ${brief(effect)}`).join('')}`);
  }

  private tell(what: string, happens: () => void): void {
    if (this.tracing) this.remember(`*  ${what}`);
    happens();
  }

  private remember(line: string): void {
    this.trace.push(`${this.stepped} ${line}`);
    if (this.trace.length > TRACE) this.trace.shift();
  }
}

function brief(thing: LinkEvent | Effect): string {
  return JSON.stringify(thing, (_name, value: unknown) => (value instanceof Map ? [...value] : value));
}
