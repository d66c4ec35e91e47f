import { expect, it } from 'vitest';
import { foundKeys, type Key, lifeOf, presetOf, tryingLine } from './key-list.js';

const key = (title: string, scopes: Key['scopes'], extra: Partial<Key> = {}): Key => ({
  id: title,
  title,
  client: 'server',
  scopes,
  createdAt: '2026-11-22T06:22:00Z',
  ...extra,
});
const keys = [key('Shop backend', ['send', 'tokens']), key('Отчёты', ['read'], { client: 'reports' })];

it('finds keys by any of their words, and by what they may', () => {
  expect(foundKeys(keys, 'SHOP server', undefined)).toEqual([keys[0]]);
  expect(foundKeys(keys, 'отчёты', undefined)).toEqual([keys[1]]);
  expect(foundKeys(keys, '', 'read')).toEqual([keys[1]]);
  expect(foundKeys(keys, 'shop', 'read')).toEqual([]);
});

it('warns two weeks before a key ends', () => {
  const now = Date.parse('2026-11-22T00:00:00Z');
  expect(lifeOf({}, now)).toBe('lasting');
  expect(lifeOf({ expiresAt: '2026-12-05T00:00:00Z' }, now)).toBe('soon');
  expect(lifeOf({ expiresAt: '2026-12-07T00:00:00Z' }, now)).toBe('lasting');
  expect(lifeOf({ expiresAt: '2026-11-21T00:00:00Z' }, now)).toBe('over');
});

it('knows what a key was made for by its scopes', () => {
  expect(presetOf(['read'])).toBe('reader');
  expect(presetOf(['tokens', 'read', 'call', 'send'])).toBe('backend');
  expect(presetOf(['send'])).toBeUndefined();
});

it('tries a key with what it may, and by nothing that others would see', () => {
  const of = (scopes: Key['scopes']) => tryingLine('https://bus.example', 'sales', { key: 'vk_x', client: "o'neil", scopes });
  expect(of(['send', 'read'])).toBe("curl 'https://bus.example/v1/tenants/sales/clients?limit=5' -H 'Authorization: Bearer vk_x'");
  expect(of(['send'])).toContain(`-d '{"to":"o'\\''neil"`);
  expect(of(['broadcast'])).toBeUndefined();
});
