import type { ClientRecord, Mailboxes, Subscription } from '@vestnik/core';
import { LIMITS } from '@vestnik/protocol';
import type { ManagedLog } from '../ports.js';
import type { Behind } from './client-answer.js';

/** Counts what waits for a client in its own mailbox, in everyone's and in its topics', up to the end of the log as it is now. */
export async function countBehind(record: ClientRecord, topics: readonly Subscription[], mailboxes: Mailboxes, log: ManagedLog): Promise<Behind> {
  const { tenantId, id, since, devices } = record;
  const [everyone] = await mailboxes.find(tenantId, 'everyone', ['']);
  const read = [{ id, since: 0 }, ...(everyone === undefined ? [] : [{ id: everyone.id, since }])];
  const upTo = await log.head(tenantId);
  const counted = new Map<number, Promise<number>>();
  const count = (after: number): Promise<number> => {
    const found = counted.get(after) ?? log.countWaiting({ tenantId, clientId: id, mailboxes: read, topics, after, upTo }, LIMITS.missedCounted);
    counted.set(after, found);
    return found;
  };
  return {
    devices: await Promise.all(devices.map(({ acknowledged }) => count(acknowledged))),
    client: await count(devices.reduce((furthest, { acknowledged }) => Math.max(furthest, acknowledged), 0)),
  };
}
