import { randomBytes } from 'node:crypto';
import {
  ManualClock,
  MemoryBase,
  MemoryLinkDirectory,
  MemoryLinkLog,
  MemoryMailboxes,
  MemoryMessageLog,
  MemoryOutgoing,
  MemorySubscriptions,
  MemoryTenantDirectory,
  MemoryTransit,
  MemoryWebhooks,
} from '@vestnik/core/memory';
import { uuidv7Maker } from '@vestnik/protocol';
import {
  describeLinkDirectory,
  describeLinkLog,
  describeMailboxes,
  describeMessageLog,
  describeOutgoing,
  describeTenantDirectory,
  describeTransit,
  describeWebhooks,
} from './describe-store.js';
import type { StoreUnderTest } from './stage.js';
import { SMALL_TRANSIT } from './transit.js';

async function makeStore(): Promise<StoreUnderTest> {
  const clock = new ManualClock();
  const base = new MemoryBase({ installation: 'hq', now: clock.now, newId: uuidv7Maker(clock.now, (bytes) => void bytes.set(randomBytes(bytes.length))) });
  const links = new MemoryLinkDirectory(base);
  const transit = new MemoryTransit(base, links, SMALL_TRANSIT);
  return {
    installation: 'hq',
    tenants: new MemoryTenantDirectory(base),
    mailboxes: new MemoryMailboxes(base),
    log: new MemoryMessageLog(base),
    otherNode: new MemoryMessageLog(base),
    subscriptions: new MemorySubscriptions(base),
    webhooks: new MemoryWebhooks(base),
    links,
    linkLog: new MemoryLinkLog(base),
    transit,
    otherTransit: transit,
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
describeLinkDirectory('in memory', makeStore);
describeLinkLog('in memory', makeStore);
describeTransit('in memory', makeStore);
describeMailboxes('in memory', makeStore);
describeMessageLog('in memory', makeStore, 100);
describeOutgoing('in memory', makeStore);
