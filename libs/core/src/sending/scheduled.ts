import { type OutgoingMessage, parseAddress } from '@vestnik/protocol';
import type { Principal } from '../access/principal.js';
import type { Tenants } from '../access/tenants.js';
import type { Log } from '../ports/log.js';
import type { Mailboxes } from '../ports/mailboxes.js';
import type { DueSend, MessageLog } from '../ports/message-log.js';
import type { Intake } from './intake.js';
import { destinationOf, type Resolver, refusal } from './resolve.js';

const PAGE = 200;

/** Moves what waited for its time into the log: it is checked again and takes its position when it is due. */
export class Scheduled {
  constructor(
    private readonly log: Pick<MessageLog, 'due'>,
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
      const entered = await Promise.allSettled(sends.map((send) => this.enter(send)));
      const failed = entered.find((result) => result.status === 'rejected');
      if (failed !== undefined) {
        this.output.warn('a scheduled message could not enter the log; it is tried again', { error: failed.reason });
        return nextDueAt;
      }
      if (sends.length < PAGE) return nextDueAt;
    }
  }

  private async enter({ message, to, ttl }: DueSend): Promise<void> {
    const tenant = this.tenants.byId(message.tenantId);
    if (tenant === undefined) return;
    const sender = await this.mailboxes.byId(message.senderId);
    // Whoever might send it when it was accepted may still; whether the receiver accepts it is asked anew.
    const principal: Principal = { kind: 'key', tenant, client: sender?.name ?? '', scopes: new Set(['send', 'broadcast']) };
    const resolved = await Promise.all(to.map((address) => this.resolver.resolve(principal, parseAddress(address))));
    const reached = resolved.filter((one) => one.kind === 'mailbox');
    const refused = resolved.filter((one) => one.kind === 'refused').map(refusal);
    const outgoing: Pick<OutgoingMessage, 'ttl'> = { ttl };
    await this.intake.append({
      message,
      destinations: reached.map((one) => destinationOf(one, outgoing)),
      refused: refused.length === 0 ? undefined : JSON.stringify(refused),
      entering: true,
    });
  }
}
