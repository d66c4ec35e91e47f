import { EgressFailure, type Tenant, WEBHOOK_DEVICE } from '@vestnik/core';
import { dropBefore } from '@vestnik/core/memory';
import { Problem, writeJson } from '@vestnik/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { isSigned, type Reaction, SECRET, WebhookHouse, type WebhookNode } from '../spec/webhook-house.js';

let house: WebhookHouse;
let tenant: Tenant;
let node: WebhookNode;
beforeEach(async () => {
  house = new WebhookHouse();
  tenant = await house.tenant({ webhookAttempts: 3 });
  node = await house.node('n1');
});

const egress = () => house.egress;
/** Reactions one after the other; the last one stays. */
const react = (...reactions: Reaction[]) => {
  egress().react = () => (reactions.length > 1 ? (reactions.shift() as Reaction) : (reactions[0] as Reaction));
};
const serve = async (format: 'json-rpc' | 'cloudevents' = 'json-rpc') => {
  await house.put(tenant, 'shop', format);
  await node.webhooks.look();
  await house.pass();
};
const send = async (...data: unknown[]) => {
  for (const one of data) await node.send(tenant, { data: one });
  await house.pass();
};
const acknowledged = async () => {
  const record = await house.mailboxes.findClient(tenant.id, 'shop');
  return record?.devices.find(({ device }) => device === WEBHOOK_DEVICE)?.acknowledged ?? 0;
};
const HOUR = 3600_000;

describe('a webhook', () => {
  it('is POSTed what its client is sent, as the WebSocket would carry it, signed, in order, one after the other', async () => {
    let underWay = 0;
    egress().react = async () => {
      expect(++underWay).toBe(1);
      await Promise.resolve();
      underWay--;
      return 200;
    };
    await send('before');
    await serve();
    await send(1, 2, 3);
    expect(egress().data).toEqual(['before', 1, 2, 3]);
    const [first] = egress().bodies as [Record<string, Record<string, unknown>>];
    expect(first).toEqual({
      jsonrpc: '2.0',
      method: 'message',
      params: expect.objectContaining({ from: 'server@sales.hq', to: 'shop@sales.hq', type: 'test', data: 'before', position: expect.any(String) }),
    });
    for (const request of egress().requests) {
      expect(request).toMatchObject({
        method: 'POST',
        url: 'https://shop.example/hook',
        tenantId: tenant.id,
        headers: { 'content-type': 'application/json; charset=utf-8' },
      });
      expect(isSigned(request, SECRET, house.clock.now())).toBe(true);
    }
    expect(egress().requests[0]?.headers?.['webhook-id']).toBe(first.params?.id);
    await house.pass(1_000);
    expect(await acknowledged()).toBe(await house.messageLog.head(tenant.id));
  });

  it('tries again with growing delay and lets nothing overtake', async () => {
    await serve();
    react(500, new EgressFailure('unreachable', 'the connection was refused'), 204);
    await send('a', 'b');
    expect(egress().data).toEqual(['a']);
    expect(await house.of(tenant, 'shop')).toMatchObject({
      state: 'failing',
      failures: 1,
      lastError: 'the endpoint answered 500',
      nextAttemptAt: house.clock.now() + 2_500,
    });
    await house.pass(2_000);
    expect(egress().data).toEqual(['a']);
    await house.pass(500);
    expect(egress().data).toEqual(['a', 'a']);
    expect(await house.of(tenant, 'shop')).toMatchObject({ failures: 2, lastError: 'the connection was refused' });
    await house.pass(7_500);
    expect(egress().data).toEqual(['a', 'a', 'a', 'b']);
    expect(await house.of(tenant, 'shop')).toMatchObject({ state: 'active', failures: 0 });
    expect(await house.reasons(tenant)).toEqual([]);
    const signed = egress().requests.map(({ headers }) => headers?.['webhook-timestamp']);
    expect(new Set(signed.slice(0, 3)).size).toBe(3);
    expect(
      new Set(
        egress()
          .requests.slice(0, 3)
          .map(({ headers }) => headers?.['webhook-id']),
      ).size,
    ).toBe(1);
  });

  it('waits as long as Retry-After says', async () => {
    await serve();
    react({ status: 503, headers: { 'retry-after': '120' } }, 204);
    await send('a');
    await house.pass(119_000);
    expect(egress().data).toEqual(['a']);
    await house.pass(1_500);
    expect(egress().data).toEqual(['a', 'a']);
  });

  it('makes a dead letter of what was not taken within the limit of the tenant, and goes on', async () => {
    await serve();
    egress().react = ({ body }) => (body?.includes('"bad"') ? 422 : 204);
    await send('bad', 'good');
    await house.pass(60_000);
    expect(egress().data).toEqual(['bad', 'bad', 'bad', 'good']);
    expect(await house.reasons(tenant)).toEqual(['the webhook did not take it in 3 attempts: the endpoint answered 422']);
    await house.pass(1_000);
    expect(await acknowledged()).toBeGreaterThan(0);
    expect(await house.of(tenant, 'shop')).toMatchObject({ state: 'active' });
  });

  it('pauses where five messages in a row were given up, shows why, and goes on where it stood when it is resumed', async () => {
    await serve();
    react(500);
    await send(1, 2, 3, 4, 5, 6, 7);
    await house.pass(10 * 60_000);
    const paused = await house.of(tenant, 'shop');
    expect(paused).toMatchObject({
      state: 'paused',
      reason: '5 messages in a row were not taken: the endpoint answered 500',
      lastError: 'the endpoint answered 500',
    });
    expect(await house.reasons(tenant)).toHaveLength(5);
    const tried = egress().requests.length;
    await house.pass(HOUR);
    expect(egress().requests).toHaveLength(tried);
    react(204);
    await house.webhooks.resume(tenant.id, paused.clientId);
    await house.pass(3_000);
    expect(egress().data.slice(tried)).toEqual([6, 7]);
    expect(await house.of(tenant, 'shop')).toMatchObject({ state: 'active' });
  });

  it('pauses at once where the endpoint says that it is gone; the message waits', async () => {
    await serve();
    react(410);
    await send('a');
    expect(await house.of(tenant, 'shop')).toMatchObject({ state: 'paused', reason: expect.stringContaining('410') });
    await house.pass(HOUR);
    expect([egress().data, await house.reasons(tenant)]).toEqual([['a'], []]);
    expect(node.bus.delivery.sessionCount).toBe(0);
  });

  it('pauses where nothing was taken for a day', async () => {
    await house.directory.update('sales', { settings: { webhookAttempts: 1_000 } });
    await house.tenants.refresh();
    await serve();
    react(new EgressFailure('timeout', 'no whole answer within 10 s'));
    await send('a');
    await house.pass(23 * HOUR);
    expect(await house.of(tenant, 'shop')).toMatchObject({ state: 'failing' });
    await house.pass(20 * HOUR);
    expect(await house.of(tenant, 'shop')).toMatchObject({ state: 'paused', reason: 'nothing was taken for a day: no whole answer within 10 s' });
    expect(await house.reasons(tenant)).toEqual([]);
  }, 60_000);

  it('POSTs nothing of what has ended while it waited', async () => {
    await serve();
    react(500, 204);
    await send('a');
    const { id } = await node.send(tenant, { data: 'withdrawn' });
    await send('c');
    await node.bus.states.withdraw(node.who(tenant), id);
    await house.pass(60_000);
    expect(egress().data).toEqual(['a', 'a', 'c']);
    await house.pass(1_000);
    expect(await acknowledged()).toBeGreaterThan(0);
  });

  it('goes on behind a message that was withdrawn while it was tried in vain', async () => {
    await serve();
    react(500, 500, 204);
    const { id } = await node.send(tenant, { data: 'withdrawn' });
    await send('b');
    await node.bus.states.withdraw(node.who(tenant), id);
    await house.pass(10_000);
    expect(egress().data).toEqual(['withdrawn', 'b', 'b']);
  });

  it('is told a refused URL like any other failure', async () => {
    await serve();
    react(new Problem('url-refused', 'url: the bus may not fetch from there'), 204);
    await send('a');
    expect(await house.of(tenant, 'shop')).toMatchObject({ state: 'failing', lastError: 'url: the bus may not fetch from there' });
  });

  it('is POSTed transient messages once, and none while it is failing', async () => {
    await serve();
    react(500, 204);
    await node.send(tenant, { data: 't1', durable: false });
    await house.pass(60_000);
    expect(egress().data).toEqual(['t1']);
    react(500);
    await send('d');
    await node.send(tenant, { data: 't2', durable: false });
    await house.pass();
    expect(egress().data).toEqual(['t1', 'd']);
  });

  it('is POSTed transient messages again when what failed was given up', async () => {
    await serve();
    react(500);
    await send('bad');
    await house.pass(30_000);
    expect(await house.of(tenant, 'shop')).toMatchObject({ state: 'failing', failures: 0 });
    await node.send(tenant, { data: 't', durable: false });
    await house.pass();
    expect(egress().data).toEqual(['bad', 'bad', 'bad', 't']);
  });

  it('hands a backlog over in order, larger than its window', async () => {
    const all = Array.from({ length: 100 }, (_, at) => at);
    await send(...all);
    await serve();
    await house.pass(5_000);
    expect(egress().data).toEqual(all);
  });

  it('is told of a gap before all else, until it takes it', async () => {
    await node.send(tenant, { data: 'lost', ttl: 1 });
    await house.pass(2_000);
    dropBefore(house.base, house.clock.now());
    await send('kept');
    react(500, 204);
    await serve();
    await house.pass(10_000);
    expect(egress().bodies.map(({ method, params }) => [method, (params as { type: string }).type])).toEqual([
      ['notice', 'vestnik.gap'],
      ['notice', 'vestnik.gap'],
      ['message', 'test'],
    ]);
    expect(egress().bodies[0]?.params).toMatchObject({ reason: 'expired-from-log', from: expect.any(String), to: expect.any(String) });
    expect(egress().data).toEqual(['kept']);
  });

  it('takes a change of its URL at once on its own node, and nothing more goes to the old one', async () => {
    await serve();
    react(500);
    await send('a');
    react(204);
    await house.put(tenant, 'shop', 'json-rpc', 'https://new.example/');
    await node.webhooks.look();
    await house.pass();
    expect(egress().requests.map(({ url }) => url)).toEqual(['https://shop.example/hook', 'https://new.example/']);
  });

  it('ends with its removal, and what comes then waits', async () => {
    await serve();
    await send('a');
    await house.webhooks.delete(tenant.id, await house.clientId(tenant, 'shop'));
    await node.webhooks.look();
    await send('b');
    await house.pass(60_000);
    expect(egress().data).toEqual(['a']);
    expect([node.webhooks.count, node.bus.delivery.sessionCount]).toEqual([0, 0]);
  });

  it('pauses without its secret', async () => {
    await house.put(tenant, 'shop');
    house.secrets.clear();
    await node.webhooks.look();
    await house.pass(10_000);
    expect(await house.of(tenant, 'shop')).toMatchObject({ state: 'paused', reason: expect.stringContaining('secret') });
    expect(node.bus.delivery.sessionCount).toBe(0);
  });

  it('rests while its tenant is suspended', async () => {
    await house.directory.update('sales', { settings: { suspended: true } });
    await house.tenants.refresh();
    await serve();
    expect(node.bus.delivery.sessionCount).toBe(0);
    await house.directory.update('sales', { settings: { suspended: false } });
    await house.tenants.refresh();
    await house.pass(6_000);
    await send('a');
    expect(egress().data).toEqual(['a']);
  });

  it('comes back where an administrator closed its session', async () => {
    await serve();
    const id = await house.clientId(tenant, 'shop');
    const [session] = node.bus.sessions.ofClient(id);
    node.bus.sessions.close(id, session?.session as string, 'closed-by-administrator');
    await house.pass(6_000);
    await send('a');
    expect(egress().data).toEqual(['a']);
  });

  it('costs no timer of its own', async () => {
    await house.pass(2_000);
    const before = house.clock.waiting;
    for (let at = 0; at < 300; at++) await house.put(tenant, `shop ${at}`);
    await house.pass(60_000);
    expect([node.webhooks.count, node.bus.delivery.sessionCount]).toEqual([300, 300]);
    expect(house.clock.waiting - before).toBeLessThan(5);
  });

  it('writes no secret and no contents into the log', async () => {
    await serve();
    react(500);
    await send('the contents');
    await house.pass(HOUR);
    expect(house.lines.length).toBeGreaterThan(0);
    const all = house.lines.join('\n');
    for (const hidden of ['the contents', SECRET.toString('base64'), 'v1,']) expect(all).not.toContain(hidden);
  });
});

describe('a webhook in the form of CloudEvents', () => {
  it('is POSTed events in structured mode, data as it was sent', async () => {
    await serve('cloudevents');
    await node.send(tenant, { data: { sum: 1 }, type: 'order.approved', correlationId: 'A-17' }, 'Иванов Иван');
    await node.send(tenant, { data: 'AAEC', contentType: 'image/png' });
    await house.pass();
    const [event, binary] = egress().bodies;
    expect(egress().requests[0]?.headers?.['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(event).toEqual({
      specversion: '1.0',
      id: egress().requests[0]?.headers?.['webhook-id'],
      source: `urn:vestnik:${encodeURI('Иванов Иван@sales.hq')}`,
      type: 'order.approved',
      subject: 'shop@sales.hq',
      time: expect.stringMatching(/Z$/),
      datacontenttype: 'application/json',
      position: expect.any(String),
      correlationid: 'A-17',
      expiresat: expect.stringMatching(/Z$/),
      data: { sum: 1 },
    });
    expect(binary).toMatchObject({ datacontenttype: 'image/png', data_base64: 'AAEC' });
    expect(binary).not.toHaveProperty('data');
  });

  it('passes long numbers on', async () => {
    await serve('cloudevents');
    const { readMessage } = await import('@vestnik/protocol');
    await node.bus.sending.send(node.who(tenant), readMessage({ to: 'shop', type: 't', data: 1 }, '12345678901234567890.10'));
    await house.pass();
    expect(egress().requests[0]?.body).toContain('"data":12345678901234567890.10}');
  });
});

describe('a call of a webhook', () => {
  const call = (params: object = {}) => {
    const full = { to: 'shop', method: 'price', params: { item: 7 }, ...params };
    const caller = { principal: node.who(tenant), sends: undefined as never, device: '' };
    return node.bus.calls.call(caller, full, JSON.stringify(full)).then(
      (answer) => writeJson(answer),
      (error: unknown) => error as Problem,
    );
  };

  it('is POSTed at once, beside messages that wait, and answered by the body', async () => {
    await serve();
    react(500);
    await send('waits');
    react({ status: 200, body: ' {"price": 12345678901234567890.10} ' });
    const answered = call();
    await house.pass();
    const [, request] = egress().requests;
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      jsonrpc: '2.0',
      method: 'call',
      id: request?.headers?.['webhook-id'],
      params: { from: 'server@sales.hq', method: 'price', params: { item: 7 }, deadline: expect.any(String) },
    });
    expect(request?.repeatable).toBe(false);
    expect(isSigned(request as never, SECRET, house.clock.now())).toBe(true);
    expect(await answered).toContain('"price": 12345678901234567890.10');
  });

  it.each([
    [500, -32603, 'the webhook answered 500'],
    [{ status: 422, body: '{"error":{"code":7,"message":"no such item"}}' }, 7, 'no such item'],
    [{ status: 200, body: 'not JSON' }, -32603, 'the webhook did not answer with JSON'],
    [new EgressFailure('unreachable', 'the connection was refused'), -32061, 'the webhook cannot be reached: the connection was refused'],
  ] as [Reaction, number, string][])('that ends in %j fails and is not repeated', async (reaction, code, message) => {
    await serve();
    react(reaction);
    const failed = call();
    await house.pass();
    expect(await failed).toMatchObject({ slug: 'call-failed' });
    expect(JSON.stringify(((await failed) as Problem).extra)).toContain(String(code));
    expect(JSON.stringify(((await failed) as Problem).extra)).toContain(message);
    await house.pass(60_000);
    expect(egress().requests).toHaveLength(1);
  });

  it.each(['timeout', 'interrupted', 'too-large'] as const)(
    'that ends without a whole answer (%s) may have been carried out, and is not repeated',
    async (kind) => {
      await serve();
      react(new EgressFailure(kind, 'no answer'));
      const failed = call();
      await house.pass();
      expect(await failed).toMatchObject({ slug: 'call-interrupted' });
      await house.pass(60_000);
      expect(egress().requests).toHaveLength(1);
    },
  );

  it('by way of another node ends in the same ways', async () => {
    await serve();
    const other = await house.node('n2');
    await house.pass(1_000);
    const full = { to: 'shop', method: 'price' };
    const ask = () => {
      const asked = other.bus.calls.call({ principal: other.who(tenant), sends: undefined as never, device: '' }, full, JSON.stringify(full));
      return asked.then(
        () => 'answered',
        (error: Problem) => error.slug,
      );
    };
    react({ status: 200, body: '7' });
    const answered = ask();
    await house.pass(100);
    react(new EgressFailure('timeout', 'no answer'));
    const interrupted = ask();
    await house.pass(100);
    expect([await answered, await interrupted]).toEqual(['answered', 'call-interrupted']);
  });

  it('is given up where nobody waits for it any more', async () => {
    await serve();
    let aborted = false;
    egress().react = (request) =>
      new Promise((resolve) =>
        request.signal?.addEventListener('abort', () => {
          aborted = true;
          resolve(new EgressFailure('aborted', 'it was given up'));
        }),
      );
    const late = call({ timeout: 1 });
    await house.pass(1_100);
    expect(await late).toMatchObject({ slug: 'call-timeout' });
    expect(aborted).toBe(true);
  });
});

describe('webhooks on several nodes', () => {
  it('go to another node within 15 s when theirs dies, and the back-off goes on there', async () => {
    await serve();
    react(500, 500, 204);
    await send('a');
    await house.pass(2_500);
    expect(await house.of(tenant, 'shop')).toMatchObject({ failures: 2 });
    // From here on the first node says nothing any more.
    (node.webhooks as unknown as { timer: { cancel(): void } }).timer.cancel();
    const other = await house.node('n2');
    await house.pass(10_000);
    expect(other.webhooks.count).toBe(0);
    await house.pass(5_000);
    expect(other.webhooks.count).toBe(1);
    expect(await house.of(tenant, 'shop')).toMatchObject({ state: 'active' });
    expect(egress().data).toEqual(['a', 'a', 'a']);
  });

  it('are handed over at once by a node that stops, and nothing is POSTed twice', async () => {
    await serve();
    let answer: (status: number) => void = () => {};
    egress().react = () =>
      new Promise<number>((resolve) => {
        answer = resolve;
      });
    await send('a', 'b');
    const other = await house.node('n2');
    const drained = node.webhooks.drain();
    await house.pass();
    react(204);
    answer(204);
    await house.pass();
    await drained;
    await house.pass(2_500);
    expect(other.webhooks.count).toBe(1);
    expect(egress().data).toEqual(['a', 'b']);
  });

  it('stop on a node that cannot say that it lives, before another takes them', async () => {
    await serve();
    house.gate = (operation) => {
      if (operation === 'leaseWebhooks') throw new Problem('unavailable', 'the database cannot be reached now');
    };
    await house.pass(12_000);
    expect(node.webhooks.count).toBe(0);
    house.gate = undefined;
    await house.pass(6_000);
    expect(node.webhooks.count).toBe(1);
    await send('a');
    expect(egress().data).toEqual(['a']);
  });

  it('are left alone by a node that hung for a while, when it comes to itself', async () => {
    await serve();
    let answer: (status: number) => void = () => {};
    egress().react = () =>
      new Promise<number>((resolve) => {
        answer = resolve;
      });
    await send('a', 'b');
    // Nothing of the node runs, but for the answer that comes at last.
    (node.webhooks as unknown as { timer: { cancel(): void } }).timer.cancel();
    await house.pass(11_000);
    react(204);
    answer(204);
    await house.pass(500);
    expect(egress().data).toEqual(['a']);
    await house.node('n2');
    await house.pass(5_000);
    expect(egress().data.at(-1)).toBe('b');
  });

  it('are shared out: each is served by one', async () => {
    const other = await house.node('n2');
    for (let at = 0; at < 20; at++) await house.put(tenant, `shop ${at}`);
    await house.pass(5_000);
    expect(node.webhooks.count + other.webhooks.count).toBe(20);
  });
});
