import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOW } from '../spec/fakes.js';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';
import { deadLetterAnswer } from './dead-letter-calls.js';

const LETTERS = '/v1/tenants/demo/dead-letters';
const DATA = '{"number":12345678901234567890.10,"b":1,"a":2}';

let app: ManagementApp;
beforeEach(async () => {
  app = await managementApp();
  const letter = {
    tenantId: app.demo.id,
    client: 'ivanov',
    messageId: 'message-1',
    from: 'server@demo.hq',
    type: 'order',
    data: DATA,
    reason: 'no such order',
    at: NOW,
  };
  app.log.letters = [
    { ...letter, id: '1' },
    { ...letter, id: '2', client: 'petrov' },
    { ...letter, id: '3', tenantId: app.other.id },
  ];
});
afterEach(() => app.app.close());

it('lists dead letters, data byte for byte for those who may read it', async () => {
  const listed = await app.call('GET', LETTERS, await app.keyWith(['read', 'read:data']));
  expect(listed.text).toContain(`"data":${DATA}`);
  expect(listed.body.items.map(({ id }: { id: string }) => id)).toEqual(['1', '2']);
  expect(() => deadLetterAnswer.strict().array().parse(listed.body.items)).not.toThrow();
  expect((await app.call('GET', LETTERS, 'operator-secret')).text).toContain(DATA);
  for (const secret of [await app.keyWith(['read']), 'viewer-secret']) {
    const { text, body } = await app.call('GET', LETTERS, secret);
    expect(text).not.toContain('number');
    expect(body.items[0]).toEqual({
      id: '1',
      client: 'ivanov',
      messageId: 'message-1',
      from: 'server@demo.hq',
      type: 'order',
      reason: 'no such order',
      at: '2026-11-22T06:22:00.000Z',
    });
  }
});

it('lists by client and by page', async () => {
  expect((await app.call('GET', `${LETTERS}?client=petrov`, 'viewer-secret')).body.items).toHaveLength(1);
  const page = await app.call('GET', `${LETTERS}?limit=1`, 'viewer-secret');
  expect((await app.call('GET', `${LETTERS}?limit=1&cursor=${page.body.next}`, 'viewer-secret')).body).toMatchObject({ items: [{ id: '2' }] });
});

it('replays a dead letter: the entries go to live sessions, the letter is gone', async () => {
  const replayed = await app.call('POST', `${LETTERS}/1/replay`, await app.keyWith(['manage']));
  expect([replayed.status, replayed.body]).toEqual([202, { id: 'message-1' }]);
  expect(app.committed).toMatchObject([{ kind: 'message', position: 501 }]);
  expect(slugOf(await app.call('POST', `${LETTERS}/1/replay`, 'operator-secret'))).toBe('not-found');
});

it('removes a dead letter of its own tenant only', async () => {
  const key = await app.keyWith(['manage']);
  expect((await app.call('DELETE', `${LETTERS}/1`, key)).status).toBe(204);
  for (const id of ['1', '3', 'x%27;--'])
    expect((await app.call('DELETE', `${LETTERS}/${id}`, key)).body.detail).toBe('the tenant has no dead letter of this id');
  expect(app.log.letters.map(({ id }) => id)).toEqual(['2', '3']);
  expect(slugOf(await app.call('DELETE', `${LETTERS}/2`, 'viewer-secret'))).toBe('forbidden');
});
