import { type OutgoingMessage, Problem, parseAddress } from '@vestnik/protocol';
import type { Principal } from '../access/principal.js';
import type { Tenants } from '../access/tenants.js';
import type { Log } from '../ports/log.js';
import type { Mailboxes } from '../ports/mailboxes.js';
import type { DueSend, MessageLog } from '../ports/message-log.js';
import { TENANT_DEFAULTS } from '../ports/tenant.js';
import type { Intake } from './intake.js';
import { destinationOf, forwardsOf, type Resolved, type Resolver, refusal } from './resolve.js';

const PAGE = 200;

/** Moves what waited for its time into the log: it is checked again and takes its position when it is due. */
export class Scheduled {
  constructor(
    private readonly log: Pick<MessageLog, 'due' | 'countUnacknowledged'>,
    private readonly resolver: Resolver,
    private readonly tenants: Tenants,
    private readonly mailboxes: Mailboxes,
    private readonly intake: Intake,
    private readonly output: Log,
  ) {}

  /** @returns when the next one is due; milliseconds since 1970 */
  async enterDue(): Promise<number | undefined> {
    for (;;) {
      const { sends, nextDueAt } = await this.log.due(PAGE);
      const failure = await this.enter(sends);
      if (failure !== undefined) {
        this.output.warn('a scheduled message could not enter the log; it is tried again', { error: failure });
        return nextDueAt;
      }
      if (sends.length < PAGE) return nextDueAt;
    }
  }

  /** Lets them in in the order in which they became due; none overtakes one that could not be looked at. @returns what went wrong */
  private async enter(sends: readonly DueSend[]): Promise<unknown> {
    const looked = await Promise.allSettled(sends.map((send) => this.resolve(send)));
    const first = looked.findIndex((result) => result.status === 'rejected');
    const ready = (first < 0 ? looked : looked.slice(0, first)).flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const waiting = await this.countWaiting(ready.flat());
    const appends: Promise<unknown>[] = [];
    ready.forEach((resolved, at) => {
      const send = sends[at] as DueSend;
      // A tenant that is gone takes its messages along.
      if (this.tenants.byId(send.message.tenantId) === undefined) return;
      appends.push(
        this.append(
          send,
          resolved.map((one) => unlessFull(one, waiting)),
        ),
      );
    });
    const entered = [...(await Promise.allSettled(appends)), ...looked.slice(first < 0 ? looked.length : first)];
    return entered.find((result) => result.status === 'rejected')?.reason as unknown;
  }

  private async resolve({ message, to }: DueSend): Promise<Resolved[]> {
    const tenant = this.tenants.byId(message.tenantId);
    if (tenant === undefined) return [];
    const sender = await this.mailboxes.byId(message.senderId);
    // Whoever might send it when it was accepted may still; whether the receiver accepts it is asked anew.
    const principal: Principal = { kind: 'key', tenant, client: sender?.name ?? '', scopes: new Set(['send', 'broadcast']) };
    return Promise.all(to.map((address) => this.resolver.resolve(principal, parseAddress(address))));
  }

  /** How many messages wait for each client. */
  private async countWaiting(resolved: readonly Resolved[]): Promise<Map<number, number>> {
    const direct = resolved.filter(isDirect);
    if (direct.length === 0) return new Map();
    const limit = Math.max(...direct.map(({ tenant }) => tenant.settings.maxInbox));
    return this.log.countUnacknowledged([...new Set(direct.map(({ mailbox }) => mailbox.id))], limit);
  }

  private append({ message, ttl, retain }: DueSend, resolved: readonly Resolved[]): Promise<unknown> {
    const reached = resolved.filter((one) => one.kind === 'mailbox');
    const elsewhere = resolved.filter((one) => one.kind === 'remote');
    const ownTtl = this.tenants.byId(message.tenantId)?.settings.ttl ?? TENANT_DEFAULTS.ttl;
    const refused = resolved.filter((one) => one.kind === 'refused').map(refusal);
    const outgoing: Pick<OutgoingMessage, 'ttl'> = { ttl };
    return this.intake.append({
      message,
      destinations: reached.map((one) => destinationOf(one, outgoing)),
      forwards: elsewhere.length === 0 ? undefined : forwardsOf(elsewhere, ttl ?? ownTtl),
      refused: refused.length === 0 ? undefined : JSON.stringify(refused),
      entering: true,
      retain,
    });
  }
}

type Direct = Extract<Resolved, { kind: 'mailbox' }>;

function isDirect(one: Resolved): one is Direct {
  return one.kind === 'mailbox' && one.mailbox.kind === 'client';
}

/** @param waiting how many messages wait for each client; one more with each that is taken */
function unlessFull(one: Resolved, waiting: Map<number, number>): Resolved {
  if (!isDirect(one)) return one;
  const { maxInbox } = one.tenant.settings;
  const count = waiting.get(one.mailbox.id) ?? 0;
  if (count >= maxInbox) {
    return { kind: 'refused', address: one.address, problem: new Problem('inbox-full', `the recipient has ${maxInbox} messages that it has not acknowledged`) };
  }
  waiting.set(one.mailbox.id, count + 1);
  return one;
}
