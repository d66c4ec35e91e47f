import { expect, it } from 'vitest';
import { formatWebhookSecret, readWebhookSecret } from './webhook-secret.js';

it('reads what it wrote, with the prefix and without', () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, at) => at * 7);
  const text = formatWebhookSecret(bytes);
  expect(text).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect([...(readWebhookSecret(text) ?? [])]).toEqual([...bytes]);
  expect([...(readWebhookSecret(text.slice(6)) ?? [])]).toEqual([...bytes]);
});

it.each(['', 'whsec_', 'password', 'whsec_короткий', `whsec_${'A'.repeat(28)}`, `whsec_${'A'.repeat(100)}`, `whsec_${'A'.repeat(40)}!`])(
  'takes %j for none',
  (text) => {
    expect(readWebhookSecret(text)).toBeUndefined();
  },
);
