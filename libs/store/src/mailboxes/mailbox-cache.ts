import type { Mailbox } from '@vestnik/core';

/**
 * The mailboxes that were looked at last. Two generations: when the younger is full it becomes the older, and
 * what nobody asked for since is let go.
 */
export class MailboxCache {
  private young = new Map<string, Mailbox>();
  private old = new Map<string, Mailbox>();

  constructor(private readonly generationSize = 200_000) {}

  get(tenantId: number, kind: Mailbox['kind'], name: string): Mailbox | undefined {
    const key = keyOf(tenantId, kind, name);
    const mailbox = this.young.get(key);
    if (mailbox !== undefined) return mailbox;
    const older = this.old.get(key);
    if (older !== undefined) this.set(older);
    return older;
  }

  set(mailbox: Mailbox): void {
    if (this.young.size >= this.generationSize) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(keyOf(mailbox.tenantId, mailbox.kind, mailbox.name), mailbox);
  }

  delete(tenantId: number, kind: Mailbox['kind'], name: string): void {
    const key = keyOf(tenantId, kind, name);
    this.young.delete(key);
    this.old.delete(key);
  }

  clear(): void {
    this.young = new Map();
    this.old = new Map();
  }
}

function keyOf(tenantId: number, kind: Mailbox['kind'], name: string): string {
  return `${tenantId} ${kind} ${name}`;
}
