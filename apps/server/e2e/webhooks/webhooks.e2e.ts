import { generateKeyPairSync, sign } from 'node:crypto';
import { untilAsked } from '@vestnik/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';
import { Endpoint, isSigned } from './endpoint.js';

const WEBHOOK = '/clients/shop/webhook';
let endpoint: Endpoint;
beforeEach(async () => {
  endpoint = await Endpoint.open();
});
afterEach(() => endpoint.close());

const one = oneServer(() => ({ environment: { VESTNIK_EGRESS_ALLOW: '127.0.0.1/32' } }));

describe('a webhook', () => {
  it('is POSTed what its client is sent, in order, signed, and acknowledges with a 2xx', async () => {
    const tenant = await one.tenant();
    const before = await tenant.send({ to: 'shop', type: 'order', data: 'before' });
    const set = await tenant.api('PUT', WEBHOOK, { url: endpoint.url });
    expect(set).toMatchObject({ status: 201, body: { state: 'active', secret: expect.stringMatching(/^whsec_/) } });
    for (let number = 0; number < 50; number++) await tenant.send({ to: 'shop', type: 'order', data: number });
    await endpoint.until('all came', () => endpoint.data.length >= 51);
    expect(endpoint.data).toEqual(['before', ...Array.from({ length: 50 }, (_, number) => number)]);
    expect(endpoint.delivered[0]).toMatchObject({
      headers: { 'webhook-id': before.id, 'content-type': 'application/json; charset=utf-8' },
      body: { jsonrpc: '2.0', method: 'message' },
    });
    for (const delivered of endpoint.delivered) expect(isSigned(delivered, set.body.secret as string)).toBe(true);
    await untilAsked('it is acknowledged', async () => {
      const { body } = await tenant.api('GET', `/messages/${before.id}`);
      const [recipient] = body.to as { state: string; devices?: { device: string }[] }[];
      return recipient?.state === 'acknowledged' && recipient.devices?.[0]?.device === 'vestnik-webhook';
    });
    expect((await tenant.api('GET', WEBHOOK)).body).not.toHaveProperty('secret');
    expect(one.server.log).not.toContain((set.body.secret as string).slice(6));
  });

  it('answers calls with its body', async () => {
    const tenant = await one.tenant();
    await tenant.api('PUT', WEBHOOK, { url: endpoint.url });
    endpoint.reply = ({ body }) => ({ status: 200, body: JSON.stringify({ asked: body.params?.params, price: 7 }) });
    const answer = await untilAsked('the webhook is served', async () => {
      const called = await tenant.api('POST', '/calls', { to: 'shop', method: 'price', params: { item: 'A-17' } });
      return called.status === 404 ? undefined : called;
    });
    expect(answer).toMatchObject({ status: 200, body: { result: { asked: { item: 'A-17' }, price: 7 } } });
    const [call] = endpoint.delivered;
    expect(call?.body).toMatchObject({
      jsonrpc: '2.0',
      id: call?.headers['webhook-id'],
      method: 'call',
      params: { method: 'price', from: tenant.address('server') },
    });
  });

  it('dead-letters what is not taken, pauses after five, shows why, and goes on when it is resumed', async () => {
    const tenant = await one.tenant({ webhookAttempts: 1 });
    await tenant.api('PUT', WEBHOOK, { url: endpoint.url });
    endpoint.reply = () => ({ status: 500 });
    for (let number = 1; number <= 7; number++) await tenant.send({ to: 'shop', type: 'order', data: number });
    await untilAsked('it is paused', async () => (await tenant.api('GET', WEBHOOK)).body.state === 'paused');
    expect((await tenant.api('GET', WEBHOOK)).body).toMatchObject({ reason: '5 messages in a row were not taken: the endpoint answered 500' });
    const letters = (await tenant.api('GET', '/dead-letters?client=shop')).body.items as { id: string; reason: string }[];
    expect(letters.map(({ reason }) => reason)).toEqual(Array(5).fill('the webhook did not take it in 1 attempt: the endpoint answered 500'));

    endpoint.reply = () => ({ status: 204 });
    expect(await tenant.api('POST', `${WEBHOOK}/resume`)).toMatchObject({ status: 200, body: { state: 'active' } });
    await endpoint.until('the rest came', () => endpoint.data.length >= 7);
    expect(endpoint.data).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect((await tenant.api('POST', `/dead-letters/${letters[0]?.id}/replay`)).status).toBe(202);
    await endpoint.until('what was replayed came', () => endpoint.data.length >= 8);
    expect(endpoint.data.at(-1)).toBe(1);
  });

  it('takes CloudEvents where it asks for them', async () => {
    const tenant = await one.tenant();
    await tenant.api('PUT', WEBHOOK, { url: endpoint.url, format: 'cloudevents' });
    await tenant.send({ to: 'shop', type: 'order.approved', data: { sum: 1 } });
    const delivered = await endpoint.until('it came', () => endpoint.delivered[0]);
    expect(delivered.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(delivered.body).toMatchObject({
      specversion: '1.0',
      type: 'order.approved',
      subject: tenant.address('shop'),
      source: `urn:vestnik:${tenant.address('server')}`,
      data: { sum: 1 },
    });
  });
});

it('tells a tenant by its hooks who comes and goes, and what was refused', async () => {
  const secret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
  const tenant = await one.tenant({ unknownClients: 'refuse', hooks: { url: endpoint.url, secret } });
  const socket = await tenant.connect('ivanov');
  await endpoint.until('the session is told of', () => endpoint.delivered.length >= 1);
  expect((await tenant.api('POST', '/messages', { to: 'nobody', type: 'hello' })).status).toBe(404);
  await endpoint.until('the refusal is told of', () => endpoint.delivered.length >= 2);
  socket.terminate();
  await endpoint.until('its end is told of', () => endpoint.delivered.length >= 3);
  expect(endpoint.delivered.map(({ body }) => body)).toMatchObject([
    { type: 'vestnik.client.connected', data: { client: tenant.address('ivanov'), transport: 'websocket' } },
    { type: 'vestnik.send.refused', data: { from: tenant.address('server'), to: tenant.address('nobody'), problem: 'client-unknown' } },
    { type: 'vestnik.client.disconnected', data: { client: tenant.address('ivanov') } },
  ]);
  for (const delivered of endpoint.delivered) expect(isSigned(delivered, secret)).toBe(true);
  expect(one.server.log).not.toContain(secret.slice(6));
});

it('takes tokens whose keys it fetches by URL', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  endpoint.reply = () => ({ status: 200, body: JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k' }] }) });
  const tenant = await one.tenant({ jwt: { algorithms: ['EdDSA'], jwksUrl: endpoint.url } });
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { sub: 'ivanov', aud: `${tenant.name}.${one.server.installation}`, exp: Math.floor(Date.now() / 1000) + 600 };
  const text = `${part({ alg: 'EdDSA', kid: 'k' })}.${part(claims)}`;
  const token = `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
  expect((await tenant.api('POST', '/messages', { to: 'petrov', type: 'hello' }, token)).status).toBe(202);
  const forged = `${text}.${Buffer.alloc(64).toString('base64url')}`;
  expect((await tenant.api('POST', '/messages', { to: 'petrov', type: 'hello' }, forged)).status).toBe(401);
  expect(endpoint.delivered).toHaveLength(1);
});
