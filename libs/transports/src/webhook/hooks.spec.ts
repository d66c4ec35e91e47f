import { type Tenant, tenantHookSecretName } from '@vestnik/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { isSigned, SECRET, WebhookHouse, type WebhookNode } from '../spec/webhook-house.js';

const URL_OF_HOOKS = 'https://sales.example/events';
let house: WebhookHouse;
let tenant: Tenant;
let node: WebhookNode;

const begin = async (on: readonly ('connect' | 'disconnect' | 'send-refused')[]) => {
  house = new WebhookHouse();
  tenant = await house.tenant({ hooks: { url: URL_OF_HOOKS, on }, unknownClients: 'refuse' });
  house.secrets.set(tenantHookSecretName(tenant.id), SECRET);
  node = await house.node('n1');
};
const connect = async (client: string) => {
  const outlet = { push: () => {}, ready: () => true, end: () => {} };
  const opened = await node.bus.delivery.open(node.who(tenant, client), { transport: 'websocket', device: 'desk', app: 'test' }, outlet);
  opened.start();
  await house.pass();
  return opened.session;
};

describe('the hooks of a tenant', () => {
  beforeEach(() => begin(['connect', 'disconnect', 'send-refused']));

  it('are told of sessions that open and close, signed', async () => {
    const session = await connect('ivanov');
    session.closed();
    await house.pass();
    const data = { client: 'ivanov@sales.hq', session: session.session, device: 'desk', transport: 'websocket', app: 'test' };
    expect(house.egress.bodies).toEqual([
      { type: 'vestnik.client.connected', timestamp: expect.stringMatching(/Z$/), data },
      { type: 'vestnik.client.disconnected', timestamp: expect.stringMatching(/Z$/), data },
    ]);
    for (const request of house.egress.requests) expect([request.url, isSigned(request, SECRET, house.clock.now())]).toEqual([URL_OF_HOOKS, true]);
  });

  it('are told of sends that were refused', async () => {
    await expect(node.send(tenant, { to: 'nobody' })).rejects.toMatchObject({ slug: 'client-unknown' });
    await expect(node.send(tenant, { data: 'x'.repeat(300 * 1024) })).rejects.toMatchObject({ slug: 'data-too-large' });
    await house.pass();
    expect(house.egress.bodies.map(({ type, data }) => ({ type, ...(data as object) }))).toMatchObject([
      { type: 'vestnik.send.refused', from: 'server@sales.hq', to: 'nobody@sales.hq', problem: 'client-unknown' },
      { type: 'vestnik.send.refused', from: 'server@sales.hq', problem: 'data-too-large' },
    ]);
  });

  it('are tried again a few times, in order, and then left', async () => {
    house.egress.react = () => 500;
    await connect('a');
    await connect('b');
    await house.pass(31_000);
    expect(house.egress.requests).toHaveLength(5);
    expect(new Set(house.egress.requests.slice(0, 4).map(({ headers }) => headers?.['webhook-id'])).size).toBe(1);
    await house.pass(600_000);
    expect(house.egress.requests).toHaveLength(8);
    expect(house.lines.join('\n')).not.toContain(SECRET.toString('base64'));
  });

  it('keep nobody waiting, and drop what is too much', async () => {
    house.egress.react = () => new Promise(() => {});
    for (let at = 0; at < 1_200; at++) await node.send(tenant, { to: 'nobody' }).catch(() => {});
    await connect('a');
    expect(house.egress.requests).toHaveLength(1);
  });

  it('say nothing of the sessions of webhooks', async () => {
    await house.put(tenant, 'shop');
    await node.webhooks.look();
    await house.pass(1_000);
    expect(node.bus.delivery.sessionCount).toBe(1);
    expect(house.egress.requests).toEqual([]);
  });
});

it('are told of what they want only', async () => {
  await begin(['disconnect']);
  (await connect('ivanov')).closed();
  await house.pass();
  expect(house.egress.bodies.map(({ type }) => type)).toEqual(['vestnik.client.disconnected']);
});
