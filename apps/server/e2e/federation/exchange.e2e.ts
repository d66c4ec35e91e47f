import { linkSeen, type RawSocketClient, type TestTenant, untilAsked } from '@vestnik/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cut, mend, type TwoHouses, twoHouses } from './two-houses.js';

interface RecipientSeen {
  readonly address: string;
  readonly state: string;
  readonly at?: string;
  readonly arrivedAt?: string;
  readonly reason?: string;
}

interface Receipt {
  readonly id: string;
  readonly recipient: string;
  readonly state: string;
  readonly reason?: string;
}

describe('messages between two installations', () => {
  let houses: TwoHouses;
  /** At the head office; its backend sends. */
  let accounting: TestTenant;
  /** At the branch. */
  let warehouse: TestTenant;
  /** The session of the backend that sends, which gets the receipts. */
  let sender: RawSocketClient;
  const receipts: Receipt[] = [];
  let recipients = 0;

  beforeAll(async () => {
    houses = await twoHouses();
    accounting = await houses.hq.createTenant('accounting');
    warehouse = await houses.branch.createTenant('warehouse');
    await comeBack();
  });
  afterAll(async () => {
    sender?.terminate();
    await houses?.close();
  });

  /** The backend connects, again after its node was killed, and goes on after what it has acknowledged. */
  const comeBack = async () => {
    sender = await accounting.connect(
      'server',
      {},
      {
        onMessage: ({ type, data, position }) => {
          if (type === 'vestnik.receipt') receipts.push(data as unknown as Receipt);
          sender.notify('ack', { position });
        },
      },
    );
  };
  const accept = async (...accepts: readonly unknown[]) => {
    expect((await houses.branch.api('PATCH', '/v1/tenants/warehouse', { accepts })).status).toBe(200);
  };
  const newName = () => `petrov-${++recipients}`;
  const there = (name: string) => `${name}@warehouse.branch-7`;
  const send = (to: string | readonly string[], extra: Readonly<Record<string, unknown>> = {}) =>
    accounting.send({ to, type: 'order', data: { n: 1 }, receipt: true, ...extra } as never);
  const seen = async (id: string): Promise<readonly RecipientSeen[]> =>
    (await accounting.api('GET', `/messages/${id}`)).body.to as unknown as readonly RecipientSeen[];
  const untilState = (id: string, ...states: readonly string[]) =>
    untilAsked(
      `${id} is ${states.join(', ')}`,
      async () => {
        const now = await seen(id);
        return now.length === states.length && now.every(({ state }, at) => state === states[at]) ? now : undefined;
      },
      20_000,
    );
  const receiptsOf = (id: string) => receipts.filter((receipt) => receipt.id === id);
  /** Its one receipt; a second one, had there been one, would have come before that of a message sent later. */
  const onlyReceipt = async (id: string) => {
    await sender.until('the receipt', () => receiptsOf(id).length > 0, 20_000);
    const marker = await accounting.send({ to: 'nobody-is-called-so', type: 'marker', receipt: true });
    await accounting.api('DELETE', `/messages/${marker.id}`);
    await sender.until('the receipt of the marker', () => receiptsOf(marker.id).length > 0);
    expect(receiptsOf(id)).toHaveLength(1);
    return receiptsOf(id)[0] as Receipt;
  };
  const acknowledge = async (client: RawSocketClient, count: number) => {
    const messages = await client.received(count, 20_000);
    await client.call('ack', { position: messages.at(-1)?.position });
    return messages;
  };

  it('are refused where nobody accepts them, in the same words as by a tenant that is not there', async () => {
    const answer = await send(there('petrov'));
    expect(answer.to).toEqual([{ address: there('petrov'), state: 'queued' }]);
    const missing = await send('petrov@no-such-tenant.branch-7');
    const [refused] = await untilState(answer.id, 'refused');
    const [unknown] = await untilState(missing.id, 'refused');
    expect(refused).toMatchObject({ reason: 'recipient-refused', arrivedAt: expect.any(String) });
    expect(unknown?.reason).toBe('recipient-refused');
    expect(await onlyReceipt(answer.id)).toMatchObject({ recipient: there('petrov'), state: 'refused', reason: 'recipient-refused' });
  });

  it('go where a rule names the sender, and every state and one receipt come home', async () => {
    await accept('*@accounting.hq');
    const name = newName();
    const client = await warehouse.connect(name);
    // What the branch says is held up: it has the message, and nobody here knows.
    houses.proxy.harm({ silence: 'held' }, 'up');
    const answer = await send(there(name), { correlationId: 'A-17', data: { sum: 1200.5 } });
    const [message] = await client.received(1);
    expect(message).toMatchObject({ id: answer.id, from: 'server@accounting.hq', to: there(name), data: { sum: 1200.5 }, correlationId: 'A-17' });
    const [forwarded] = await seen(answer.id);
    expect([forwarded?.state, forwarded?.arrivedAt]).toEqual(['forwarded', undefined]);
    houses.proxy.heal();
    const [waiting] = await untilState(answer.id, 'queued');
    expect(waiting?.arrivedAt).toBeTypeOf('string');
    await acknowledge(client, 1);
    const [done] = await untilState(answer.id, 'acknowledged');
    expect(Date.parse(done?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(done?.arrivedAt ?? ''));
    expect(await onlyReceipt(answer.id)).toMatchObject({ recipient: there(name), state: 'acknowledged', correlationId: 'A-17' });
    client.terminate();
  });

  it('can be answered to the address they came from, where that is accepted', async () => {
    await accept('*@accounting.hq');
    expect((await houses.hq.api('PATCH', '/v1/tenants/accounting', { accepts: ['*@*.branch-7'] })).status).toBe(200);
    const name = newName();
    const client = await warehouse.connect(name);
    await send(there(name));
    const [message] = await client.received(1);
    const before = sender.messages.length;
    const answer = await client.call<{ id: string }>('send', { to: message?.from, type: 'answer', data: 'ok' });
    await sender.until('the answer', ({ messages }) => messages.slice(before).some(({ id, from }) => id === answer.id && from === there(name)));
    client.terminate();
  });

  it('keep their order, to one client and from one sender', async () => {
    const name = newName();
    const client = await warehouse.connect(name, { window: 1_000 });
    const sent: string[] = [];
    for (let part = 0; part < 5; part++) {
      const messages = Array.from({ length: 60 }, (_, at) => ({ to: there(name), type: 'n', data: part * 60 + at }));
      const { status, body } = await accounting.api('POST', '/messages/batch', { messages });
      expect(status).toBe(202);
      sent.push(...(body.results as { id: string }[]).map(({ id }) => id));
    }
    expect((await client.received(300, 20_000)).map(({ id }) => id)).toEqual(sent);
    client.terminate();
  });

  it('go to recipients here and there in one send, and once for one key', async () => {
    const names = [newName(), newName()];
    const [first, second] = await Promise.all(names.map((name) => warehouse.connect(name)));
    const local = await accounting.connect('sidorov');
    const to = ['sidorov', ...names.map(there)];
    const answer = await send(to, { key: 'order-17' });
    const again = await send(to, { key: 'order-17' });
    expect([again.id, again.duplicate]).toEqual([answer.id, true]);
    const last = await send(to);
    for (const client of [first, second, local]) {
      const messages = await acknowledge(client as RawSocketClient, 2);
      expect(messages.map(({ id }) => id)).toEqual([answer.id, last.id]);
    }
    expect((await untilState(answer.id, 'acknowledged', 'acknowledged', 'acknowledged')).map(({ address }) => address).sort()).toEqual(
      ['sidorov@accounting.hq', ...names.map(there)].sort(),
    );
    await sender.until('a receipt for each', () => receiptsOf(answer.id).length >= 3);
    expect(new Set(receiptsOf(answer.id).map(({ recipient }) => recipient)).size).toBe(3);
    for (const client of [first, second, local]) client?.terminate();
  });

  it('of which one recipient is not accepted reach the others', async () => {
    await accept({ from: '*@accounting.hq', allow: ['send'], to: ['welcome'] });
    const client = await warehouse.connect('welcome');
    const { id } = await send([there('welcome'), there('stranger')]);
    await acknowledge(client, 1);
    const states = new Map((await untilSettled(id)).map(({ address, state }) => [address, state]));
    expect(Object.fromEntries(states)).toEqual({ [there('welcome')]: 'acknowledged', [there('stranger')]: 'refused' });
    await accept('*@accounting.hq');
    client.terminate();
  });
  const untilSettled = (id: string) =>
    untilAsked('it is settled', async () => {
      const now = await seen(id);
      return now.every(({ state }) => state === 'acknowledged' || state === 'refused') ? now : undefined;
    });

  it('to topics and to everyone go only where these are accepted by name', async () => {
    const client = await warehouse.connect(newName());
    await client.call('subscribe', { topic: 'stock/eu' });
    const topic = '#stock/eu@warehouse.branch-7';
    const everyone = '*@warehouse.branch-7';
    const send = async (to: string) => (await accounting.send({ to, type: 'n' })).id;
    for (const id of [await send(topic), await send(everyone)]) await untilState(id, 'refused');
    await accept({ from: '*@accounting.hq', allow: ['topics', 'broadcast'] });
    const sent = [await send(topic), await send(everyone)];
    expect((await client.received(2)).map(({ id }) => id)).toEqual(sent);
    await accept('*@accounting.hq');
    client.terminate();
  });

  it('are taken back after they have gone, as long as nobody has acknowledged them', async () => {
    const name = newName();
    const client = await warehouse.connect(name);
    const { id } = await send(there(name));
    await client.received(1);
    expect((await accounting.api('DELETE', `/messages/${id}`)).status).toBe(200);
    await client.until('the retract', ({ retracts }) => retracts.some(({ ids }) => ids.includes(id)));
    await untilState(id, 'withdrawn');
    expect(await onlyReceipt(id)).toMatchObject({ state: 'withdrawn', recipient: there(name) });
    client.terminate();
  });

  it('wait for their hour at home', async () => {
    const name = newName();
    const client = await warehouse.connect(name);
    const dueAt = Date.now() + 1_500;
    const { id, to } = await send(there(name), { deliverAt: new Date(dueAt).toISOString() });
    expect(to[0]?.state).toBe('scheduled');
    expect((await seen(id))[0]?.state).toBe('scheduled');
    const [message] = await client.received(1);
    expect(message?.id).toBe(id);
    expect(Date.now()).toBeGreaterThanOrEqual(dueAt);
    await acknowledge(client, 1);
    await untilState(id, 'acknowledged');
    client.terminate();
  });

  it('wait while the link is paused, on either side, and go on after it', async () => {
    const name = newName();
    const client = await warehouse.connect(name);
    for (const [server, link] of [
      [houses.hq, houses.link.accepting],
      [houses.branch, houses.link.inviting],
    ] as const) {
      expect((await server.api('POST', `/v1/links/${link}/pause`)).body.state).toBe('paused');
      const before = client.messages.length;
      const { id } = await send(there(name));
      // What is sent at the other end of the house's border meanwhile has come and gone.
      const probe = await warehouse.send({ to: name, type: 'probe' });
      await client.until('the probe', ({ messages }) => messages.some((message) => message.id === probe.id));
      expect(client.messages.slice(before).map((message) => message.id)).toEqual([probe.id]);
      expect((await server.api('POST', `/v1/links/${link}/resume`)).body.state).toBe('active');
      await client.until('the message', ({ messages }) => messages.some((message) => message.id === id), 20_000);
    }
    client.terminate();
  });

  it('expire or are taken back at home while the line is cut, with one receipt each, and the rest arrives', async () => {
    const name = newName();
    const client = await warehouse.connect(name);
    await cut(houses);
    const short = await send(there(name), { ttl: 1 });
    const withdrawn = await send(there(name));
    const last = await send(there(name));
    expect((await seen(last.id))[0]?.state).toBe('queued');
    expect((await accounting.api('DELETE', `/messages/${withdrawn.id}`)).body.to).toMatchObject([{ state: 'withdrawn' }]);
    await untilState(short.id, 'expired');
    expect(await onlyReceipt(short.id)).toMatchObject({ state: 'expired', recipient: there(name) });
    expect(await onlyReceipt(withdrawn.id)).toMatchObject({ state: 'withdrawn' });
    await mend(houses);
    const messages = await acknowledge(client, 1);
    expect(messages.map(({ id }) => id)).toEqual([last.id]);
    await untilState(last.id, 'acknowledged');
    expect(receiptsOf(short.id)).toHaveLength(1);
    client.terminate();
  });

  it('arrive, with their receipts home, over a kill of either side', { timeout: 60_000 }, async () => {
    const name = newName();
    await houses.branch.kill();
    const first = await send(there(name));
    await houses.hq.kill();
    await houses.branch.startAgain();
    await houses.hq.startAgain();
    await comeBack();
    const client = await warehouse.connect(name);
    // No new traffic: what waited goes by itself.
    const [message] = await client.received(1, 30_000);
    expect(message?.id).toBe(first.id);
    await houses.hq.kill();
    await acknowledge(client, 1);
    await houses.hq.startAgain();
    await comeBack();
    await untilState(first.id, 'acknowledged');
    expect(await onlyReceipt(first.id)).toMatchObject({ state: 'acknowledged' });
    client.terminate();
  });

  it('that somebody changes on the way are not taken, and the link waits for an administrator', { timeout: 60_000 }, async () => {
    const { branch, proxy, link } = houses;
    const name = newName();
    const client = await warehouse.connect(name);
    proxy.harm({ alter: (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('honest', 'forged'), 'latin1') }, 'down');
    const { id } = await send(there(name), { data: 'honest' });
    await untilAsked('it is found out', async () => (await linkSeen(branch, link.inviting)).quarantined !== undefined);
    proxy.heal();
    expect(client.messages).toEqual([]);
    expect((await branch.api('POST', `/v1/links/${link.inviting}/resume`)).status).toBe(200);
    const [message] = await client.received(1, 30_000);
    expect([message?.id, message?.data]).toEqual([id, 'honest']);
    client.terminate();
  });

  it('to an installation that is not linked are refused at once', async () => {
    const answer = await accounting.api('POST', '/messages', { to: 'petrov@warehouse.branch-8', type: 'n' });
    expect([answer.status, answer.body.type]).toEqual([404, 'urn:vestnik:problem:installation-unknown']);
  });

  it('of clients go no further than their tenant lets them', async () => {
    const name = newName();
    const client = await accounting.connect('ivanov');
    await client.call('send', { to: there(name), type: 'n' });
    for (const clientsMay of ['installation', 'tenant']) {
      expect((await houses.hq.api('PATCH', '/v1/tenants/accounting', { clientsMay })).status).toBe(200);
      const reply = await client.ask('send', { to: there(name), type: 'n' });
      expect(reply?.error?.data.type).toBe('forbidden');
      expect((await send(there(name))).to[0]?.state).toBe('queued');
    }
    await houses.hq.api('PATCH', '/v1/tenants/accounting', { clientsMay: 'anywhere' });
    client.terminate();
  });

  it('are refused where the quota of the link is used up, by the name of the link, and taken again when it has room', async () => {
    const name = newName();
    const { postgres, databases } = houses;
    await cut(houses);
    await postgres.hq.query('update vestnik.link l set quota_rows = 3', [], databases.hq);
    const refused = await untilAsked('the quota is used up', async () => {
      const answer = await accounting.api('POST', '/messages', { to: there(name), type: 'n' });
      return answer.status === 202 ? undefined : answer;
    });
    expect([refused.status, refused.body]).toMatchObject([429, { type: 'urn:vestnik:problem:inbox-full', link: 'branch-7' }]);
    expect(refused.headers['retry-after']).toBeDefined();
    await mend(houses);
    await untilAsked('there is room again', async () => (await accounting.api('POST', '/messages', { to: there(name), type: 'n' })).status === 202);
    await postgres.hq.query('update vestnik.link l set quota_rows = 1000000', [], databases.hq);
  });

  it('that wait for a link that is removed are refused, with their receipts', async () => {
    await cut(houses);
    const { id } = await send(there(newName()));
    expect((await houses.hq.api('DELETE', `/v1/links/${houses.link.accepting}`)).status).toBe(204);
    const [refused] = await untilState(id, 'refused');
    expect(refused?.reason).toBeTypeOf('string');
    expect(await onlyReceipt(id)).toMatchObject({ state: 'refused' });
    const answer = await accounting.api('POST', '/messages', { to: there('petrov'), type: 'n' });
    expect(answer.body.type).toBe('urn:vestnik:problem:installation-unknown');
  });
});
