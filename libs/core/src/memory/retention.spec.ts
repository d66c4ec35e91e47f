import { describe, expect, it } from 'vitest';
import type { MessageEntry } from '../ports/message-log.js';
import { TENANT_DEFAULTS } from '../ports/tenant.js';
import { ManualClock } from './manual-clock.js';
import { MemoryBase } from './memory-base.js';
import { MemoryMailboxes } from './memory-mailboxes.js';
import { MemoryMessageLog } from './memory-message-log.js';
import { MemorySubscriptions } from './memory-subscriptions.js';
import { MemoryTenantDirectory } from './memory-tenant-directory.js';
import { dropBefore } from './retention.js';

describe('retention in memory', () => {
  it('lets go of what has ended or expired, keeps what somebody may still get, and tells where a mailbox has lost entries', async () => {
    const clock = new ManualClock();
    let ids = 0;
    const base = new MemoryBase({ installation: 'hq', now: clock.now, newId: () => `own-${++ids}` });
    const log = new MemoryMessageLog(base);
    const tenant = await new MemoryTenantDirectory(base).create('sales', undefined, TENANT_DEFAULTS);
    const [anna] = (await new MemoryMailboxes(base).ensure(tenant.id, 'client', ['anna'])).map(({ mailbox }) => mailbox);
    if (anna === undefined) throw new Error('no client was made');
    const send = async (ttl: number): Promise<MessageEntry> => {
      const message = { id: `m-${++ids}`, tenantId: tenant.id, senderId: anna.id, from: 'anna@sales.hq', type: 'test', data: '1', receipt: false };
      const destination = { tenantId: tenant.id, mailboxId: anna.id, to: 'anna@sales.hq', ttl, ttlIsDefault: false };
      const [appended] = await log.append([{ message, destinations: [destination] }]);
      if (appended?.kind !== 'appended') throw new Error('it was not appended');
      return appended.entries[0] as MessageEntry;
    };
    const [expired, waiting] = [await send(10), await send(1_000)];
    clock.advance(20_000);
    const young = await send(10);
    dropBefore(base, clock.now() - 1);
    expect(await log.tail(tenant.id, 0, 10)).toEqual([waiting, young]);
    expect(await log.droppedUpTo(tenant.id, [anna.id])).toBe(expired.position);
    expect(await log.outcome(tenant.id, expired.message.id)).toBeUndefined();
    expect((await log.outcome(tenant.id, waiting.message.id))?.recipients).toMatchObject([{ state: 'queued' }]);
    // New entries go on where the log was.
    expect((await send(10)).previous).toBe(young.position);
  });
});

describe('retention of subscriptions', () => {
  it('tells of no gap where only their entries went', async () => {
    const clock = new ManualClock();
    const base = new MemoryBase({ installation: 'hq', now: clock.now, newId: () => 'id' });
    const tenant = await new MemoryTenantDirectory(base).create('sales', undefined, TENANT_DEFAULTS);
    const [made] = await new MemoryMailboxes(base).ensure(tenant.id, 'client', ['boris']);
    const id = made?.mailbox.id ?? 0;
    await new MemorySubscriptions(base).subscribe(tenant.id, id, 'a', 10);
    clock.advance(20_000);
    dropBefore(base, clock.now() - 1);
    const log = new MemoryMessageLog(base);
    expect(await log.tail(tenant.id, 0, 10)).toEqual([]);
    expect(await log.droppedUpTo(tenant.id, [id])).toBe(0);
  });
});

describe('holding operations back', () => {
  it('lets a simulation fail or delay any operation of the log', async () => {
    const clock = new ManualClock();
    const asked: string[] = [];
    const gate = async (operation: string) => {
      asked.push(operation);
      if (operation === 'append') throw new Error('the store is away');
    };
    const base = new MemoryBase({ installation: 'hq', now: clock.now, newId: () => 'id', gate });
    const log = new MemoryMessageLog(base);
    await expect(log.append([])).rejects.toThrow('the store is away');
    expect(await log.head(1)).toBe(0);
    expect(asked).toEqual(['append', 'heads']);
  });
});
