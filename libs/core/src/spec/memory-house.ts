import { type OutgoingMessage, readMessage, type SendAnswer, uuidv7Maker } from '@vestnik/protocol';
import type { Principal } from '../access/principal.js';
import type { Scope } from '../access/scopes.js';
import { Tenants } from '../access/tenants.js';
import { type Bus, type BusPorts, composeBus } from '../compose-bus.js';
import type { Delivery } from '../delivery/delivery.js';
import type { SessionMethods } from '../delivery/methods.js';
import type { Push } from '../delivery/push.js';
import type { Session, SessionOptions, SessionOutlet } from '../delivery/session.js';
import type { SessionEnd } from '../delivery/session-end.js';
import {
  ManualClock,
  MemoryBase,
  MemoryMailboxes,
  MemoryMessageLog,
  MemoryNodeNetwork,
  MemoryOutgoing,
  MemorySubscriptions,
  MemoryTenantDirectory,
} from '../memory/index.js';
import type { Authenticator } from '../ports/authenticator.js';
import type { Log } from '../ports/log.js';
import { TENANT_DEFAULTS, type Tenant, type TenantSettings } from '../ports/tenant.js';
import type { Receivers } from '../presence/receivers.js';
import type { SessionRegistry } from '../presence/session-registry.js';
import type { Intake } from '../sending/intake.js';
import type { MessageStates } from '../sending/message-states.js';
import type { Scheduled } from '../sending/scheduled.js';
import type { Sending } from '../sending/sending.js';

export const INSTALLATION = 'hq';

/** What was written to the log, by severity. */
export class Lines implements Log {
  readonly lines: string[] = [];
  debug(message: string): void {
    this.lines.push(`debug ${message}`);
  }
  info(message: string): void {
    this.lines.push(`info ${message}`);
  }
  warn(message: string): void {
    this.lines.push(`warn ${message}`);
  }
  error(message: string): void {
    this.lines.push(`error ${message}`);
  }
}

/** A connection that keeps what it was given. */
export class Outlet implements SessionOutlet {
  readonly pushes: { readonly method: string; readonly params: Record<string, unknown> }[] = [];
  choked = false;
  ended: SessionEnd | undefined;

  push(push: Push): void {
    this.pushes.push({ method: push.method, params: JSON.parse(push.params) as Record<string, unknown> });
  }

  ready(): boolean {
    return !this.choked;
  }

  end(end: SessionEnd): void {
    this.ended = end;
  }

  of(method: string): Record<string, unknown>[] {
    return this.pushes.filter((push) => push.method === method).map((push) => push.params);
  }

  /** The data of the messages, in the order in which they came. */
  get data(): unknown[] {
    return this.of('message').map((message) => message.data);
  }
}

/** An installation whose ports are in memory: one base, any number of nodes, time that stands still until it is told to go on. */
export class MemoryHouse {
  readonly installation: string;
  readonly clock: ManualClock;
  readonly lines = new Lines();
  /** Awaited before each operation of the store. */
  gate: ((operation: string) => Promise<void> | void) | undefined;
  readonly newId: () => string;
  readonly base: MemoryBase;
  readonly messageLog: MemoryMessageLog;
  readonly outgoing: MemoryOutgoing;
  readonly mailboxes: MemoryMailboxes;
  readonly directory: MemoryTenantDirectory;
  readonly tenants: Tenants;
  readonly network: MemoryNodeNetwork;

  /** @param options of several installations that are linked: each has a name, and all have one clock */
  constructor({ installation = INSTALLATION, clock = new ManualClock() }: { readonly installation?: string; readonly clock?: ManualClock } = {}) {
    this.installation = installation;
    this.clock = clock;
    this.newId = uuidv7Maker(clock.now, (bytes) => void bytes.fill(7));
    this.base = new MemoryBase({
      installation,
      now: clock.now,
      newId: this.newId,
      gate: async (operation) => {
        await this.gate?.(operation);
      },
    });
    this.messageLog = new MemoryMessageLog(this.base);
    this.outgoing = new MemoryOutgoing(this.base);
    this.mailboxes = new MemoryMailboxes(this.base);
    this.directory = new MemoryTenantDirectory(this.base);
    this.tenants = new Tenants(this.directory);
    this.network = new MemoryNodeNetwork(clock);
  }

  async tenant(name: string, settings: Partial<TenantSettings> = {}): Promise<Tenant> {
    const tenant = await this.directory.create(name, undefined, { ...TENANT_DEFAULTS, ...settings });
    await this.tenants.refresh();
    return tenant;
  }

  node(nodeId = 'n1', authenticator: Partial<Authenticator> = {}, links?: BusPorts['links']): MemoryNode {
    return new MemoryNode(this, nodeId, authenticator, links);
  }

  /** Lets everything that is under way settle, without time passing. */
  settle(): Promise<void> {
    return this.clock.run(0);
  }
}

export function principal(tenant: Tenant, client: string, more: Partial<Principal> = {}): Principal {
  const scopes = new Set<Scope>(['receive', 'send', 'read', 'broadcast']);
  return { kind: 'key', tenant, client, scopes, ...more };
}

export function message(fields: object): OutgoingMessage {
  const value = { type: 'test', ...fields };
  return readMessage(value, 'data' in value ? JSON.stringify(value.data) : undefined);
}

/** One node over the ports in memory. */
export class MemoryNode {
  readonly bus;
  readonly sessions: SessionRegistry;
  /** All that the node is made of. */
  readonly parts: Bus;
  readonly receivers: Receivers;
  readonly delivery: Delivery;
  readonly intake: Intake;
  readonly sending: Sending;
  readonly states: MessageStates;
  readonly scheduled: Scheduled;
  readonly methods: SessionMethods;
  private opened = 0;

  constructor(
    readonly house: MemoryHouse,
    nodeId: string,
    authenticator: Partial<Authenticator>,
    links?: BusPorts['links'],
  ) {
    const { clock, messageLog, mailboxes, tenants, network, lines: log, newId } = house;
    this.bus = network.join(nodeId);
    const node = composeBus({
      installation: house.installation,
      messageLog,
      mailboxes,
      subscriptions: new MemorySubscriptions(house.base),
      outgoing: new MemoryOutgoing(house.base),
      tenants,
      authenticator: { stillValid: () => Promise.resolve(true), ...authenticator } as Authenticator,
      bus: this.bus,
      clock,
      log,
      newId,
      newSessionId: () => `${nodeId}-s${++this.opened}`,
      links,
    });
    this.parts = node;
    this.sessions = node.sessions;
    this.receivers = node.receivers;
    this.delivery = node.delivery;
    this.intake = node.intake;
    this.sending = node.sending;
    this.states = node.states;
    this.scheduled = node.scheduled;
    this.methods = node.methods;
  }

  /** A session that has been told its answer. */
  async connect(who: Principal, options: Partial<SessionOptions> = {}, outlet = new Outlet()) {
    const opened = await this.delivery.open(who, { transport: 'test', ...options }, outlet);
    opened.start();
    await this.house.settle();
    return { session: opened.session as Session, result: opened.result, outlet };
  }

  async send(who: Principal, fields: object): Promise<SendAnswer> {
    const answer = await this.sending.send(who, message(fields));
    await this.house.settle();
    return answer;
  }
}
