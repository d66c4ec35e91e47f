import { patternCovers, patternsOverlap, topicMatches } from '@vestnik/protocol';
import type { Principal } from '../access/principal.js';
import type { MayUse, Tenant, TopicRule } from '../ports/tenant.js';

/**
 * Whether a client may subscribe to a topic or a pattern, by the tenant's `topics` rules: the first that fits a topic
 * rules it, and without one clients may. A pattern is allowed where every topic that could fit it is.
 */
export function maySubscribe(tenant: Tenant, principal: Principal, pattern: string): boolean {
  if (principal.kind === 'key') return true;
  for (const rule of tenant.settings.topics) {
    if (!patternsOverlap(rule.pattern, pattern)) continue;
    if (!includes(rule.subscribe, principal.client)) return false;
    if (patternCovers(rule.pattern, pattern)) return true;
  }
  return true;
}

/** Whether a client may write to a topic. Keys may write to all; so may a token with the scope `broadcast`. */
export function mayPublish(tenant: Tenant, principal: Pick<Principal, 'kind' | 'scopes' | 'client'>, topic: string): boolean {
  if (principal.kind === 'key' || principal.scopes.has('broadcast')) return true;
  const rule = publishRule(tenant, topic);
  return rule === undefined || includes(rule.publish, principal.client);
}

/** The rule that says who may write to a topic: the first that fits. */
export function publishRule(tenant: Tenant, topic: string): TopicRule | undefined {
  return tenant.settings.topics.find(({ pattern }) => topicMatches(pattern, topic));
}

function includes(may: MayUse, client: string): boolean {
  return may === 'clients' || (may !== 'backend' && may.includes(client));
}
