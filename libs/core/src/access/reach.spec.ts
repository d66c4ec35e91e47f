import { describe, expect, it } from 'vitest';
import { type AcceptRule, TENANT_DEFAULTS, type Tenant } from '../ports/tenant.js';
import { acceptRule, accepts, matches } from './reach.js';

const tenant = (...rules: (string | AcceptRule)[]): Tenant => ({
  id: 1,
  name: 'accounting',
  createdAt: 0,
  settings: { ...TENANT_DEFAULTS, accepts: rules.map(acceptRule) },
});

describe('a pattern', () => {
  it.each([
    ['*@sales', 'server@sales.hq', true],
    ['*@sales', 'Иванов Иван@sales.hq', true],
    ['*@sales', 'server@accounting.hq', false],
    ['*@sales.hq', 'server@sales.hq', true],
    ['*@sales.hq', 'server@sales.branch', false],
    ['server@sales', 'server@sales.hq', true],
    ['server@sales', 'serve@sales.hq', false],
    ['server@sales', 'server2@sales.hq', false],
    ['*@*', 'server@sales.hq', true],
    ['*@*.hq', 'server@sales.hq', true],
    ['*@sales', 'server@sales.a.b', false],
    ['*@sales', 'server@sales.branch', false],
    ['*@*', 'server@sales.branch', false],
    ['*@*.*', 'server@sales.branch', true],
    ['*@*.branch', 'server@sales.branch', true],
    ['*@sales.branch', 'server@sales.branch.hq', false],
    ['*@sales.*.hq', 'server@sales.branch.hq', true],
    ['\u0418\u0306@sales', '\u0419@sales.hq', true],
    ['*@sales', 'server@sales.hq/7f3a', true],
    ['s*@sales', 'server@sales.hq', false],
  ])('%s, %s: %s', (pattern, address, fits) => {
    expect(matches(pattern, address, 'hq')).toBe(fits);
  });
});

describe('a tenant', () => {
  const from = 'server@sales.hq';

  it('accepts nobody by default', () => {
    expect(accepts(tenant(), 'send', from, 'ivanov@accounting.hq')).toBe(false);
  });

  it('accepts messages, and nothing more, by a rule that is written short', () => {
    expect(accepts(tenant('*@sales'), 'send', from, 'ivanov@accounting.hq')).toBe(true);
    expect(accepts(tenant('*@sales'), 'presence', from, 'ivanov@accounting.hq')).toBe(false);
    expect(accepts(tenant('*@sales'), 'broadcast', from, '*@accounting.hq')).toBe(false);
  });

  it('accepts for the recipients that the rule names', () => {
    for (const ivanov of ['ivanov', 'ivanov@accounting']) {
      const rule: AcceptRule = { from: '*@sales', allow: ['send', 'topics'], to: [ivanov, '#orders/eu'] };
      expect(accepts(tenant(rule), 'send', from, 'ivanov@accounting.hq')).toBe(true);
      expect(accepts(tenant(rule), 'send', from, 'petrov@accounting.hq')).toBe(false);
      expect(accepts(tenant(rule), 'topics', from, '#orders/eu@accounting.hq')).toBe(true);
      expect(accepts(tenant(rule), 'topics', from, '#orders/us@accounting.hq')).toBe(false);
    }
  });

  it('accepts what any of its rules accepts', () => {
    const accepting = tenant({ from: '*@purchase', allow: ['send'] }, { from: '*@sales', allow: ['presence'] });
    expect(accepts(accepting, 'presence', from, 'ivanov@accounting.hq')).toBe(true);
    expect(accepts(accepting, 'send', from, 'ivanov@accounting.hq')).toBe(false);
  });
});
