import { connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';

let app: ManagementApp;
beforeEach(async () => {
  app = await managementApp();
});
afterEach(() => app.app.close());

it('answers an unknown path and a wrong method as problems', async () => {
  const unknown = await app.call('GET', '/v1/nothing?access_token=secret');
  expect([unknown.status, slugOf(unknown), unknown.headers['content-type']]).toEqual([404, 'not-found', 'application/problem+json; charset=utf-8']);
  expect(unknown.body.instance).toBe('/v1/nothing');
  const wrong = await app.call('PUT', '/v1/tenants/demo');
  expect([wrong.status, wrong.body.status, wrong.headers.allow]).toEqual([405, 405, 'DELETE, GET, HEAD, PATCH']);
});

it.each([
  ['{"name":', 'this is not JSON'],
  [`${'['.repeat(65)}${']'.repeat(65)}`, 'JSON may be nested 64 levels deep at most'],
  ['[]', 'expected object'],
  ['', 'a JSON body is required'],
  ['null', 'a JSON body is required'],
])('refuses the body %j', async (body, detail) => {
  const answer = await app.call('POST', '/v1/tenants', 'owner-secret', body);
  expect([answer.status, slugOf(answer)]).toEqual([400, 'request-invalid']);
  expect(answer.body.detail).toContain(detail);
});

it.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])('refuses a body of the type %s', async (type) => {
  const answer = await app.call('POST', '/v1/tenants', 'owner-secret', '{"name":"new"}', { 'content-type': type });
  expect([answer.status, slugOf(answer), answer.body.detail]).toEqual([
    400,
    'request-invalid',
    'the body is JSON: send it with the header content-type: application/json',
  ]);
});

it('refuses bytes that are not UTF-8', async () => {
  const response = await app.app.inject({
    method: 'POST',
    url: '/v1/tenants',
    headers: { authorization: 'Bearer owner-secret', 'content-type': 'application/json' },
    payload: Buffer.from([0x22, 0xff, 0x22]),
  });
  expect([response.statusCode, response.json().detail]).toEqual([400, 'the body is not UTF-8']);
});

it('refuses a body of more than 8 MiB', async () => {
  const answer = await app.call('POST', '/v1/tenants', 'owner-secret', `"${'x'.repeat(8 * 1024 * 1024)}"`);
  expect([answer.status, slugOf(answer)]).toEqual([413, 'data-too-large']);
});

it('answers a path that is not percent-encoded UTF-8 as a problem', async () => {
  const answer = await app.call('GET', '/v1/tenants/%E0%A4%A', 'owner-secret');
  expect([answer.status, slugOf(answer), answer.headers['content-type']]).toEqual([400, 'request-invalid', 'application/problem+json; charset=utf-8']);
});

it('tells nobody what a bug is, and logs it under the id that is answered', async () => {
  app.mailboxes.listClients = async () => {
    throw new Error('select secret from passwords');
  };
  const answer = await app.call('GET', '/v1/tenants/demo/clients?search=x', 'owner-secret');
  expect([answer.status, slugOf(answer)]).toEqual([500, 'internal']);
  expect(answer.text).not.toContain('passwords');
  expect(app.logged).toMatchObject([
    { fields: { id: answer.body.id, path: '/v1/tenants/demo/clients', error: expect.stringContaining('Error: select secret from passwords\n    at ') } },
  ]);
  expect(answer.body.detail).toContain(answer.body.id);
});

it('answers whatever is wrong with a credential alike, unknown tenants included', async () => {
  const foreign = await app.keyWith(['read'], { tenantId: app.other.id });
  const answers = [
    await app.call('GET', '/v1/tenants/demo/clients', 'vk_unknown'),
    await app.call('GET', '/v1/tenants/demo/clients', foreign),
    await app.call('GET', '/v1/tenants/nowhere/clients', foreign),
  ];
  expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, { ...body, instance: '' }]))).size).toBe(1);
  expect(answers[0]).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer realm="vestnik"' } });
  const none = [await app.call('GET', '/v1/tenants/demo/clients'), await app.call('GET', '/v1/tenants/nowhere/clients')];
  expect(none.map(slugOf)).toEqual(['unauthenticated', 'unauthenticated']);
  expect(slugOf(await app.call('GET', '/v1/tenants/nowhere/clients', 'viewer-secret'))).toBe('tenant-unknown');
});

it('takes a key as the password of Basic, whatever the name', async () => {
  const basic = (pair: string) =>
    app.call('GET', '/v1/tenants/demo/clients', undefined, undefined, { authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
  expect((await basic(`anybody:${await app.keyWith(['read'])}`)).status).toBe(200);
  expect((await basic(':viewer-secret')).status).toBe(200);
  for (const pair of ['viewer-secret', 'viewer-secret:']) expect((await basic(pair)).status).toBe(401);
  expect((await app.call('GET', '/v1/tenants', undefined, undefined, { authorization: 'viewer-secret' })).status).toBe(401);
});

it('lets nobody keep answers or guess their type', async () => {
  const { headers } = await app.call('GET', '/v1/tenants', 'viewer-secret');
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
});

it('masks secrets in the settings, and passwords in URLs', async () => {
  const { body, text } = await app.call('GET', '/v1/settings', 'viewer-secret');
  expect(body.items.map(({ value }: { value: unknown }) => value)).toEqual([8378, 'postgres://***@db/vestnik', '***']);
  expect(text).not.toMatch(/hunter2|c2VjcmV0/);
});

it('lists the audit trail, newest first', async () => {
  await app.call('POST', '/v1/tenants', 'owner-secret', { name: 'a' });
  await app.call('DELETE', '/v1/tenants/a', 'owner-secret');
  const { body } = await app.call('GET', '/v1/audit?limit=1', 'viewer-secret');
  expect(body).toMatchObject({ items: [{ id: 2, action: 'tenant.delete', at: '2026-11-22T06:22:00.000Z', who: 'administrator:owner-key' }], next: '1' });
  expect(slugOf(await app.call('GET', '/v1/audit', await app.keyWith(['manage'])))).toBe('unauthenticated');
});

it('serves over a real socket too', async () => {
  await app.app.listen(0, '127.0.0.1');
  const { port } = app.app.getHttpServer().address() as { port: number };
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /v1/nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'));
    let text = '';
    socket.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    socket.on('end', () => resolve(text)).on('error', reject);
  });
  expect(answer).toMatch(/^HTTP\/1.1 404 Not Found\r\n[\s\S]*application\/problem\+json/);
});
