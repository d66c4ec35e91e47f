import type { AcceptedUse, AcceptRule, Tenant } from '../ports/tenant.js';

/**
 * Whether a tenant accepts something from an address of another tenant, here or at another installation (section 5 of the
 * protocol): by default nobody does.
 *
 * @param from whole address of the sender
 * @param to whole address of the recipient, at this installation
 */
export function accepts(tenant: Tenant, use: AcceptedUse, from: string, to: string): boolean {
  return acceptingRule(tenant, use, from, to) !== undefined;
}

/** The first rule by which a tenant accepts it; see {@link accepts}. */
export function acceptingRule(tenant: Tenant, use: AcceptedUse, from: string, to: string): AcceptRule | undefined {
  const installation = labelsOf(to)[1] ?? '';
  return tenant.settings.accepts.find(
    (rule) =>
      rule.allow.includes(use) &&
      matches(rule.from, from, installation) &&
      (rule.to === undefined || rule.to.some((own) => matches(own.includes('@') ? own : `${own}@${tenant.name}`, to, installation))),
  );
}

/** A rule as it is written short: `"*@sales"` accepts messages and calls to single clients. */
export function acceptRule(written: string | AcceptRule): AcceptRule {
  return typeof written === 'string' ? { from: written, allow: ['send', 'call'] } : written;
}

/**
 * Whether an address fits a pattern. `*` before the `@` stands for any client, `*` after it for one label;
 * a pattern that names no installation fits this one alone, whatever others call a tenant of theirs.
 *
 * @param installation the name of this one
 */
export function matches(pattern: string, address: string, installation: string): boolean {
  const [patternName] = halves(pattern);
  const [name] = halves(address);
  if (patternName !== '*' && patternName.normalize('NFC') !== name) return false;
  const written = labelsOf(pattern);
  const patternLabels = written.length === 1 ? [...written, installation] : written;
  const labels = labelsOf(address);
  return patternLabels.length === labels.length && patternLabels.every((label, at) => label === '*' || label === labels[at]);
}

function labelsOf(address: string): string[] {
  return halves(address)[1].split('.');
}

function halves(address: string): [name: string, place: string] {
  const at = address.indexOf('@');
  return at < 0 ? [address, ''] : [address.slice(0, at), address.slice(at + 1).split('/')[0] ?? ''];
}
