import { type Answer, ask, RawSocketClient, type TestTenant, untilAsked } from '@vestnik/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

/** What of an answer must not tell whether a thing is there: all but where it was asked and when. */
function told({ status, body }: Answer): unknown {
  const { instance: _instance, ...rest } = body;
  return { status, body: rest };
}

/** One of each kind of id. */
interface Ids {
  readonly message: string;
  readonly client: string;
  readonly session: string;
  readonly key: string;
  readonly topic: string;
}

const UNKNOWN_ID = '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11';

describe('two tenants', () => {
  const one = oneServer();
  let mine: TestTenant;
  let other: TestTenant;
  let foreign: Ids & { readonly position: string };
  let secretary: RawSocketClient;

  beforeAll(async () => {
    [mine, other] = [await one.tenant(), await one.tenant()];
    secretary = await RawSocketClient.open(other.socketUrl);
    const { session } = await secretary.connect({ token: await other.token('secretary'), status: 'busy' });
    await other.send({ to: 'secretary', type: 'secret', data: 'the password is swordfish' });
    const [message] = await secretary.received(1);
    foreign = { message: message?.id ?? '', position: message?.position ?? '', session, key: other.keyId, client: 'secretary', topic: 'board' };
    await secretary.call('subscribe', { topic: foreign.topic });
    await other.send({ to: '#board', type: 'secret', data: 'swordfish again', retain: true });
    await secretary.received(2);
    // The shop's webhook leads nowhere, and is there all the same.
    await other.api('PUT', '/clients/secretary/webhook', { url: 'https://shop.invalid/' });
  });

  /** Every call with an id in it, for the tenant in the path and the ids that it is made with. */
  const calls = (ids: Ids): (readonly [string, string, unknown?])[] => [
    ['GET', `/messages/${ids.message}`],
    ['GET', `/messages/${ids.message}/recipients`],
    ['DELETE', `/messages/${ids.message}`],
    ['GET', `/clients/${ids.client}`],
    ['DELETE', `/clients/${ids.client}/sessions/${ids.session}`],
    ['DELETE', `/keys/${ids.key}`],
    ['POST', `/dead-letters/${ids.message}/replay`, {}],
    ['DELETE', `/dead-letters/${ids.message}`],
    ['GET', `/inbox/${ids.message}`],
    ['GET', `/clients/${ids.client}/webhook`],
    ['DELETE', `/clients/${ids.client}/webhook`],
    ['POST', `/clients/${ids.client}/webhook/resume`, {}],
    ['DELETE', `/topics/${ids.topic}/subscribers/${ids.client}`],
    ['DELETE', '/subscriptions', { topic: ids.topic, client: ids.client }],
    ['POST', '/calls', { to: `${ids.client}/${ids.session}`, method: 'm' }],
  ];
  const unknown: Ids = { message: UNKNOWN_ID, client: 'nobody', session: 'nosession', key: UNKNOWN_ID, topic: 'nothing' };

  it('answer the same for an id of the other and for one that was never given out', async () => {
    const withForeign = calls(foreign);
    const withUnknown = calls(unknown);
    for (const [at, [method, path, body]] of withForeign.entries()) {
      const [, unknownPath] = withUnknown[at] as readonly [string, string];
      const seen = await mine.api(method, path, body);
      const baseline = await mine.api(method, unknownPath, body);
      expect(seen.status, `${method} ${path}`).toBeOneOf([403, 404]);
      expect(told(seen), `${method} ${path}`).toEqual(told(baseline));
      expect(seen.text).not.toContain('swordfish');
    }
  });

  it('answer a key of the other as if there were no such tenant', async () => {
    const listings = ['/clients', '/messages/x', '/topics', '/dead-letters', '/keys', '', '/inbox', '/events', '/topics/board/subscribers'];
    const all = [...listings.map((path) => ['GET', path] as const), ...calls(foreign)];
    const posts = [
      ['POST', '/messages', { to: 'secretary', type: 'hello' }],
      ['POST', '/messages/batch', { messages: [{ to: 'secretary', type: 'hello' }] }],
      ['POST', '/tokens', { client: 'secretary' }],
      ['POST', '/keys', { title: 'mine', scopes: ['send'] }],
      ['POST', '/clients/secretary/revoke', {}],
      ['POST', '/rpc', { jsonrpc: '2.0', id: 1, method: 'ping' }],
      ['POST', '/calls', { to: 'secretary', method: 'm' }],
      ['PUT', '/clients/secretary/webhook', { url: 'https://shop.example/' }],
      ['PUT', '/topics/board/subscribers/secretary', {}],
      ['PUT', '/subscriptions', { topic: 'board', client: 'secretary' }],
      ['PATCH', '', { ttl: 60 }],
      ['DELETE', ''],
    ] as const;
    for (const [method, path, body] of [...all, ...posts]) {
      const seen = await one.server.api(method, `${other.path}${path}`, body, mine.key);
      const baseline = await one.server.api(method, `/v1/tenants/no-such-tenant${path}`, body, mine.key);
      expect(seen.status, `${method} ${path}`).toBeOneOf([401, 403, 404]);
      expect(told(seen), `${method} ${path}`).toEqual(told(baseline));
    }
    expect((await other.api('GET', '/clients/secretary')).status).toBe(200);
  });

  it('keep the methods of a session to what is its own', async () => {
    const socket = await mine.connect('spy');
    for (const [method, params] of [
      ['state', { id: foreign.message }],
      ['withdraw', { id: foreign.message }],
      ['refuse', { id: foreign.message, reason: 'mine now' }],
    ] as const) {
      const seen = await socket.ask(method, params);
      const baseline = await socket.ask(method, { ...params, id: UNKNOWN_ID });
      expect(seen?.error?.data, method).toEqual(baseline?.error?.data);
      expect(seen?.result, method).toEqual(baseline?.result);
    }
    // Reading what is not one's own changes nothing.
    await socket.ask('read', { ids: [foreign.message] });
    await socket.ask('ack', { position: foreign.position });
    const byHttp = (method: string, params: unknown) => one.server.api('POST', `${mine.path}/rpc`, { jsonrpc: '2.0', id: 1, method, params }, token);
    const token = await mine.token('spy');
    await byHttp('ack', { position: foreign.position });
    for (const [method, params] of [
      ['state', { id: foreign.message }],
      ['withdraw', { id: foreign.message }],
      ['read', { ids: [foreign.message] }],
      ['refuse', { id: foreign.message, reason: 'mine now' }],
    ] as const) {
      const baseline = await byHttp(method, method === 'read' ? { ids: [UNKNOWN_ID] } : { ...params, id: UNKNOWN_ID });
      expect((await byHttp(method, params)).body, method).toEqual(baseline.body);
    }
    const state = async () => ((await other.api('GET', `/messages/${foreign.message}`)).body.to as { state: string }[])[0]?.state;
    await untilAsked('that it was handed over is written', async () => (await state()) !== 'queued');
    expect(await state()).toBe('delivered');

    const toSession = await socket.ask('send', { to: `secretary@${other.name}/${foreign.session}`, type: 'hello', durable: false });
    const toNobody = await socket.ask('send', { to: `secretary@no-such-tenant/${foreign.session}`, type: 'hello', durable: false });
    expect(toSession?.error?.data.type).toBe('recipient-refused');
    expect(toSession?.error?.data.detail.replaceAll(other.name, 'T')).toBe(toNobody?.error?.data.detail.replaceAll('no-such-tenant', 'T'));
  });

  it('tell nothing of presence, history and topics across the border', async () => {
    const spy = await mine.connect('historian');
    const there = (text: string, name: string) => text.replaceAll(name, 'T').replaceAll(/"id":"[^"]*"/g, '"id"');
    for (const [method, params] of [
      ['presence.get', (tenant: string) => ({ clients: [`secretary@${tenant}`] })],
      ['presence.watch', (tenant: string) => ({ clients: ['historian', `secretary@${tenant}.hq`] })],
      ['presence.unwatch', (tenant: string) => ({ clients: [`secretary@${tenant}`] })],
      ['history', (tenant: string) => ({ with: `secretary@${tenant}` })],
      ['call', (tenant: string) => ({ to: `secretary@${tenant}`, method: 'm', timeout: 0.1 })],
      ['call', (tenant: string) => ({ to: `secretary@${tenant}/${foreign.session}`, method: 'm', timeout: 0.1 })],
      ['send', (tenant: string) => ({ to: `#board@${tenant}`, type: 't' })],
      ['subscribe', (tenant: string) => ({ topic: `board@${tenant}` })],
    ] as const) {
      const seen = await spy.ask(method, params(other.name));
      const baseline = await spy.ask(method, params('no-such-tenant'));
      expect(there(JSON.stringify([seen?.result, seen?.error]), other.name), method).toBe(
        there(JSON.stringify([baseline?.result, baseline?.error]), 'no-such-tenant'),
      );
      expect(JSON.stringify(seen)).not.toMatch(/swordfish|busy/);
    }
    expect((await spy.call<{ messages: unknown[] }>('history', { topic: 'board', before: foreign.position })).messages).toEqual([]);
    expect((await spy.call<{ messages: unknown[] }>('history', { after: foreign.position })).messages).toEqual([]);
    await spy.call('subscribe', { topic: '#', from: 'first' });
    await spy.call('subscribe', { topic: 'board', from: foreign.position });
    await spy.call('subscribe', { topic: '+', retained: true });
    await spy.call('ping');
    expect(spy.messages).toEqual([]);
    expect(secretary.calls).toEqual([]);
    await secretary.call('ping');
  });

  it('keep answers to calls, and the words of sessions, to the clients that they are for', async () => {
    const callee = await mine.connect('callee');
    const thief = await mine.connect('thief');
    const stranger = await other.connect('callee');
    const caller = await mine.connect('caller');
    const called = caller.ask('call', { to: 'callee', method: 'm', timeout: 20 });
    const { id } = await callee.until('it is called', (client) => client.calls[0]);
    const forged = { jsonrpc: '2.0', id, result: 'forged' };
    for (const socket of [thief, stranger, caller]) {
      socket.sendText(JSON.stringify(forged));
      await socket.call('ping');
    }
    for (const [tenant, client] of [
      [mine, 'thief'],
      [other, 'callee'],
      [mine, 'caller'],
    ] as const) {
      expect((await one.server.api('POST', `${tenant.path}/rpc`, forged, await tenant.token(client))).status).toBe(204);
    }
    callee.sendText(JSON.stringify({ jsonrpc: '2.0', id, result: 'genuine' }));
    expect((await called)?.result).toEqual({ result: 'genuine', from: expect.stringContaining('callee@') });

    // A word means a session of its own client only.
    const polled = await mine.api('GET', '/inbox?session=desk&wait=0&idle=60', undefined, await mine.token('callee'));
    expect(polled.status).toBe(200);
    for (const [tenant, client] of [
      [mine, 'thief'],
      [other, 'callee'],
    ] as const) {
      const tried = await ask(`${one.server.url}${tenant.path}/rpc`, {
        body: { jsonrpc: '2.0', id: 1, method: 'presence.set', params: { status: 'stolen' } },
        credentials: await tenant.token(client),
        headers: { 'vestnik-session': 'desk' },
      });
      expect(tried.body).toMatchObject({ error: { data: { type: 'conflict' } } });
    }
    // What nodes tell each other is no method of clients.
    for (const method of ['vestnik.adopt', 'vestnik.answer']) {
      const tried = await ask(`${one.server.url}${mine.path}/rpc`, {
        body: { jsonrpc: '2.0', id: 1, method, params: { id, result: '1', scopes: ['broadcast'], client: 'server' } },
        credentials: await mine.token('callee'),
        headers: { 'vestnik-session': 'desk' },
      });
      expect(tried.body).toMatchObject({ error: { data: { type: 'method-unknown' } } });
    }
  });

  it('refuse a resumption from a position of the other, or start where one has a right to', async () => {
    const socket = await RawSocketClient.open(mine.socketUrl);
    await mine.send({ to: 'late', type: 'hello', data: 'mine' });
    const reply = await socket.ask('connect', { token: await mine.token('late'), position: foreign.position });
    if (reply?.error === undefined) {
      for (const { from } of socket.messages) expect(from).toBe(mine.address('server'));
    } else expect(reply.error.data.type).toBe('position-invalid');
  });

  it('send across only where the receiver accepts it, in the same words for a tenant that is not there', async () => {
    const refused = await mine.api('POST', '/messages', { to: `secretary@${other.name}`, type: 'hello' });
    const nowhere = await mine.api('POST', '/messages', { to: 'secretary@no-such-tenant', type: 'hello' });
    expect(refused).toMatchObject({ status: 403, body: { type: 'urn:vestnik:problem:recipient-refused' } });
    expect(JSON.stringify(told(refused)).replaceAll(other.name, 'T')).toBe(JSON.stringify(told(nowhere)).replaceAll('no-such-tenant', 'T'));

    const open = await one.tenant({ accepts: [`*@${mine.name}`] });
    const receiver = await open.connect('secretary');
    const sent = await mine.send({ to: `secretary@${open.name}`, type: 'hello', data: 'across' });
    expect(sent.to).toEqual([{ address: open.address('secretary'), state: 'queued' }]);
    expect((await receiver.received(1))[0]).toMatchObject({ from: mine.address('server'), to: open.address('secretary'), data: 'across' });
  });

  it('let only administrators do what is for the whole installation', async () => {
    for (const [method, path, body] of [
      ['GET', '/v1/tenants'],
      ['POST', '/v1/tenants', { name: 'stolen' }],
      ['GET', '/v1/audit'],
      ['GET', '/v1/settings'],
      ['GET', '/v1/nodes'],
      ['DELETE', `/v1/tenants/${mine.name}`],
    ] as const) {
      expect((await one.server.api(method, path, body, mine.key)).status, `${method} ${path}`).toBeOneOf([401, 403, 404]);
      expect((await one.server.api(method, path, body, await mine.token('ivanov'))).status, `${method} ${path}`).toBeOneOf([401, 403, 404]);
    }
  });
});
