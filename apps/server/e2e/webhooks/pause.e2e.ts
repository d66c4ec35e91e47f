import { ask, untilAsked } from '@vestnik/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';
import { Endpoint } from './endpoint.js';

const WEBHOOK = '/clients/shop/webhook';
let endpoint: Endpoint;
beforeEach(async () => {
  endpoint = await Endpoint.open();
});
afterEach(() => endpoint.close());

const one = oneServer(() => ({ environment: { VESTNIK_EGRESS_ALLOW: '127.0.0.1/32' } }));

describe('a webhook that an administrator pauses', () => {
  it('is POSTed nothing more, is in the list of those that are paused, and goes on in order when it is resumed', async () => {
    const tenant = await one.tenant();
    await tenant.api('PUT', WEBHOOK, { url: endpoint.url });
    await tenant.send({ to: 'shop', type: 'order', data: 1 });
    await endpoint.until('the first came', () => endpoint.data.length === 1);

    // Once the call is answered, the node that serves it has let go.
    expect(await tenant.api('POST', `${WEBHOOK}/pause`, { reason: 'the shop moves' })).toMatchObject({
      status: 200,
      body: { state: 'paused', reason: 'the shop moves' },
    });
    await tenant.send({ to: 'shop', type: 'order', data: 2 });
    await tenant.send({ to: 'shop', type: 'order', data: 3 });
    const listed = async (state: string) => {
      const { body } = await ask<{ items: { client: string; waiting: number; reason?: string }[] }>(
        `${one.server.url}/v1/webhooks?tenant=${tenant.name}&state=${state}`,
        { credentials: one.server.adminKey },
      );
      return body.items;
    };
    expect(await listed('paused')).toMatchObject([{ client: 'shop', reason: 'the shop moves' }]);
    expect(await listed('active')).toEqual([]);
    expect(endpoint.data).toEqual([1]);

    expect(await tenant.api('POST', `${WEBHOOK}/resume`)).toMatchObject({ status: 200, body: { state: 'active' } });
    await endpoint.until('the rest came', () => endpoint.data.length >= 3);
    expect(endpoint.data).toEqual([1, 2, 3]);
    expect(await untilAsked('it is active', async () => (await listed('active')).length === 1)).toBe(true);
    const { body } = await ask<{ items: { action: string; subject: string }[] }>(`${one.server.url}/v1/audit?limit=10`, { credentials: one.server.adminKey });
    expect(body.items.map(({ action }) => action)).toEqual(expect.arrayContaining(['webhook.pause', 'webhook.resume']));
  });
});
