import { expect, it } from 'vitest';
import { isOrigin, newHookSecret, newSecret, readJwks, type TokenFields, tokenPatchOf } from './token-fields.js';

const values: TokenFields = { algorithms: ['ES256'], keyIds: ['2026'], secret: '', jwks: '{"keys":[{"kty":"EC"}]}', jwksUrl: '', bareAudience: true };

it('sends what was changed, keys as the document that they are, and no empty secret', () => {
  expect(tokenPatchOf(values, ['algorithms', 'jwks', 'secret', 'jwksUrl'])).toEqual({ algorithms: ['ES256'], jwks: { keys: [{ kty: 'EC' }] } });
  expect(tokenPatchOf({ ...values, bareAudience: false }, ['bareAudience'])).toEqual({ bareAudience: false });
});

it('takes only a document with a list of keys', () => {
  for (const text of ['', '{', '[]', '{"keys":{}}', 'null']) expect(readJwks(text), text).toBeUndefined();
});

it('makes secrets that the server takes, another one each time', () => {
  expect(newSecret()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(newHookSecret()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(newSecret()).not.toBe(newSecret());
});

it('knows an origin from a page', () => {
  for (const good of ['https://shop.example.com', 'http://127.0.0.1:5173']) expect(isOrigin(good), good).toBe(true);
  for (const bad of ['shop.example.com', 'https://shop.example.com/', 'https://shop.example.com/cart', 'ftp://x', '*']) expect(isOrigin(bad), bad).toBe(false);
});
