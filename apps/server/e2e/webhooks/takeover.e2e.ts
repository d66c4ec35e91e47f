import { TestPostgres, TestServer } from '@vestnik/testing';
import { expect, it } from 'vitest';
import { Endpoint } from './endpoint.js';

it('hands the webhooks of a node that was killed to another one, which loses nothing and keeps the order', async () => {
  const postgres = await TestPostgres.start();
  const endpoint = await Endpoint.open();
  const options = { databaseUrl: postgres.url, environment: { VESTNIK_EGRESS_ALLOW: '127.0.0.1/32' } };
  const first = await TestServer.start(options);
  let second: TestServer | undefined;
  try {
    const tenant = await first.createTenant('sales');
    expect((await tenant.api('PUT', '/clients/shop/webhook', { url: endpoint.url })).status).toBe(201);
    await tenant.send({ to: 'shop', type: 'order', data: 0 });
    await endpoint.until('the first node serves it', () => endpoint.data.length === 1);
    second = await TestServer.join(first, options);
    const there = tenant.at(second);
    await first.kill();
    for (let number = 1; number <= 20; number++) await there.send({ to: 'shop', type: 'order', data: number });
    await endpoint.until('the second node serves it', () => endpoint.data.includes(20), 25_000);
    // What was under way when the node died may come twice.
    const inOrder = endpoint.data.filter((data, at) => endpoint.data.indexOf(data) === at);
    expect(inOrder).toEqual(Array.from({ length: 21 }, (_, number) => number));
  } finally {
    endpoint.close();
    await second?.close();
    await first.close();
    await postgres.stop();
  }
}, 90_000);
