import type { FoundClient, SessionSummary } from '@vestnik/core';
import { formatAddress } from '@vestnik/protocol';
import { timeOf } from '../http/page.js';
import type { BrowsedClientAnswer } from './client-calls.js';

/** A client as the list over all tenants shows it. @param place its tenant and the name of this installation */
export function browsedClientOf(
  client: FoundClient,
  sessions: readonly SessionSummary[],
  place: { readonly tenant: string; readonly installation: string },
  dropped: { readonly at: number; readonly reason: string } | undefined,
): BrowsedClientAnswer {
  const present = sessions.filter(({ transport }) => transport !== 'webhook');
  return {
    tenant: place.tenant,
    client: client.name,
    address: formatAddress({ kind: 'client', name: client.name }, place.tenant, [place.installation]),
    ...(client.title === undefined ? {} : { title: client.title }),
    online: present.length > 0,
    sessions: sessions.length,
    transports: distinct(sessions.map(({ transport }) => transport)),
    apps: distinct(sessions.flatMap(({ app }) => (app === undefined ? [] : [app]))),
    ...(client.waiting === undefined ? {} : { waiting: client.waiting }),
    ...(client.oldestWaitingAt === undefined ? {} : { oldestWaitingAt: timeOf(client.oldestWaitingAt) }),
    ...(client.seenAt === undefined ? {} : { seenAt: timeOf(client.seenAt) }),
    ...(dropped === undefined ? {} : { dropped: { at: timeOf(dropped.at), reason: dropped.reason } }),
    ...(client.webhook === undefined ? {} : { webhook: client.webhook }),
    createdAt: timeOf(client.createdAt),
  };
}

function distinct(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}
