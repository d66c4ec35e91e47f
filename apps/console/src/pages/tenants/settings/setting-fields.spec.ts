import { expect, it } from 'vitest';
import { DEFAULTS, isMissing, patchOf } from './setting-fields.js';

const values = { ...DEFAULTS, title: 'Sales', ttl: 60, perTenant: 500, perKey: undefined };

it('sends what was changed and nothing else', () => {
  expect(patchOf(values, ['ttl'])).toEqual({ ttl: 60 });
  expect(patchOf(values, [])).toEqual({});
});

it('puts the default back by null, also a single rate limit', () => {
  expect(patchOf({ ...values, title: '' }, ['title', 'maxInbox'])).toEqual({ title: null, maxInbox: null });
  expect(patchOf(values, ['perTenant', 'perKey'])).toEqual({ rateLimits: { perTenant: 500, perKey: null } });
});

it('misses what must be filled in, and no rate limit', () => {
  expect(isMissing('ttl', undefined)).toBe(true);
  expect(isMissing('perClient', undefined)).toBe(false);
});
