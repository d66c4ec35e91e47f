import { formatAddress, type HistoryResult, historySchema, invalid, LIMITS, Problem, parseAddress, parseWith, RawJson } from '@vestnik/protocol';
import { requireScope } from '../access/principal.js';
import type { Tenants } from '../access/tenants.js';
import type { Caller } from '../delivery/caller.js';
import type { Epochs } from '../delivery/epochs.js';
import { messageParams } from '../delivery/push.js';
import type { HistoryPart, HistoryStore } from '../ports/history.js';
import type { Mailbox, Mailboxes } from '../ports/mailboxes.js';
import type { MessageLog } from '../ports/message-log.js';
import type { Subscriptions } from '../ports/subscriptions.js';
import type { Tenant } from '../ports/tenant.js';

export interface HistoryParts {
  readonly installation: string;
  readonly messageLog: HistoryStore & Pick<MessageLog, 'droppedUpTo'>;
  readonly mailboxes: Mailboxes;
  readonly subscriptions: Pick<Subscriptions, 'ofClient'>;
  readonly tenants: Tenants;
  readonly epochs: Epochs;
}

/** What is answered: {@link HistoryResult}, with messages as the JSON text that their data was sent as. */
export interface WrittenHistory extends Omit<HistoryResult, 'messages'> {
  readonly messages: readonly RawJson[];
}

/** What a client received and sent, as far as it is kept. */
export class History {
  constructor(private readonly parts: HistoryParts) {}

  /**
   * `history`: newest first, with `after` oldest first; up to 1,000 messages or about 1 MiB. `position` of a message is its
   * place in this history: as `before` or `after` it goes on exactly there.
   *
   * @throws Problem `scope-missing`, `request-invalid`, `address-invalid`, `installation-unknown`, `position-invalid`;
   *   `position-expired`, with the `first` position that is whole, where what lay beside the given one is not kept any more
   */
  async list({ principal }: Pick<Caller, 'principal'>, params: unknown): Promise<WrittenHistory> {
    requireScope(principal, 'history');
    const asked = parseWith(historySchema, params, 'request-invalid');
    const { mailboxes, messageLog, epochs } = this.parts;
    const tenant = this.parts.tenants.byId(principal.tenant.id) ?? principal.tenant;
    const part = await this.partOf(tenant, asked.with, asked.topic);
    const before = this.place(asked.before, 'before');
    const after = this.place(asked.after, 'after');
    const [[own], [everyone]] = await Promise.all([mailboxes.find(tenant.id, 'client', [principal.client]), mailboxes.find(tenant.id, 'everyone', [''])]);
    // Nobody has sent it anything, and it has sent nothing.
    if (own === undefined || everyone === undefined) return { messages: [], more: false };
    if (before !== undefined || after !== undefined) this.refuseExpired(before, after, await this.floor(own, everyone.id, part));
    const { items, more } = await messageLog.history({
      tenantId: tenant.id,
      clientId: own.id,
      everyoneId: everyone.id,
      since: own.since,
      part,
      before: before?.position,
      after: after?.position,
      order: after === undefined ? 'newest-first' : 'oldest-first',
      limit: asked.limit ?? LIMITS.pageItemsDefault,
    });
    const messages = items.map(
      ({ place, entry }) => new RawJson(messageParams(entry.message, entry.to, { position: epochs.format(place), expiresAt: entry.expiresAt })),
    );
    return { messages, more };
  }

  /** Where nobody is known by the name, or no tenant, there is nothing: nobody is told which. */
  private async partOf(own: Tenant, partner: string | undefined, topic: string | undefined): Promise<HistoryPart> {
    if (partner === undefined) return topic === undefined ? { kind: 'all' } : { kind: 'topic', pattern: topic };
    if (topic !== undefined) throw invalid('request-invalid', 'topic', 'either with a client, or of a topic');
    const { addressee, tenant: name = own.name, path } = parseAddress(partner, 'with');
    if (addressee.kind !== 'client') throw invalid('address-invalid', 'with', 'the address of a client: neither of a session, nor of a topic, nor *');
    const { installation, tenants, mailboxes } = this.parts;
    const isHere = path.length === 0 || (path.length === 1 && path[0] === installation);
    const address = formatAddress(addressee, name, isHere ? [installation] : path);
    const tenant = isHere ? tenants.get(name) : undefined;
    const [mailbox] = tenant === undefined ? [] : await mailboxes.find(tenant.id, 'client', [addressee.name]);
    return { kind: 'partner', address, mailboxId: mailbox?.id };
  }

  private place(text: string | undefined, path: string): Place | undefined {
    return text === undefined ? undefined : this.parts.epochs.read(text, path);
  }

  /** Up to where entries were dropped of what is asked for. */
  private async floor(own: Mailbox, everyoneId: number, part: HistoryPart): Promise<number> {
    const { messageLog, subscriptions } = this.parts;
    const topics =
      part.kind === 'topic' ? [{ pattern: part.pattern, since: 0 }] : part.kind === 'all' ? await subscriptions.ofClient(own.tenantId, own.id) : [];
    const ids = part.kind === 'topic' ? [] : part.kind === 'partner' ? [own.id] : [own.id, everyoneId];
    return messageLog.droppedUpTo(own.tenantId, ids, topics);
  }

  /** Before a place: all that would be given is gone. After it: the first of that may be. */
  private refuseExpired(before: Place | undefined, after: Place | undefined, floor: number): void {
    const path =
      after !== undefined && (after.lost || after.position < floor)
        ? 'after'
        : before !== undefined && (before.lost || before.position <= floor)
          ? 'before'
          : undefined;
    if (path === undefined) return;
    throw new Problem('position-expired', `${path}: the log no longer reaches back to this position`, { first: this.parts.epochs.format(floor) });
  }
}

interface Place {
  readonly position: number;
  readonly lost: boolean;
}
