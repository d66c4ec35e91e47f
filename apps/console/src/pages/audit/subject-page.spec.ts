import { describe, expect, it } from 'vitest';
import { pageOfSubject, whoOf } from './subject-page.js';

describe('the page of what an entry is about', () => {
  it.each([
    ['tenant.change', 'sales', '/tenants/sales'],
    ['key.create', 'a91ck7f3@sales', '/tenants/sales?tab=keys'],
    ['client.purge', 'склад 3@sales', '/tenants/sales/clients/%D1%81%D0%BA%D0%BB%D0%B0%D0%B4%203'],
    ['token.mint', 'ivanov@sales', '/tenants/sales/clients/ivanov'],
    ['session.close', 'ivanov@sales/x7', '/tenants/sales/clients/ivanov'],
    ['session.open', 'admin', '/administrators'],
    ['subscription.begin', 'ivanov@sales #orders/+', '/tenants/sales/clients/ivanov'],
    ['message.read', '0193f2a4@sales', '/messages/0193f2a4'],
    ['dead-letter.replay', '*@sales', '/dead-letters?tenant=sales'],
    ['link.pause', 'branch-7', '/links'],
  ])('of %s %s is %s', (action, subject, page) => {
    expect(pageOfSubject(action, subject)).toBe(page);
  });

  it('is none of what is gone, or not known', () => {
    expect(pageOfSubject('tenant.delete', 'sales')).toBeUndefined();
    expect(pageOfSubject('weather.change', 'rain')).toBeUndefined();
  });
});

it('tells administrators from keys, and from the bus itself', () => {
  expect(whoOf('administrator:admin')).toEqual({ kind: 'administrator', name: 'admin' });
  expect(whoOf('key:a91c@sales')).toEqual({ kind: 'key', name: 'a91c@sales' });
  expect(whoOf('vestnik')).toEqual({ kind: 'other', name: 'vestnik' });
});
