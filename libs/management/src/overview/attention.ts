import type { BacklogSummary, DeadLettersOfTenant, ExpiringKey, StoreFigures, WebhookInTrouble } from '@vestnik/core';
import { timeOf } from '../http/page.js';
import type { ManagedLink } from '../ports.js';
import type { Attention } from './overview-calls.js';

/** A client that is so far behind, for so long, should be looked at. */
const BEHIND = 100;
const BEHIND_MS = 15 * 60_000;
/** A commit that takes so long slows down every sender. */
const COMMIT_SLOW_MS = 50;
const INTAKE_FULL = 5_000;
/** A link that waits to be confirmed, or is down, is told of after so long. */
const LINK_MS = 60_000;
const KEY_SOON_MS = 3 * 86_400_000;

export interface AttentionFacts {
  readonly now: number;
  /** Name of a tenant. */
  readonly nameOf: (tenantId: number) => string | undefined;
  readonly links: readonly ManagedLink[];
  readonly behind: BacklogSummary['furthest'];
  readonly deadLetters: readonly DeadLettersOfTenant[];
  readonly webhooks: readonly WebhookInTrouble[];
  readonly keys: readonly ExpiringKey[];
  readonly store?: StoreFigures;
  readonly intakeWaiting: number;
}

/** What somebody should look at, the most pressing first. */
export function attentionOf(facts: AttentionFacts): Attention[] {
  const found = [...ofLinks(facts), ...ofWebhooks(facts), ...ofClients(facts), ...ofDeadLetters(facts), ...ofKeys(facts), ...ofNode(facts)];
  return found.toSorted((a, b) => Number(b.severity === 'critical') - Number(a.severity === 'critical'));
}

function ofLinks({ links, now }: AttentionFacts): Attention[] {
  return links.flatMap(({ link, status, queue }): Attention[] => {
    const at = { subject: link.name, page: `/links?link=${link.id}` };
    if (link.quarantined !== undefined) return [{ kind: 'link-quarantined', severity: 'critical', detail: link.quarantined, ...at }];
    if (link.state === 'pending') return [{ kind: 'link-pending', severity: 'warning', since: timeOf(link.createdAt), ...at }];
    if (link.state !== 'active' || status?.connected === true) return [];
    const since = status?.since ?? link.createdAt;
    if (now - since < LINK_MS) return [];
    return [
      {
        kind: 'link-down',
        severity: 'critical',
        count: queue.messages,
        ...(status?.lastError === undefined ? {} : { detail: status.lastError }),
        since: timeOf(since),
        ...at,
      },
    ];
  });
}

function ofWebhooks({ webhooks, nameOf }: AttentionFacts): Attention[] {
  return webhooks.map(({ tenantId, client, state, detail, since }) => ({
    kind: state === 'paused' ? 'webhook-paused' : 'webhook-failing',
    severity: state === 'paused' ? 'critical' : 'warning',
    tenant: nameOf(tenantId),
    subject: client,
    detail,
    since: timeOf(since),
    page: `/webhooks?tenant=${nameOf(tenantId) ?? ''}&client=${encodeURIComponent(client)}`,
  }));
}

function ofClients({ behind, nameOf, now }: AttentionFacts): Attention[] {
  return behind
    .filter(({ waiting, oldestAt }) => waiting >= BEHIND && now - (oldestAt ?? now) >= BEHIND_MS)
    .map(({ tenantId, client, waiting, oldestAt }) => ({
      kind: 'client-behind',
      severity: 'warning',
      tenant: nameOf(tenantId),
      subject: client,
      count: waiting,
      since: oldestAt === undefined ? undefined : timeOf(oldestAt),
      page: `/tenants/${nameOf(tenantId) ?? ''}/clients/${encodeURIComponent(client)}`,
    }));
}

function ofDeadLetters({ deadLetters, nameOf }: AttentionFacts): Attention[] {
  return deadLetters.map(({ tenantId, count, newestAt }) => ({
    kind: 'dead-letters',
    severity: 'warning',
    tenant: nameOf(tenantId),
    count,
    since: timeOf(newestAt),
    page: `/dead-letters?tenant=${nameOf(tenantId) ?? ''}`,
  }));
}

function ofKeys({ keys, nameOf, now }: AttentionFacts): Attention[] {
  return keys.map(({ tenantId, title, expiresAt }) => ({
    kind: 'key-expiring',
    severity: expiresAt - now < KEY_SOON_MS ? 'critical' : 'warning',
    tenant: tenantId === undefined ? undefined : nameOf(tenantId),
    subject: title,
    since: timeOf(expiresAt),
    page: tenantId === undefined ? '/administrators' : `/tenants/${nameOf(tenantId) ?? ''}?tab=keys`,
  }));
}

function ofNode({ store, intakeWaiting }: AttentionFacts): Attention[] {
  const found: Attention[] = [];
  if (store !== undefined && store.commitMs >= COMMIT_SLOW_MS) {
    found.push({ kind: 'commit-slow', severity: 'warning', count: Math.round(store.commitMs), page: '/' });
  }
  if (intakeWaiting >= INTAKE_FULL) found.push({ kind: 'intake-full', severity: 'critical', count: intakeWaiting, page: '/' });
  return found;
}
