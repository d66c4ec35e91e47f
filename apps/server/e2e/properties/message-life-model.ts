import { untilAsked } from '@vestnik/testing';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Person, Place } from '../conformance/place.js';
import type { BusClient } from '../conformance/transports/bus-client.js';
import { TRANSPORTS } from '../conformance/transports/index.js';
import { webSocket } from '../conformance/transports/web-socket.js';

type State = 'open' | 'acknowledged' | 'read' | 'refused' | 'withdrawn' | 'collapsed' | 'expired';

interface ModelMessage {
  readonly id: string;
  readonly sender: SenderName;
  readonly way: Way;
  readonly collapseKey: string | undefined;
  state: State;
}

type SenderName = 'backend' | 'client';
/** To the reader itself, or to a topic that it subscribed to by a pattern. */
type Way = 'direct' | 'topic';

/** What should be so: every message that was accepted, in that order, and what the session now open was handed. */
export class Model {
  readonly messages: ModelMessage[] = [];
  handed: ModelMessage[] = [];
  /** Ids that were taken off the screen of the session now open. */
  retracted: string[] = [];

  get open(): ModelMessage[] {
    return this.messages.filter(({ state }) => state === 'open');
  }

  /** @param told whether the session is told to take it off its screen */
  settle(message: ModelMessage, state: State, told: boolean): void {
    message.state = state;
    if (told && this.handed.includes(message)) this.retracted.push(message.id);
  }
}

/** What is so: a reader whose session changes, and two senders. */
export class Real {
  readonly reader: Person;
  readonly writer: Person;
  session: BusClient;

  private constructor(
    readonly place: Place,
    reader: Person,
    writer: Person,
    session: BusClient,
    private readonly sender: BusClient,
    private readonly topic: string,
  ) {
    this.reader = reader;
    this.writer = writer;
    this.session = session;
  }

  static async start(place: Place): Promise<Real> {
    const [reader, writer] = [place.person('reader'), place.person('writer')];
    const session = await webSocket.connect(place, { token: await place.token(reader) });
    const topic = place.unused('life');
    await session.call('subscribe', { topic: `${topic}/#` });
    return new Real(place, reader, writer, session, await webSocket.connect(place, { token: await place.token(writer) }), topic);
  }

  async send(sender: SenderName, way: Way, message: { readonly collapseKey?: string; readonly ttl?: number; readonly data?: unknown }): Promise<string> {
    const whole = { to: way === 'direct' ? this.reader.name : `#${this.topic}/${sender}`, type: 'n', ...message };
    return (sender === 'backend' ? await this.place.send(whole) : await this.sender.call('send', whole)).id;
  }

  async withdraw({ id, sender }: ModelMessage): Promise<void> {
    if (sender === 'client') await this.sender.call('withdraw', { id });
    else expect((await this.place.api('DELETE', `/messages/${id}`)).status).toBe(200);
  }

  async reconnect(transport: number, position: string | undefined): Promise<void> {
    this.session.drop();
    const over = TRANSPORTS[transport % TRANSPORTS.length] ?? webSocket;
    this.session = await over.connect(this.place, { token: await this.place.token(this.reader), ...(position === undefined ? {} : { position }) });
  }

  /** Compares everything that can be seen with what should be. */
  async compare(model: Model): Promise<void> {
    const { session } = this;
    const handed = () => session.messages.map(({ id }) => id);
    await session.until('the model’s messages', () => handed().length >= model.handed.length);
    expect(handed(), 'handed over, in order, each once').toEqual(model.handed.map(({ id }) => id));
    const gone = () => session.all('retract').flatMap(({ ids }) => ids);
    await session.until('the model’s retracts', () => model.retracted.every((id) => gone().includes(id)));
  }

  /** In which states a message is: of a topic the recipients are counted by state, and here there is one. */
  async statesOf(id: string): Promise<readonly string[]> {
    const { body } = await this.place.api('GET', `/messages/${id}`);
    if (body.counts !== undefined) return Object.keys(body.counts as object);
    return (body.to as { state: string }[]).map(({ state }) => state);
  }

  /** Asks for every message's state. */
  async compareStates(model: Model): Promise<void> {
    for (const { id, state } of model.messages) {
      const states = await this.statesOf(id);
      expect(states).toHaveLength(1);
      expect(states[0], `of ${id}`).toMatch(state === 'open' ? /^(queued|delivered)$/ : new RegExp(`^${state}$`));
    }
  }

  /** What is open comes to a new session, and nothing else. */
  async finish(model: Model): Promise<void> {
    await this.compareStates(model);
    await new Reconnect(0, false).run(model, this);
    await new Send('client', 'direct', undefined).run(model, this);
    await new Acknowledge(Number.MAX_SAFE_INTEGER).run(model, this);
    await this.compareStates(model);
    expect(model.open).toEqual([]);
  }

  leave(): void {
    this.session.drop();
    this.sender.drop();
  }
}

abstract class Command implements fc.AsyncCommand<Model, Real> {
  check(_model: Readonly<Model>): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    await this.act(model, real);
    await real.compare(model);
  }

  protected abstract act(model: Model, real: Real): Promise<void>;
  abstract toString(): string;
}

/** A message is sent; with a collapse key it takes the place of older ones. */
class Send extends Command {
  constructor(
    private readonly sender: SenderName,
    private readonly way: Way,
    private readonly collapseKey: string | undefined,
  ) {
    super();
  }

  protected async act(model: Model, real: Real): Promise<void> {
    const { sender, way, collapseKey } = this;
    const id = await real.send(sender, way, collapseKey === undefined ? {} : { collapseKey });
    if (collapseKey !== undefined) {
      for (const older of model.open)
        if (older.sender === sender && older.way === way && older.collapseKey === collapseKey) model.settle(older, 'collapsed', true);
    }
    const message: ModelMessage = { id, sender, way, collapseKey, state: 'open' };
    model.messages.push(message);
    model.handed.push(message);
  }

  toString = () => `${this.sender} sends${this.way === 'topic' ? ' to the topic' : ''}${this.collapseKey === undefined ? '' : ` under ${this.collapseKey}`}`;
}

/** A message is sent whose time passes before anybody acknowledges it. */
class Expire extends Command {
  constructor(private readonly way: Way) {
    super();
  }

  protected async act(model: Model, real: Real): Promise<void> {
    const id = await real.send('backend', this.way, { ttl: 1 });
    const message: ModelMessage = { id, sender: 'backend', way: this.way, collapseKey: undefined, state: 'open' };
    model.messages.push(message);
    model.handed.push(message);
    await real.compare(model);
    await untilAsked('it has expired', async () => (await real.statesOf(id)).join() === 'expired', 20_000);
    model.settle(message, 'expired', true);
  }

  toString = () => `a message ${this.way === 'topic' ? 'to the topic ' : ''}expires`;
}

/** One of those that the session was handed. */
abstract class OfHanded extends Command {
  constructor(private readonly which: number) {
    super();
  }

  override check({ handed }: Readonly<Model>): boolean {
    return handed.length > 0;
  }

  protected chosen({ handed }: Model): number {
    return Math.min(this.which, handed.length - 1);
  }

  toString = () => `${this.constructor.name} ${this.which}`;
}

/** Everything up to a message that was handed over is acknowledged. */
class Acknowledge extends OfHanded {
  protected async act(model: Model, real: Real): Promise<void> {
    const at = this.chosen(model);
    const message = model.handed[at] as ModelMessage;
    await real.session.call('ack', { position: real.session.messages[at]?.position ?? '' });
    const place = model.messages.indexOf(message);
    for (const each of model.messages.slice(0, place + 1)) if (each.state === 'open') each.state = 'acknowledged';
  }
}

/** A person has seen it. */
class Read extends OfHanded {
  protected async act(model: Model, real: Real): Promise<void> {
    const message = model.handed[this.chosen(model)] as ModelMessage;
    await real.session.call('read', { ids: [message.id] });
    if (message.state === 'open' || message.state === 'acknowledged') message.state = 'read';
  }
}

/** It cannot be processed. */
class Refuse extends OfHanded {
  protected async act(model: Model, real: Real): Promise<void> {
    const message = model.handed[this.chosen(model)] as ModelMessage;
    await real.session.call('refuse', { id: message.id, reason: 'not today' });
    if (message.state === 'open') message.state = 'refused';
  }
}

/** Its sender takes it back. */
class Withdraw extends OfHanded {
  protected async act(model: Model, real: Real): Promise<void> {
    const message = model.handed[this.chosen(model)] as ModelMessage;
    await real.withdraw(message);
    if (message.state === 'open') model.settle(message, 'withdrawn', true);
  }
}

/** The connection breaks, and the reader comes back over another transport, with its last position or without. */
class Reconnect extends Command {
  constructor(
    private readonly transport: number,
    private readonly resumes: boolean,
  ) {
    super();
  }

  protected async act(model: Model, real: Real): Promise<void> {
    const last = this.resumes ? model.handed.at(-1) : undefined;
    const position = last === undefined ? undefined : real.session.messages.at(-1)?.position;
    await real.reconnect(this.transport, position);
    const from = last === undefined ? 0 : model.messages.indexOf(last) + 1;
    model.handed = model.messages.slice(from).filter(({ state }) => state === 'open');
    model.retracted = [];
  }

  toString = () => `comes back over ${TRANSPORTS[this.transport % TRANSPORTS.length]?.name}${this.resumes ? ' with its position' : ''}`;
}

const which = fc.nat(12);
const sender = fc.constantFrom<SenderName>('backend', 'client');
const way = fc.constantFrom<Way>('direct', 'direct', 'topic');

/** Anything that may happen to a message, in any order. */
export const anything: fc.Arbitrary<fc.AsyncCommand<Model, Real>>[] = [
  fc.tuple(sender, way, fc.constantFrom(undefined, undefined, undefined, 'A-17', 'B-1')).map(([by, to, key]) => new Send(by, to, key)),
  fc.tuple(sender, way).map(([by, to]) => new Send(by, to, undefined)),
  which.map((at) => new Acknowledge(at)),
  which.map((at) => new Read(at)),
  which.map((at) => new Refuse(at)),
  which.map((at) => new Withdraw(at)),
  fc.tuple(fc.nat(TRANSPORTS.length - 1), fc.boolean()).map(([over, resumes]) => new Reconnect(over, resumes)),
];

/** The same and what takes a second or two each. */
export const anythingSlow: fc.Arbitrary<fc.AsyncCommand<Model, Real>>[] = [...anything, way.map((to) => new Expire(to))];
