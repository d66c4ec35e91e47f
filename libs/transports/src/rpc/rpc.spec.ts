import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpStream } from '../spec/http-stream.js';
import { MemoryBus } from '../spec/memory-bus.js';

let bus: MemoryBus;
let streams: HttpStream[];

beforeEach(async () => {
  streams = [];
  bus = await MemoryBus.start();
});

afterEach(async () => {
  for (const stream of streams) stream.drop();
  await bus.stop();
});

const post = (body: string | Buffer, headers: Record<string, string> = {}, query = '') =>
  bus.post(`/v1/tenants/demo/rpc${query}`, body, { authorization: 'Bearer ivanov', ...headers });
const request = (method: string, params: object, id: unknown = 1) => ({ jsonrpc: '2.0', id, method, params });
const call = (method: string, params: object, headers?: Record<string, string>, query?: string) =>
  post(JSON.stringify(request(method, params)), headers, query);

async function listen(query = '', client = 'ivanov'): Promise<HttpStream> {
  const stream = await HttpStream.open(`http://${bus.host}/v1/tenants/demo/events${query}`, { authorization: `Bearer ${client}` });
  streams.push(stream);
  return stream;
}

const messages = (stream: HttpStream, count: number) =>
  stream.until(() => {
    const found = stream.events.filter(({ event }) => event === 'message');
    return found.length >= count && found;
  });

describe('rpc', () => {
  it('answers a call in JSON-RPC, and passes what is not to be parsed on as it is', async () => {
    const { status, headers, body } = await call('ping', {});
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, 'application/json; charset=utf-8', 'no-store']);
    expect(body).toMatchObject({ jsonrpc: '2.0', id: 1, result: { serverTime: expect.any(String) } });
    const stream = await listen();
    await post('{"jsonrpc":"2.0","id":1,"method":"send","params":{"to":"ivanov","type":"t","data":{"n":12345678901234567890}}}');
    await stream.until((text) => text.includes('"data":{"n":12345678901234567890}'));
  });

  it('carries a batch out in order, and answers in order', async () => {
    const stream = await listen();
    const sends = [1, 2, 3, 4, 5].map((data) => request('send', { to: 'ivanov', type: 't', data }, `s${data}`));
    const { status, text } = await post(JSON.stringify([...sends, request('nonsense', {}, 'n'), { jsonrpc: '2.0', method: 'ping' }]));
    expect(status).toBe(200);
    const answers = JSON.parse(text) as { id: string; result?: object; error?: { code: number } }[];
    expect(answers.map(({ id }) => id)).toEqual(['s1', 's2', 's3', 's4', 's5', 'n']);
    expect(answers.at(-1)).toMatchObject({ error: { code: -32601, data: { type: 'method-unknown' } } });
    expect((await messages(stream, 5)).map(({ data }) => data.data)).toEqual([1, 2, 3, 4, 5]);
  });

  it('has nothing to say to notifications and answers alone', async () => {
    for (const body of [
      { jsonrpc: '2.0', method: 'ping' },
      [
        { jsonrpc: '2.0', method: 'ping' },
        { jsonrpc: '2.0', method: 'nonsense' },
      ],
      { jsonrpc: '2.0', id: 'nobody waits for this', result: 1 },
      { jsonrpc: '2.0', id: 7, error: { code: 1, message: 'x' } },
    ]) {
      expect(await post(JSON.stringify(body))).toMatchObject({ status: 204, text: '' });
    }
  });

  it('says in JSON-RPC what is wrong with a call, and by the status who may call', async () => {
    expect((await post('{')).body).toMatchObject({ id: null, error: { code: -32700 } });
    expect((await post('{"id":5}')).body).toMatchObject({ id: 5, error: { code: -32600 } });
    expect((await call('ack', { position: 'x!' })).body).toMatchObject({ error: { code: -32602, data: { errors: [{ path: 'position' }] } } });
    expect((await call('connect', {})).body).toMatchObject({ error: { data: { type: 'request-invalid' } } });
    expect(await call('ping', {}, { authorization: 'Bearer refused' })).toMatchObject({ status: 401, body: { type: 'urn:vestnik:problem:unauthenticated' } });
    expect((await call('ping', {}, { authorization: '' }, '?access_token=ivanov')).status).toBe(401);
    expect((await call('ping', {}, {}, '?device=%2F')).body).toMatchObject({ status: 400, errors: [{ path: 'device' }] });
    expect((await call('ping', {}, { 'vestnik-session': 'x'.repeat(65) })).body).toMatchObject({ status: 400, errors: [{ path: 'Vestnik-Session' }] });
    expect((await call('ping', {}, { 'content-type': 'text/plain' })).body).toMatchObject({ status: 400 });
    bus.accepting = false;
    expect(await call('ping', {})).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  });

  it('speaks for the session that it names', async () => {
    for (const data of [1, 2]) await call('send', { to: 'ivanov', type: 't', data });
    const tab = await listen('?session=вкладка&device=desk&window=1');
    const phone = await listen('?device=phone');
    const [first] = await messages(tab, 1);
    await messages(phone, 2);
    expect((await call('ack', { position: first?.id }, { 'vestnik-session': encodeURIComponent('вкладка') })).body.result).toEqual({});
    await messages(tab, 2);
    // Or as it is: bytes, which are UTF-8. (Node writes a head that goes with text as UTF-8, which these are already.)
    const utf8 = Buffer.from('вкладка').toString('latin1');
    const read = Buffer.from(JSON.stringify(request('read', { ids: [first?.data.id] })));
    expect((await post(read, { 'vestnik-session': utf8 })).body.result).toEqual({});
    await phone.until(() => phone.events.some(({ event }) => event === 'retract'));
    expect(tab.events.some(({ event }) => event === 'retract')).toBe(false);
  });

  it('answers a call that came by a stream', async () => {
    const stream = await listen();
    await vi.waitFor(() => expect(bus.delivery.sessionCount).toBe(1));
    const made = bus.post('/v1/tenants/demo/rpc', '{"jsonrpc":"2.0","id":1,"method":"call","params":{"to":"ivanov","method":"m","params":{"n":1.0}}}');
    const pushed = await stream.until(() => stream.events.find(({ event }) => event === 'call'));
    expect(stream.text).toContain('"params":{"n":1.0}');
    expect(pushed.data).toMatchObject({ id: expect.any(String), from: 'server@demo.hq', method: 'm' });
    const forged = await bus.post('/v1/tenants/demo/rpc', JSON.stringify({ jsonrpc: '2.0', id: pushed.data.id, result: 'forged' }), {
      authorization: 'Bearer petrov',
    });
    expect(forged.status).toBe(204);
    expect((await post(`{"jsonrpc":"2.0","id":${JSON.stringify(pushed.data.id)},"result":{"sum":10.50}}`)).status).toBe(204);
    expect((await made).text).toContain('"result":{"sum":10.50}');
  });

  it('answers a call that came by a poll, and one that nobody waits for any more is cancelled there', async () => {
    const inbox = (query: string) => bus.post(`/v1/tenants/demo/inbox?${query}`, undefined, { authorization: 'Bearer ivanov' }, 'GET');
    const { body } = await inbox('wait=0');
    const made = bus.post('/v1/tenants/demo/rpc', JSON.stringify(request('call', { to: 'ivanov', method: 'm', timeout: 30 })));
    const page = (await inbox(`wait=20&after=${body.position as string}`)).body as { position: string; events: { method: string; id: string }[] };
    expect(page.events).toMatchObject([{ method: 'call', id: expect.any(String), params: { method: 'm' } }]);
    await post(JSON.stringify({ jsonrpc: '2.0', id: page.events[0]?.id, error: { code: 7, message: 'no' } }));
    expect((await made).body).toMatchObject({ error: { data: { type: 'call-failed', error: { code: 7, message: 'no' } } } });
  });
});
