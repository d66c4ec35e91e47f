import { randomBytes } from 'node:crypto';
import {
  ManualClock,
  MemoryBase,
  MemoryMailboxes,
  MemoryMessageLog,
  MemoryOutgoing,
  MemorySubscriptions,
  MemoryTenantDirectory,
  MemoryWebhooks,
} from '@vestnik/core/memory';
import { uuidv7Maker } from '@vestnik/protocol';
import { describeMailboxes, describeMessageLog, describeOutgoing, describeTenantDirectory, describeWebhooks } from './describe-store.js';
import type { StoreUnderTest } from './stage.js';

async function makeStore(): Promise<StoreUnderTest> {
  const clock = new ManualClock();
  const base = new MemoryBase({ installation: 'hq', now: clock.now, newId: uuidv7Maker(clock.now, (bytes) => void bytes.set(randomBytes(bytes.length))) });
  return {
    installation: 'hq',
    tenants: new MemoryTenantDirectory(base),
    mailboxes: new MemoryMailboxes(base),
    log: new MemoryMessageLog(base),
    otherNode: new MemoryMessageLog(base),
    subscriptions: new MemorySubscriptions(base),
    webhooks: new MemoryWebhooks(base),
    outgoing: new MemoryOutgoing(base),
    stage: async (tenant, client, texts) => new MemoryOutgoing(base).stage(tenant.id, client, texts),
    passTime: async (ms) => clock.advance(ms),
    hold: async (tenantId) => {
      const release = base.hold(tenantId);
      return async () => release();
    },
    close: async () => {},
  };
}

describeTenantDirectory('in memory', makeStore);
describeWebhooks('in memory', makeStore);
describeMailboxes('in memory', makeStore);
describeMessageLog('in memory', makeStore, 100);
describeOutgoing('in memory', makeStore);
