import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOW } from '../spec/fakes.js';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';
import { deadLetterAnswer, deadLetterGroup, deadLetterWithData, listedDeadLetter } from './dead-letter-calls.js';

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

it('shows one whole, data byte for byte, and writes down which administrator looked', async () => {
  const shown = await app.call('GET', `${LETTERS}/1`, 'operator-secret');
  expect(shown.text).toContain(`"data":${DATA}`);
  expect(() => deadLetterWithData.strict().parse(shown.body)).not.toThrow();
  expect(app.audit.entries).toMatchObject([{ who: 'administrator:operator-key', action: 'dead-letter.read', subject: '1@demo' }]);
  expect((await app.call('GET', `${LETTERS}/1`, await app.keyWith(['read:data']))).text).toContain(DATA);
  expect(app.audit.entries).toHaveLength(1);
  expect(slugOf(await app.call('GET', `${LETTERS}/1`, 'viewer-secret'))).toBe('forbidden');
  expect(slugOf(await app.call('GET', `${LETTERS}/1`, await app.keyWith(['manage'])))).toBe('scope-missing');
  expect(slugOf(await app.call('GET', `${LETTERS}/3`, 'operator-secret'))).toBe('not-found');
});

it('sends one again as it was edited, its data byte for byte, and puts no data on record', async () => {
  const data = '{"z":1.500,"a":12345678901234567890}';
  const edited = await app.call('POST', `${LETTERS}/1/replay`, 'operator-secret', `{"data": ${data}, "type":"order.mended"}`);
  expect(edited.status).toBe(202);
  expect(app.committed).toMatchObject([{ message: { type: 'order.mended', data } }]);
  expect(app.audit.entries).toMatchObject([
    { action: 'dead-letter.replay', subject: '1@demo', after: { type: 'order.mended', data: 'edited', id: 'message-1' } },
  ]);
  expect(JSON.stringify(app.audit.entries)).not.toContain('1234567890');
});

it('takes null as data, and an empty body as none', async () => {
  await app.call('POST', `${LETTERS}/1/replay`, 'operator-secret', '{"data":null}');
  await app.call('POST', `${LETTERS}/2/replay`, 'operator-secret', '{}');
  expect(app.committed).toMatchObject([{ message: { data: 'null' } }, { message: { data: DATA } }]);
});

it.each([
  [{ colour: 'red' }, 'request-invalid', 'colour'],
  [{ type: 'vestnik.own' }, 'request-invalid', 'type'],
  [{ data: 'x'.repeat(262_143) }, 'data-too-large', 'data'],
])('sends nothing again where the edit is wrong, and names the field (%#)', async (edit, slug, path) => {
  const refused = await app.call('POST', `${LETTERS}/1/replay`, 'operator-secret', edit);
  expect([slugOf(refused), refused.body.errors[0].path]).toEqual([slug, path]);
  expect([app.committed.length, app.log.letters.length]).toEqual([0, 3]);
});

it('wants base64 in place of base64', async () => {
  app.log.letters = app.log.letters.map((letter) => ({ ...letter, contentType: 'image/png', data: '"AAAA"' }));
  const refused = await app.call('POST', `${LETTERS}/1/replay`, 'operator-secret', { data: { a: 1 } });
  expect([slugOf(refused), refused.body.errors[0].path]).toEqual(['request-invalid', 'data']);
  expect((await app.call('POST', `${LETTERS}/1/replay`, 'operator-secret', { data: 'AAEC' })).status).toBe(202);
});

it('replays and discards many of its own tenant, and says how many are left', async () => {
  const key = await app.keyWith(['manage']);
  expect(await app.call('POST', `${LETTERS}/replay`, key, { client: 'ivanov' })).toMatchObject({ status: 202, body: { replayed: 1, left: 0 } });
  expect(app.committed).toHaveLength(1);
  expect((await app.call('POST', `${LETTERS}/discard`, key, { reason: 'another' })).body).toEqual({ discarded: 0, left: 0 });
  expect(await app.call('POST', `${LETTERS}/discard`, key, { ids: ['2', '3'] })).toMatchObject({ status: 200, body: { discarded: 1, left: 0 } });
  expect(app.log.letters.map(({ id }) => id)).toEqual(['3']);
  expect(app.audit.entries.map(({ action, subject, after }) => [action, subject, after])).toEqual([
    ['dead-letter.replay', '*@demo', { client: 'ivanov', replayed: 1, left: 0 }],
    ['dead-letter.delete', '*@demo', { reason: 'another', discarded: 0, left: 0 }],
    ['dead-letter.delete', '*@demo', { ids: 2, discarded: 1, left: 0 }],
  ]);
  for (const call of ['replay', 'discard']) expect(slugOf(await app.call('POST', `${LETTERS}/${call}`, 'viewer-secret', {}))).toBe('forbidden');
  expect((await app.call('POST', `${LETTERS}/discard`, key, { ids: ['x'] })).body.errors[0].path).toBe('ids/0');
});

it('groups and lists over all tenants, for single tenants’ administrators over theirs', async () => {
  const { messageId, from, type, reason } = app.log.letters[0] as (typeof app.log.letters)[0];
  app.browsing.groups = [{ tenant: 'demo', reason, count: 2, clients: 1, types: [type], oldestAt: NOW, newestAt: NOW }];
  app.browsing.letters = [{ id: '1', tenant: 'demo', client: 'ivanov', messageId, from, type, reason, at: NOW, bytes: 17 }];
  const groups = await app.call('GET', '/v1/dead-letters/groups?client=ivanov', 'viewer-secret');
  const letters = await app.call('GET', `/v1/dead-letters?tenant=demo&reason=${encodeURIComponent(reason)}`, 'viewer-secret');
  expect(() => deadLetterGroup.strict().array().parse(groups.body.items)).not.toThrow();
  expect(() => listedDeadLetter.strict().array().parse(letters.body.items)).not.toThrow();
  const cookie = app.administratorOf('demo');
  await app.call('GET', '/v1/dead-letters', undefined, undefined, { cookie });
  expect(app.browsing.asked.map(({ asked }) => asked)).toEqual([
    { tenants: undefined, client: 'ivanov' },
    { tenants: [app.demo.id], client: undefined, reason },
    { tenants: [app.demo.id], client: undefined, reason: undefined },
  ]);
  for (const path of ['/v1/dead-letters', '/v1/dead-letters/groups']) {
    expect(slugOf(await app.call('GET', `${path}?tenant=other`, undefined, undefined, { cookie }))).toBe('tenant-unknown');
    expect(slugOf(await app.call('GET', `${path}?tenant=nowhere`, 'viewer-secret'))).toBe('tenant-unknown');
    expect((await app.call('GET', path, await app.keyWith(['manage']))).status).toBe(401);
  }
});
