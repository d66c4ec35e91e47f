import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { DeliveredMessage } from '@vestnik/protocol';
import { type Answer, ask, Conditions, TestPostgres, TestServer, type TestTenant, untilAsked } from '@vestnik/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

interface Page {
  readonly messages: readonly DeliveredMessage[];
  readonly position: string;
  readonly events: readonly { readonly method: string; readonly params: Record<string, unknown>; readonly id?: string }[];
}

/** Clients that have nothing but HTTP, before a load balancer that knows nothing of sessions. */
describe('HTTP clients and two nodes', () => {
  let postgres: TestPostgres;
  let nodes: [TestServer, TestServer];
  let tenant: TestTenant;
  let tenants = 0;
  const open: { destroy(): void }[] = [];

  beforeAll(async () => {
    postgres = await TestPostgres.start();
    const first = await TestServer.start({ databaseUrl: postgres.url });
    nodes = [first, await TestServer.join(first)];
  });
  afterAll(async () => {
    for (const node of nodes ?? []) await node.close();
    await postgres?.close();
  });
  afterEach(() => {
    for (const each of open.splice(0)) each.destroy();
  });

  async function newTenant(): Promise<void> {
    tenant = await nodes[0].createTenant(`t${++tenants}`);
    // The other node hears of it by itself.
    await untilAsked('the other node knows the tenant', async () => (await rpc(1, 'ping', {})).status === 200);
  }

  const token = () => tenant.token('ivanov');
  const send = (at: 0 | 1, data: unknown) => tenant.at(nodes[at]).send({ to: 'ivanov', type: 't', data });
  const poll = async (at: 0 | 1, query: string) => {
    const answer = await ask<Page>(`${nodes[at].url}${tenant.path}/inbox?${query}`, { credentials: await token() });
    expect(answer.status, answer.text).toBe(200);
    return answer.body;
  };
  const post = async (at: 0 | 1, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    ask(`${nodes[at].url}${tenant.path}/rpc`, { body, headers, credentials: await token() });
  const rpc = (at: 0 | 1, method: string, params: object, headers?: Record<string, string>) => post(at, { jsonrpc: '2.0', id: 1, method, params }, headers);

  /** Of the client, as the first node tells it. */
  const status = async () => {
    const { clients } = (await rpc(0, 'presence.get', { clients: ['ivanov'] })).body.result as { clients: { status?: string }[] };
    return clients[0]?.status;
  };

  /** A stream of events, and what to wait for in it. */
  async function listen(at: 0 | 1, query = '', headers: Record<string, string> = {}) {
    const asked = request(`${nodes[at].url}${tenant.path}/events?${query}`, {
      agent: false,
      headers: { authorization: `Bearer ${await token()}`, ...headers },
    });
    open.push(asked);
    asked.on('error', () => {});
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    const conditions = new Conditions();
    let text = '';
    response.setEncoding('utf8');
    response.on('error', () => {});
    response.on('data', (piece: string) => {
      text += piece;
      conditions.changed();
    });
    const of = (event: string) =>
      [...text.matchAll(new RegExp(`^event: ${event}\\n(?:id: .*\\n)?data: (.*)\\n\\n`, 'gm'))].map(
        ([, data]) => JSON.parse(data ?? '') as Record<string, unknown>,
      );
    return {
      of,
      until: (event: string, count: number) =>
        conditions.until(
          () => `${count} of ${event}:\n${text}`,
          () => of(event).length >= count && of(event),
        ),
      drop: () => asked.destroy(),
    };
  }

  it('a client that polls now here, now there gets each message once, in order, whichever node took it', async () => {
    await newTenant();
    const count = 60;
    const seen: { data: unknown; redelivered?: true }[] = [];
    let { position } = await poll(0, '');
    const sending = (async () => {
      for (let data = 0; data < count; data++) await send((data % 2) as 0 | 1, data);
    })();
    for (let turn = 0; seen.length < count && turn < 500; turn++) {
      const page = await poll((turn % 2) as 0 | 1, `after=${position}&wait=2&limit=7`);
      seen.push(...page.messages.map(({ data, redelivered }) => ({ data, redelivered })));
      expect(page.events).toEqual([]);
      position = page.position;
    }
    await sending;
    expect(seen.map(({ data }) => data)).toEqual([...Array(count).keys()]);
    await poll(0, `after=${position}`);
    expect((await poll(1, 'session=another')).messages).toEqual([]);
  });

  it('a poll that waits on one node gives way to a newer one on the other', async () => {
    await newTenant();
    const { position } = await poll(0, '');
    // The status shows that it has come in.
    const older = poll(0, `after=${position}&wait=50&status=waiting`);
    await untilAsked('the older one waits', async () => (await status()) === 'waiting');
    const newer = poll(1, `after=${position}&wait=50`);
    expect(await older).toMatchObject({ messages: [], position });
    await send(0, 'for the newer');
    expect((await newer).messages.map(({ data }) => data)).toEqual(['for the newer']);
  });

  it('a stream resumes on the other node after the last id that it saw, and retracts are told there', async () => {
    await newTenant();
    const first = await listen(0);
    for (const data of [1, 2, 3, 4]) await send(1, data);
    const messages = await first.until('message', 4);
    expect(messages.map(({ data }) => data)).toEqual([1, 2, 3, 4]);
    first.drop();
    await tenant.api('DELETE', `/messages/${String(messages[0]?.id)}`);
    const second = await listen(1, '', { 'last-event-id': String(messages[1]?.position) });
    expect((await second.until('message', 2)).map(({ data }) => data)).toEqual([3, 4]);
    expect((await second.until('retract', 1))[0]).toEqual({ ids: [messages[0]?.id], reason: 'withdrawn' });
    expect(second.of('message')).toHaveLength(2);
  });

  it('what is said by rpc at the other node reaches the session that it names: acknowledgements, its status, answers to calls', async () => {
    await newTenant();
    const stream = await listen(0, 'session=tab&window=2');
    for (const data of [1, 2, 3]) await send(0, data);
    const messages = await stream.until('message', 2);
    const named = { 'vestnik-session': 'tab' };
    const acked = await rpc(1, 'ack', { position: messages[1]?.position }, named);
    expect(acked.body).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
    await stream.until('message', 3);
    expect((await rpc(1, 'presence.set', { status: 'busy' }, named)).body.result).toEqual({});
    expect((await rpc(0, 'presence.get', { clients: ['ivanov'] })).body.result).toMatchObject({ clients: [{ status: 'busy' }] });
    for (const at of [0, 1] as const) {
      const before = stream.of('call').length;
      const made = tenant.at(nodes[at]).api('POST', '/calls', { to: 'ivanov', method: 'sum', params: [1, 2] });
      const call = (await stream.until('call', before + 1)).at(-1);
      expect((await post(1, { jsonrpc: '2.0', id: call?.id, result: 3 })).status).toBe(204);
      expect((await made).body).toMatchObject({ result: 3 });
    }
    stream.drop();
    const rest = await listen(1);
    expect((await rest.until('message', 1)).map(({ data }) => data)).toEqual([3]);
  });

  it('a session that has just opened on one node is found from the other', async () => {
    await newTenant();
    for (let turn = 0; turn < 5; turn++) {
      const stream = await listen(0, `session=tab-${turn}`);
      expect((await rpc(1, 'presence.set', { status: 'away' }, { 'vestnik-session': `tab-${turn}` })).body.result).toEqual({});
      stream.drop();
    }
  });

  it('a node that is told to end tells its streams and its polls, and they go on at the other', async () => {
    await newTenant();
    const { position } = await poll(1, '');
    const stream = await listen(1, 'session=tab');
    const waiting = poll(1, `after=${position}&wait=50&status=waiting`);
    await untilAsked('it waits', async () => (await status()) === 'waiting');
    await nodes[1].stop();
    expect((await stream.until('notice', 2)).map(({ type, reconnect }) => [type, reconnect])).toEqual([
      ['vestnik.draining', undefined],
      ['vestnik.closing', true],
    ]);
    const page = await waiting;
    expect(page.events.map(({ params }) => params.type)).toEqual(['vestnik.draining', 'vestnik.closing']);
    await send(0, 'afterwards');
    expect((await poll(0, `after=${page.position}`)).messages.map(({ data }) => data)).toEqual(['afterwards']);
    await nodes[1].startAgain();
  });

  it('nothing is lost with a node that is killed while a poll waits on it', async () => {
    await newTenant();
    await send(0, 1);
    const { position } = await poll(1, '');
    const waiting = poll(1, `after=${position}&wait=50&status=waiting`).catch(() => 'cut off');
    await untilAsked('it waits', async () => (await status()) === 'waiting');
    await nodes[1].kill();
    await waiting;
    await send(0, 2);
    const { messages } = await poll(0, `after=${position}`);
    expect(messages.map(({ data }) => data)).toEqual([2]);
    await nodes[1].startAgain();
  });
});
