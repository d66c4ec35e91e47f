import { expect, it } from 'vitest';
import { pageOfAddress } from './address-page.js';

it('leads to the client or the topic that an address of this installation names', () => {
  expect(pageOfAddress('Иванов Иван@sales.hq', 'hq')).toBe(`/tenants/sales/clients/${encodeURIComponent('Иванов Иван')}`);
  expect(pageOfAddress('ivanov@sales.hq/7f3a', 'hq')).toBe('/tenants/sales/clients/ivanov');
  expect(pageOfAddress('#orders/eu@sales.hq', 'hq')).toBe('/topics?tenant=sales&search=orders%2Feu');
});

it('leads nowhere for other installations, for everyone, and for what is no address', () => {
  for (const address of ['ivanov@sales.branch', 'ivanov@sales.hq.branch', '*@sales.hq', 'ivanov', '<img src=x>@sales.hq', '']) {
    expect(pageOfAddress(address, 'hq'), address).toBeUndefined();
  }
});
