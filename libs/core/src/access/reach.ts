import type { AcceptedUse, AcceptRule, Tenant } from '../ports/tenant.js';

/**
 * Whether a tenant accepts something from an address of another tenant (section 5 of the protocol): by default
 * nobody does.
 *
 * @param from whole address of the sender
 * @param to whole address of the recipient
 */
export function accepts(tenant: Tenant, use: AcceptedUse, from: string, to: string): boolean {
  return tenant.settings.accepts.some(
    (rule) => rule.allow.includes(use) && matches(rule.from, from) && (rule.to === undefined || rule.to.some((pattern) => matches(pattern, to))),
  );
}

/** A rule as it is written short: `"*@sales"` accepts messages and calls to single clients. */
export function acceptRule(written: string | AcceptRule): AcceptRule {
  return typeof written === 'string' ? { from: written, allow: ['send', 'call'] } : written;
}

/**
 * Whether an address fits a pattern. `*` before the `@` stands for any client, `*` after it for one label;
 * a pattern that names no installation fits this one.
 */
export function matches(pattern: string, address: string): boolean {
  const [patternName, patternPlace] = halves(pattern);
  const [name, place] = halves(address);
  if (patternName !== '*' && patternName.normalize('NFC') !== name) return false;
  const patternLabels = patternPlace.split('.');
  const labels = place.split('.');
  if (patternLabels.length === 1 && labels.length === 2) labels.pop();
  return patternLabels.length === labels.length && patternLabels.every((label, at) => label === '*' || label === labels[at]);
}

function halves(address: string): [name: string, place: string] {
  const at = address.indexOf('@');
  return at < 0 ? [address, ''] : [address.slice(0, at), address.slice(at + 1).split('/')[0] ?? ''];
}
