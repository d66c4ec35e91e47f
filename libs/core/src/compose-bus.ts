import { Remotes } from './access/remotes.js';
import type { Tenants } from './access/tenants.js';
import { Calls } from './calling/calls.js';
import { ClientMethods } from './delivery/client-methods.js';
import { Delivery } from './delivery/delivery.js';
import { Forwarding } from './delivery/forwarding.js';
import { SessionMethods } from './delivery/methods.js';
import { History } from './history/history.js';
import { Housekeeping } from './housekeeping.js';
import { RateLimiter } from './limits/rate-limiter.js';
import { Observatory } from './observing/observatory.js';
import { Observer } from './observing/observer.js';
import type { Authenticator } from './ports/authenticator.js';
import type { Clock } from './ports/clock.js';
import { type Line, NO_LINE } from './ports/line.js';
import type { LinkLog } from './ports/link-log.js';
import type { Log } from './ports/log.js';
import type { Mailboxes } from './ports/mailboxes.js';
import type { MessageLog } from './ports/message-log.js';
import type { NodeBus } from './ports/node-bus.js';
import type { Outgoing } from './ports/outgoing.js';
import type { Subscriptions } from './ports/subscriptions.js';
import { Activity } from './presence/activity.js';
import { ClientPresence } from './presence/client-presence.js';
import { Receivers } from './presence/receivers.js';
import { SessionRegistry } from './presence/session-registry.js';
import { Intake } from './sending/intake.js';
import { MessageStates } from './sending/message-states.js';
import { Outboxes } from './sending/outboxes.js';
import { OutgoingMover } from './sending/outgoing.js';
import { Receiving } from './sending/receiving.js';
import { Resolver } from './sending/resolve.js';
import { Scheduled } from './sending/scheduled.js';
import { Sending, type SendingParts } from './sending/sending.js';
import { TransientFromRemote } from './sending/transient-from-remote.js';
import { tellElsewhere } from './sending/transient-to-remote.js';
import { Topics } from './topics/topics.js';

/** What the bus stands on: the ports, and what is told of what it does. */
export interface BusPorts {
  readonly installation: string;
  readonly messageLog: MessageLog;
  readonly mailboxes: Mailboxes;
  readonly subscriptions: Subscriptions;
  /** Where messages that were sent from SQL wait. */
  readonly outgoing?: Outgoing;
  readonly tenants: Tenants;
  /** Other installations. */
  readonly links?: { readonly remotes: Remotes; readonly log: LinkLog; readonly line: Line };
  readonly authenticator: Authenticator;
  readonly bus: NodeBus;
  readonly clock: Clock;
  readonly log: Log;
  /** Makes the words by which sessions are named: unguessable, `[A-Za-z0-9_-]`. */
  readonly newSessionId: () => string;
  /** Makes ids: UUIDv7, growing. */
  readonly newId: () => string;
  readonly pingIntervalSeconds?: number;
  /** Told of each message that was handed to a session. */
  readonly onDelivered?: () => void;
  /** Told of each message that was taken. */
  readonly onAccepted?: (durable: boolean, recipients: number) => void;
  /** Told of each send, or each recipient of it, that was refused. */
  readonly onSendRefused?: SendingParts['onRefused'];
}

export type Bus = ReturnType<typeof composeBus>;

/** Puts together what one node of the bus does, over whichever ports. Reads top to bottom. */
export function composeBus(ports: BusPorts) {
  const { installation, messageLog, mailboxes, subscriptions, tenants, authenticator, bus, clock, log, newSessionId, newId } = ports;
  const sessions = new SessionRegistry(bus, clock);
  const receivers = new Receivers();
  const { remotes = new Remotes(undefined), log: linkLog, line = NO_LINE } = ports.links ?? {};
  const resolver = new Resolver(installation, tenants, mailboxes, remotes);
  const outboxes = new Outboxes(remotes, linkLog);

  // What is seen of all that.
  const observer = new Observer(installation, mailboxes, tenants, clock);
  const observatory: Observatory = new Observatory({
    observer,
    bus,
    clock,
    newId: newSessionId,
    sessions: () => delivery.sessionCount,
    intakeWaiting: () => intake.waiting,
  });
  sessions.onChange(({ kind, summary, here }) => {
    if (here && kind !== 'changed') observer.session(kind, summary);
  });

  // Taking messages, and handing them over.
  const { pingIntervalSeconds, onDelivered, onAccepted } = ports;
  const delivery = new Delivery({
    installation,
    messageLog,
    mailboxes,
    subscriptions,
    authenticator,
    sessions,
    receivers,
    bus,
    clock,
    log,
    newSessionId,
    pingIntervalSeconds,
    observer,
    dropped: observatory.dropped,
    onDelivered,
  });
  const intake = new Intake(messageLog, delivery, clock, log);
  const sending = new Sending({
    resolver,
    mailboxes,
    tenants,
    intake,
    log: messageLog,
    sessions,
    receivers,
    bus,
    outboxes,
    tellElsewhere: (to, message) => tellElsewhere(line, to, message),
    clock,
    observer,
    newId,
    onAccepted,
    onRefused: ports.onSendRefused,
  });
  const states = new MessageStates(messageLog, mailboxes, subscriptions, delivery, clock, (position) => delivery.epochs.format(position));
  const scheduled = new Scheduled(messageLog, resolver, tenants, mailboxes, intake, log);
  const receiving = new Receiving({ resolver, log: messageLog, clock });
  new TransientFromRemote({ installation, line, resolver, mailboxes, sessions, receivers, bus, clock });
  const { outgoing } = ports;
  const mover = outgoing === undefined ? undefined : new OutgoingMover({ outgoing, sending, intake, resolver, mailboxes, tenants, clock, log, newId });

  // What else clients ask for.
  const activity = new Activity(sessions, clock);
  const calls = new Calls({ delivery, resolver, tenants, subscriptions, sessions, bus, clock, observer, newId, line });
  const topics = new Topics({ delivery, subscriptions, messageLog, mailboxes, tenants });
  const history = new History({ installation, messageLog, mailboxes, subscriptions, tenants, epochs: delivery.epochs });
  const presence = new ClientPresence({ installation, sessions, mailboxes, tenants, clock, log, bus, remotes, line });
  const clients = new ClientMethods({ delivery, messageLog, mailboxes, subscriptions });
  const limits = new RateLimiter({ tenants, clock, nodes: () => bus.others() + 1 });
  const methods = new SessionMethods({ limits, sending, clients, states, calls, activity, topics, history, presence });
  const forwarding = new Forwarding({ delivery, methods, sessions, mailboxes, authenticator, bus, clock, log });

  const housekeeping = new Housekeeping({ delivery, scheduled, tenants, messageLog, outboxes, linkLog, clock, log });
  return {
    sessions,
    receivers,
    resolver,
    remotes,
    outboxes,
    delivery,
    intake,
    sending,
    receiving,
    states,
    scheduled,
    mover,
    limits,
    observatory,
    calls,
    topics,
    history,
    presence,
    methods,
    forwarding,
    housekeeping,
  };
}
