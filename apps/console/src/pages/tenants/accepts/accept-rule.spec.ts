import { expect, it } from 'vitest';
import { isAddressPattern, isOwnAddress, patternOf, sameRule, sendersOf, usesOf } from './accept-rule.js';

it('reads patterns as the server does', () => {
  for (const good of ['*@sales', 'orders@sales.hq', '*@*.branch-7', '*@*', 'Иванов И.@sales']) expect(isAddressPattern(good), good).toBe(true);
  for (const bad of ['', 'sales', '@sales', '*@', '*@Sales', '*@sales.', '#orders@sales', '<img>@sales']) expect(isAddressPattern(bad), bad).toBe(false);
});

it('takes only addresses of the tenant itself as recipients', () => {
  for (const good of ['ivanov', '#orders/eu', '*']) expect(isOwnAddress(good), good).toBe(true);
  for (const bad of ['', 'ivanov@sales', 'ivanov/7f3a', 'a/b/c']) expect(isOwnAddress(bad), bad).toBe(false);
});

it('tells whom a pattern is for', () => {
  expect(sendersOf('*@*')).toEqual({ client: undefined, tenant: undefined, installation: undefined });
  expect(sendersOf('orders@sales.branch-9.hq')).toEqual({ client: 'orders', tenant: 'sales', installation: 'branch-9.hq' });
});

it('makes a pattern of the address of a session by leaving the session out', () => {
  expect(patternOf('ivanov@sales.hq/7f3a')).toBe('ivanov@sales.hq');
  expect(patternOf('ivanov@sales')).toBe('ivanov@sales');
});

it('knows a rule again in whatever order it is written', () => {
  const rule = { from: '*@sales', allow: ['send', 'call'] as ('send' | 'call')[] };
  expect(sameRule(rule, { from: '*@sales', allow: ['call', 'send'] })).toBe(true);
  expect(sameRule(rule, { ...rule, to: ['ivanov'] })).toBe(false);
});

it('takes the uses of a link, and no others', () => {
  expect(usesOf('presence,nonsense')).toEqual(['presence']);
  expect(usesOf(undefined)).toEqual(['send', 'call']);
});
