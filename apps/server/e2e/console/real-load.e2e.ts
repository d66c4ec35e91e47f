import { TestServer } from '@vestnik/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MESSAGE_STATES, type RealLoad, realLoad, SMUGGLED } from './real-load.js';

let server: TestServer;
let load: RealLoad;
beforeAll(async () => {
  server = await TestServer.start({ environment: { VESTNIK_EGRESS_ALLOW: '127.0.0.1/32' } });
  load = await realLoad(server);
}, 60_000);
afterAll(async () => {
  await load?.close();
  await server?.close();
});

it.each(MESSAGE_STATES)('has a message that is %s', async (state) => {
  const { body } = await load.sales.api('GET', `/messages/${load.messages[state]}`);
  expect((body.to as { state: string }[])[0]?.state).toBe(state);
});

it('has sessions over each transport, and somebody who is behind', async () => {
  const online = await Promise.all(
    ['ivanov', 'петрова', 'dispatcher', 'kassa-12'].map(async (client) => {
      const { body } = await load.sales.api('GET', `/clients/${encodeURIComponent(client)}`);
      return (body.sessions as { transport: string }[])[0]?.transport;
    }),
  );
  expect(online).toEqual(['websocket', 'sse', 'long-poll', 'websocket']);
  const { body } = await load.sales.api('GET', '/clients/kassa-12');
  expect(JSON.stringify(body)).toContain('"behind":6');
});

it('has webhooks that take, fail and are paused', async () => {
  const states = await Promise.all(
    ['shop', 'crm', 'старая-1С'].map(async (client) => (await load.warehouse.api('GET', `/clients/${encodeURIComponent(client)}/webhook`)).body.state),
  );
  expect(states).toEqual(['active', 'failing', 'paused']);
});

it('has words that look like a script where anybody can put words', async () => {
  const { body } = await load.sales.api('GET', `/messages/${load.smuggled}`);
  expect(body).toMatchObject({ correlationId: SMUGGLED, data: { html: SMUGGLED } });
  expect((body.to as { reason: string }[])[0]?.reason).toContain(SMUGGLED);
  expect((await server.api('GET', '/v1/tenants/partner')).body).toMatchObject({ title: SMUGGLED, suspended: true });
});

it('has another installation, and a message that went there', async () => {
  const { items } = (await server.api('GET', '/v1/links')).body as { items: { name: string; connected: boolean }[] };
  expect(items).toMatchObject([{ name: 'branch-7', connected: true }]);
  expect(load.acrossLink).toBeDefined();
});
