import { describe, expect, it } from 'vitest';
import { history } from './history.js';
import type { Webhook } from './webhook-queries.js';

const webhook: Webhook = {
  client: 'shop',
  url: 'https://shop.example/in',
  format: 'json-rpc',
  state: 'failing',
  lastError: 'the endpoint answered 503',
  failures: 3,
  nextAttemptAt: '2026-11-22T06:30:00.000Z',
  downSince: '2026-11-22T06:20:00.000Z',
  createdAt: '2026-11-22T06:00:00.000Z',
  changedAt: '2026-11-22T06:10:00.000Z',
};
const entry = (id: number, at: string, action: string, change: object = {}) => ({
  id,
  at: `2026-11-22T${at}:00.000Z`,
  who: 'administrator:ada',
  action,
  ...change,
});

describe('what happened to a webhook', () => {
  it('is told without the audit trail by what the webhook says itself', () => {
    expect(history(webhook, []).map(({ what }) => what)).toEqual(['made', 'down', 'fails', 'next']);
    expect(history({ ...webhook, state: 'paused', reason: 'moves' }, []).at(-1)).toMatchObject({ what: 'stopped', detail: 'moves' });
  });

  it('is told in order with who did it, and of URLs only what is no secret', () => {
    const told = history(webhook, [
      entry(3, '06:25', 'webhook.resume'),
      entry(2, '06:05', 'webhook.set', { before: { url: 'https://a.example' }, after: { url: 'https://shop.example/in' } }),
      entry(1, '06:00', 'webhook.set', { after: { url: 'https://x:y@a.example/' } }),
      entry(4, '06:26', 'client.change'),
    ]);
    expect(told.map(({ what }) => what)).toEqual(['made', 'set', 'down', 'resumed', 'fails', 'next']);
    expect(told[0]).toMatchObject({ who: 'administrator:ada', detail: 'https://•••@a.example/' });
  });
});
