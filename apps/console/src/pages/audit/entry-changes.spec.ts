import { describe, expect, it } from 'vitest';
import { changesOf, shortly } from './entry-changes.js';

describe('what an entry of the audit trail changed', () => {
  it('is the members that differ, and no others', () => {
    expect(changesOf({ ttl: 604_800, title: 'Sales' }, { ttl: 86_400, title: 'Sales' })).toEqual([{ path: 'ttl', before: 604_800, after: 86_400 }]);
  });

  it('names members within members by their path', () => {
    expect(changesOf({ rateLimits: { perKey: 5, perClient: 1 } }, { rateLimits: { perKey: 9, perClient: 1 } })).toEqual([
      { path: 'rateLimits.perKey', before: 5, after: 9 },
    ]);
  });

  it('has one side only of what came or went', () => {
    expect(changesOf(undefined, { role: 'viewer' })).toEqual([{ path: 'role', after: 'viewer' }]);
    expect(changesOf({ role: 'viewer' }, undefined)).toEqual([{ path: 'role', before: 'viewer' }]);
    expect(changesOf({ tenants: ['sales'] }, {})).toEqual([{ path: 'tenants', before: ['sales'] }]);
  });

  it('compares lists as a whole', () => {
    expect(changesOf({ accepts: ['a'] }, { accepts: ['a', 'b'] })).toEqual([{ path: 'accepts', before: ['a'], after: ['a', 'b'] }]);
  });

  it('is nothing where nothing was written down', () => {
    expect(changesOf(undefined, undefined)).toEqual([]);
  });
});

it('cuts a long value short', () => {
  expect(shortly('x'.repeat(200), 10)).toBe(`${'x'.repeat(10)}…`);
  expect(shortly(['a'])).toBe('["a"]');
});
