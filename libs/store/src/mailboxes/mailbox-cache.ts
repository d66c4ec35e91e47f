import type { Mailbox } from '@vestnik/core';

/**
 * The mailboxes that were looked at last. Two generations: when the younger is full it becomes the older, and
 * what nobody asked for since is let go.
 */
export class MailboxCache {
  private young = new Generation();
  private old = new Generation();

  constructor(private readonly generationSize = 200_000) {}

  get(tenantId: number, kind: Mailbox['kind'], name: string): Mailbox | undefined {
    const mailbox = this.young.of(tenantId, kind)?.get(name);
    if (mailbox !== undefined) return mailbox;
    const older = this.old.of(tenantId, kind)?.get(name);
    if (older !== undefined) this.set(older);
    return older;
  }

  set(mailbox: Mailbox): void {
    if (this.young.size >= this.generationSize) {
      this.old = this.young;
      this.young = new Generation();
    }
    this.young.set(mailbox);
  }

  delete(tenantId: number, kind: Mailbox['kind'], name: string): void {
    this.young.of(tenantId, kind)?.delete(name);
    this.old.of(tenantId, kind)?.delete(name);
  }

  clear(): void {
    this.young = new Generation();
    this.old = new Generation();
  }
}

const KINDS: Readonly<Record<Mailbox['kind'], number>> = { client: 0, topic: 1, everyone: 2 };

/** By tenant and kind, then by name: the names themselves are the keys, so that nothing is put together to look one up. */
class Generation {
  size = 0;
  private readonly places = new Map<number, Map<string, Mailbox>>();

  of(tenantId: number, kind: Mailbox['kind']): Map<string, Mailbox> | undefined {
    return this.places.get(tenantId * 3 + KINDS[kind]);
  }

  set(mailbox: Mailbox): void {
    let place = this.of(mailbox.tenantId, mailbox.kind);
    if (place === undefined) {
      place = new Map();
      this.places.set(mailbox.tenantId * 3 + KINDS[mailbox.kind], place);
    }
    place.set(mailbox.name, mailbox);
    this.size++;
  }
}
