import { Problem } from '@vestnik/protocol';
import { requireScope } from '../access/principal.js';
import type { Mailbox, Mailboxes } from '../ports/mailboxes.js';
import type { MessageEntry, MessageLog } from '../ports/message-log.js';
import type { Subscriptions } from '../ports/subscriptions.js';
import type { Caller } from './caller.js';
import type { Delivery } from './delivery.js';

export interface ClientMethodParts {
  readonly delivery: Delivery;
  readonly messageLog: MessageLog;
  readonly mailboxes: Mailboxes;
  readonly subscriptions: Pick<Subscriptions, 'ofClient'>;
}

/** What a client says of its messages where it has no session: by HTTP, for a device, from what the store knows. */
export class ClientMethods {
  constructor(private readonly parts: ClientMethodParts) {}

  /**
   * All up to a position was received and stored by the client; on disk when it resolves. A position beyond what the
   * device was handed counts as that furthest place.
   *
   * @throws Problem `scope-missing`, `position-invalid`
   */
  async ack({ principal, device }: Caller, text: string): Promise<void> {
    requireScope(principal, 'receive');
    const { delivery, messageLog, mailboxes } = this.parts;
    const { position, lost } = await delivery.readPosition(text);
    const [own] = await mailboxes.find(principal.tenant.id, 'client', [principal.client]);
    if (lost || own === undefined) return;
    const opened = await messageLog.openCursor(own.tenantId, own.id, device);
    if (position <= opened.acknowledged) return;
    const cursor = delivery.cursors.use(own.tenantId, own.id, device, opened);
    try {
      // What was handed over here a moment ago may not be on disk yet.
      delivery.cursors.acknowledge(cursor, Math.min(position, Math.max(opened.delivered, cursor.delivered)));
      await delivery.cursors.flushed();
    } finally {
      delivery.cursors.release(cursor);
    }
  }

  /** @throws Problem `not-found` where this client was sent none of these */
  async read(caller: Caller, ids: readonly string[]): Promise<void> {
    const { entries } = await this.settle(caller, ids, 'read');
    if (entries.length === 0)
      throw new Problem('not-found', 'ids: this client was sent none of these messages', {
        errors: [{ path: 'ids', message: 'none was sent to this client' }],
      });
  }

  /** @throws Problem `not-found` where this client was sent no such message */
  async refuse(caller: Caller, id: string, reason: string): Promise<void> {
    const {
      own,
      entries: [entry],
    } = await this.settle(caller, [id], 'refused', reason);
    if (own === undefined || entry === undefined)
      throw new Problem('not-found', 'id: this client was sent no such message', { errors: [{ path: 'id', message: 'was not sent to this client' }] });
    await this.passRefused(caller, own, entry.position);
  }

  /** The cursor passes what was refused where all before it is acknowledged. */
  private async passRefused({ device }: Caller, own: Mailbox, position: number): Promise<void> {
    const { delivery, messageLog } = this.parts;
    const opened = await messageLog.openCursor(own.tenantId, own.id, device);
    if (position <= opened.acknowledged || position > opened.delivered) return;
    const { entries } = await messageLog.replay({
      tenantId: own.tenantId,
      clientId: own.id,
      mailboxes: await delivery.mailboxesOf(own),
      topics: await this.parts.subscriptions.ofClient(own.tenantId, own.id, opened.acknowledged),
      after: opened.acknowledged,
      upTo: position,
      limit: 1,
    });
    if (entries.length > 0) return;
    const cursor = delivery.cursors.use(own.tenantId, own.id, device, opened);
    delivery.cursors.acknowledge(cursor, position);
    delivery.cursors.release(cursor);
  }

  private async settle(
    { principal, device }: Caller,
    ids: readonly string[],
    state: 'read' | 'refused',
    reason?: string,
  ): Promise<{ own?: Mailbox; entries: MessageEntry[] }> {
    requireScope(principal, 'receive');
    const { delivery, mailboxes } = this.parts;
    const [own] = await mailboxes.find(principal.tenant.id, 'client', [principal.client]);
    if (own === undefined) return { entries: [] };
    const settler = { mailbox: own, mailboxes: await delivery.mailboxesOf(own), device };
    return { own, entries: await delivery.settle(settler, ids, state, reason) };
  }
}
