import { type Address, formatAddress, isReserved, type OutgoingMessage, Problem, parseAddress } from '@vestnik/protocol';
import type { Clock } from '../ports/clock.js';
import type { LinkEntry, LinkMessage, ReceivedWork, StateHome } from '../ports/link-log.js';
import type { Remote } from '../ports/links.js';
import type { Append, MessageLog } from '../ports/message-log.js';
import { Inboxes } from './inboxes.js';
import { destinationOf, type Resolved, type Resolver } from './resolve.js';

export interface ReceivingParts {
  readonly resolver: Pick<Resolver, 'resolveForeign'>;
  readonly log: Pick<MessageLog, 'countUnacknowledged'>;
  readonly clock: Clock;
}

/** A message whose id says that it was made so far ahead of now was not made by a clock. */
const AHEAD_MS = 24 * 3600 * 1000;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * Judges what other installations send: where it goes here, and what is refused.
 *
 * What cannot be taken is told to where it came from, and never in the way of what comes after it.
 */
export class Receiving {
  private readonly inboxes: Inboxes;

  constructor(private readonly parts: ReceivingParts) {
    this.inboxes = new Inboxes(parts.log, parts.clock);
  }

  /**
   * @param first the number of the first entry
   * @param redelivered whether they were here before, and were lost
   */
  async judge(remote: Remote, first: number, entries: readonly LinkEntry[], redelivered: boolean): Promise<ReceivedWork[]> {
    const works = await Promise.all(
      entries.map((entry, at): Promise<ReceivedWork> | ReceivedWork => {
        const number = first + at;
        switch (entry.kind) {
          case 'message':
            return this.message(remote, number, entry, redelivered);
          case 'states':
            return { number, home: entry.states };
          case 'withdraw':
            return { number, withdraw: entry.id };
          default:
            return { number };
        }
      }),
    );
    for (const { append } of works) for (const { mailboxId } of append?.destinations ?? []) this.inboxes.added(mailboxId);
    return works;
  }

  private async message(remote: Remote, number: number, message: LinkMessage, redelivered: boolean): Promise<ReceivedWork> {
    const now = this.parts.clock.now();
    const states: StateHome[] = [];
    const refuse = (to: string, slug: string) => states.push({ id: message.id, to, state: 'refused', at: now, reason: slug });
    const from = senderOf(message.from, remote);
    if (from === undefined || !isPlausible(message.id, now)) {
      for (const to of message.to) refuse(to, 'message-invalid');
      return { number, states };
    }
    const reached: Extract<Resolved, { kind: 'mailbox' }>[] = [];
    for (const to of message.to) {
      const one = await this.recipient(from, to, message);
      if (one instanceof Problem) refuse(to, one.slug);
      else if (!reached.some(({ mailbox }) => mailbox.id === one.mailbox.id)) reached.push(one);
    }
    if (reached.length === 0) return { number, states };
    const direct = reached.some(({ mailbox }) => mailbox.kind === 'client');
    const append: Append = {
      message: {
        id: message.id,
        tenantId: 0,
        senderId: 0,
        from,
        type: message.type,
        data: message.data,
        // Whose key it is: all senders from elsewhere are one to the log.
        collapseKey: message.collapseKey === undefined ? undefined : `${from} ${message.collapseKey}`,
        correlationId: message.correlationId,
        contentType: message.contentType,
        traceparent: message.traceparent,
        // What becomes of it is told there, where it is known whether anybody wants to hear of it.
        receipt: direct,
        ...{ sentAt: Math.min(message.sentAt, now) },
      },
      destinations: reached.map((one) => destinationOf(one, ttlOf(message, one))),
      origin: remote.id,
      retain: message.retain,
      redelivered: redelivered ? true : undefined,
    };
    return { number, append, states: states.length === 0 ? undefined : states };
  }

  private async recipient(from: string, to: string, message: LinkMessage): Promise<Extract<Resolved, { kind: 'mailbox' }> | Problem> {
    const address = readWire(to);
    if (address === undefined || address.addressee.kind === 'session') return new Problem('address-invalid', 'it is no address of this installation');
    const one = await this.parts.resolver.resolveForeign(from, address);
    if (one.kind === 'refused') return one.problem;
    if (one.kind === 'remote') return new Problem('address-invalid', 'it is no address of this installation');
    const { maxDataBytes, maxInbox } = one.tenant.settings;
    if (message.data.length * 3 > maxDataBytes && Buffer.byteLength(message.data) > maxDataBytes) {
      return new Problem('data-too-large', 'the data is larger than the tenant allows');
    }
    if (one.mailbox.kind === 'client' && (await this.inboxes.isFull(one.mailbox.id, maxInbox))) {
      return new Problem('inbox-full', 'the recipient has too many messages that it has not acknowledged');
    }
    return one;
  }
}

/** Whole address of a sender elsewhere, in the names of this installation; undefined where it is none of a client. */
export function senderOf(wire: string, remote: Pick<Remote, 'path'>): string | undefined {
  const address = readWire(wire);
  if (address === undefined || address.addressee.kind !== 'client' || isReserved(address.addressee.name)) return undefined;
  return formatAddress(address.addressee, address.tenant ?? '', remote.path);
}

/** An address as it stands on the wire: with its tenant, and without any installation. */
export function readWire(text: string): (Address & { readonly tenant: string }) | undefined {
  try {
    const address = parseAddress(text);
    return address.tenant === undefined || address.path.length > 0 ? undefined : { ...address, tenant: address.tenant };
  } catch {
    return undefined;
  }
}

/** A tenant keeps nothing longer than it allows its own senders. */
function ttlOf({ ttl }: LinkMessage, { tenant }: Extract<Resolved, { kind: 'mailbox' }>): Pick<OutgoingMessage, 'ttl'> {
  return { ttl: Math.min(ttl, tenant.settings.ttlMax) };
}

function isPlausible(id: string, now: number): boolean {
  return UUID_V7.test(id) && Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) < now + AHEAD_MS;
}
