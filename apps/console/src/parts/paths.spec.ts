import { expect, it } from 'vitest';
import { hrefOf, pathTo, withQuery } from './paths.js';

it('keeps names within their part of a path', () => {
  expect(pathTo`/tenants/${'a/b'}/clients/${'Иванов ?#'}`).toBe('/tenants/a%2Fb/clients/%D0%98%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2%20%3F%23');
});

it('leaves out what is not asked', () => {
  expect(withQuery('/messages', { tenant: 'a&b', state: undefined, from: '', limit: 0 })).toBe('/messages?tenant=a%26b&limit=0');
  expect(withQuery('/messages', {})).toBe('/messages');
});

it('leads nowhere outside', () => {
  expect(hrefOf('/links')).toBe('/console/links');
  expect(hrefOf('//evil.example/x')).toBe('/console/');
  expect(hrefOf('https://evil.example/x')).toBe('/console/');
});
