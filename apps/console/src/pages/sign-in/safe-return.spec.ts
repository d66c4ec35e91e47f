import { expect, it } from 'vitest';
import { safeReturn } from './safe-return.js';

it('comes back to a page of the console with its filters', () => {
  expect(safeReturn('/messages?tenant=sales')).toBe('/console/messages?tenant=sales');
  expect(safeReturn('/console/links')).toBe('/console/links');
});

it.each([undefined, '//evil.example/', '/\\evil.example/', 'https://evil.example/', 'javascript:alert(1)', '/../v1/openapi.json', '/sign-in', ''])(
  'goes nowhere else: %s',
  (to) => {
    expect(safeReturn(to)).toBeUndefined();
  },
);
