import type { Outgoing, StagedMessage, StagedTenant } from '../ports/outgoing.js';
import type { MemoryBase } from './memory-base.js';

/** The stage in memory: others' transactions are single calls that have committed when they return. */
export class MemoryOutgoing implements Outgoing {
  private wake: (() => void) | undefined;

  constructor(private readonly base: MemoryBase) {}

  /** As `vestnik.send`: several in one go are one transaction. @returns the ids of the messages */
  stage(tenantId: number, client: string, texts: readonly string[], broadcast = false): string[] {
    const ids = texts.map((text) => {
      const message: StagedMessage = { number: this.base.nextId(), id: this.base.options.newId(), tenantId, client, broadcast, text };
      this.base.outgoing.set(message.number, message);
      return message.id;
    });
    for (const wake of this.base.onStaged) wake();
    return ids;
  }

  async start(wake: () => void): Promise<void> {
    this.wake = wake;
    this.base.onStaged.add(wake);
    wake();
  }

  async tenants(): Promise<StagedTenant[]> {
    await this.base.enter('outgoing');
    const last = new Map<number, number>();
    for (const { tenantId, number } of this.base.outgoing.values()) last.set(tenantId, number);
    return [...last].map(([tenantId, upTo]) => ({ tenantId, upTo }));
  }

  async page(tenantId: number, after: number, upTo: number, limit: number): Promise<StagedMessage[]> {
    await this.base.enter('outgoing');
    return [...this.base.outgoing.values()].filter((one) => one.tenantId === tenantId && one.number > after && one.number <= upTo).slice(0, limit);
  }

  async discard(_tenantId: number, number: number): Promise<void> {
    this.base.outgoing.delete(number);
  }

  async close(): Promise<void> {
    if (this.wake !== undefined) this.base.onStaged.delete(this.wake);
  }
}
