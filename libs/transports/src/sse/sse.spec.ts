import { Push } from '@vestnik/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpStream } from '../spec/http-stream.js';
import { MemoryBus } from '../spec/memory-bus.js';
import { SSE } from './format.js';

let bus: MemoryBus;
let streams: HttpStream[];

beforeEach(async () => {
  streams = [];
  bus = await MemoryBus.start({ settings: { maxDataBytes: 300_000 } });
});

afterEach(async () => {
  for (const stream of streams) stream.drop();
  await bus.stop();
});

async function listen(query = '', headers: Record<string, string> = {}): Promise<HttpStream> {
  const stream = await HttpStream.open(`http://${bus.host}/v1/tenants/demo/events${query}`, {
    authorization: 'Bearer ivanov',
    accept: 'text/event-stream',
    ...headers,
  });
  streams.push(stream);
  return stream;
}

const publish = async (data: unknown, fields: object = {}) => {
  const { body } = await bus.post('/v1/tenants/demo/messages', JSON.stringify({ to: 'ivanov', type: 't', data, ...fields }));
  return body.id as string;
};
const messages = (stream: HttpStream, count: number) =>
  stream.until(() => {
    const found = stream.events.filter(({ event }) => event === 'message');
    return found.length >= count && found;
  });
const rpc = (method: string, params: object, headers: Record<string, string> = {}) =>
  bus.post('/v1/tenants/demo/rpc', JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }), { authorization: 'Bearer ivanov', ...headers });
const sessions = () => bus.delivery.sessionCount;

describe('a stream of server-sent events', () => {
  it('begins at once, says how to come back, and nothing that could surprise', async () => {
    const stream = await listen('?device=phone');
    expect(stream.response.statusCode).toBe(200);
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'referrer-policy': 'no-referrer',
    });
    expect(stream.response.headers).not.toHaveProperty('content-encoding');
    expect(JSON.parse(String(stream.response.headers['vestnik-connected']))).toMatchObject({ client: 'ivanov@demo.hq', missed: 0, pingInterval: 25 });
    expect(await stream.until((text) => text !== '' && text)).toBe('retry: 2000\n\n');
    expect(stream.events).toEqual([]);
  });

  it('gives what was missed and what comes, each durable message with its position as id and transient ones without', async () => {
    await publish({ long: 1 });
    const stream = await listen();
    await messages(stream, 1);
    await publish('две\nстроки');
    await publish('now', { durable: false });
    const [first, second, third] = await messages(stream, 3);
    expect(first).toMatchObject({ id: first?.data.position, data: { data: { long: 1 }, from: 'server@demo.hq', type: 't' } });
    expect(second).toMatchObject({ id: second?.data.position, data: { data: 'две\nстроки' } });
    expect(third).not.toHaveProperty('id');
    expect(third?.data.data).toBe('now');
  });

  it('passes data on byte for byte, on one line', async () => {
    const stream = await listen();
    await bus.post('/v1/tenants/demo/messages', '{"to":"ivanov","type":"t","data":{"n":12345678901234567890.10,\n "b":[1,\r\n2]}}');
    await stream.until((text) => text.includes('"data":{"n":12345678901234567890.10,"b":[1,2]}'));
    expect(stream.text).not.toContain('\r');
  });

  it('resumes after Last-Event-ID alone, which counts more than what the address says', async () => {
    const first = await listen();
    for (const data of [1, 2, 3, 4]) await publish(data);
    const ids = (await messages(first, 4)).map(({ id }) => id as string);
    first.drop();
    const second = await listen(`?after=${ids[0]}`);
    expect((await messages(second, 3)).map(({ data }) => data.data)).toEqual([2, 3, 4]);
    const third = await listen(`?after=${ids[0]}`, { 'last-event-id': ids[2] as string });
    expect((await messages(third, 1)).map(({ data }) => data.data)).toEqual([4]);
  });

  it('acknowledges nothing by itself, and with ack=auto what it resumes with', async () => {
    const first = await listen();
    for (const data of [1, 2, 3]) await publish(data);
    const ids = (await messages(first, 3)).map(({ id }) => id as string);
    first.drop();
    expect((await messages(await listen(`?after=${ids[1]}`), 1)).map(({ data }) => data.data)).toEqual([3]);
    expect((await messages(await listen(), 3)).map(({ data }) => data.data)).toEqual([1, 2, 3]);
    await messages(await listen(`?ack=auto&after=${ids[1]}`), 1);
    expect((await messages(await listen(), 1)).map(({ data }) => data.data)).toEqual([3]);
  });

  it('with ack=auto ends when its window is full, so that it is resumed; without, the rest waits for an acknowledgement', async () => {
    for (const data of [1, 2, 3]) await publish(data);
    const waiting = await listen('?window=2');
    await messages(waiting, 2);
    const auto = await listen('?window=2&ack=auto');
    const ids = (await messages(auto, 2)).map(({ id }) => id as string);
    expect(await auto.end()).toContain('retry: 100\n\n');
    expect((await messages(await listen('?window=2&ack=auto', { 'last-event-id': ids[1] as string }), 1)).map(({ data }) => data.data)).toEqual([3]);
    expect((await messages(waiting, 3)).map(({ data }) => data.data)).toEqual([1, 2, 3]);
    expect(waiting.ended).toBe(false);
  });

  it('tells what has ended meanwhile, and where something may be missing', async () => {
    const first = await listen();
    const id = await publish(1);
    const [message] = await messages(first, 1);
    await bus.post(`/v1/tenants/demo/messages/${id}`, undefined, {}, 'DELETE');
    const retract = await first.until(() => first.events.find(({ event }) => event === 'retract'));
    expect(retract).toEqual({ event: 'retract', data: { ids: [id], reason: 'withdrawn' } });
    const again = await listen('', { 'last-event-id': message?.id as string });
    expect(await again.until(() => again.events[0])).toEqual(retract);
    bus.base.beginEpoch(2);
    await bus.delivery.readEpochs();
    const lost = await listen('?after=AAAAAJA');
    expect(await lost.until(() => lost.events[0])).toMatchObject({ event: 'notice', data: { type: 'vestnik.gap', reason: 'restored' } });
  });

  it('says something when nothing comes', async () => {
    const short = await MemoryBus.start({ commentMs: 50 });
    try {
      const stream = await HttpStream.open(`http://${short.host}/v1/tenants/demo/events`, { authorization: 'Bearer ivanov' });
      await stream.until((text) => text.endsWith('\n\n:\n\n:\n\n:\n\n'));
      stream.drop();
    } finally {
      await short.stop();
    }
  });

  it('gives way to a newer one under the same word, and is told; a device’s newer session takes over likewise', async () => {
    const older = await listen('?session=tab-1');
    const other = await listen('?session=tab-2');
    await listen('?session=tab-1');
    await older.end();
    expect(older.events.at(-1)?.data).toMatchObject({ type: 'vestnik.closing', reason: 'replaced', reconnect: false });
    expect(older.text).toContain('retry: 60000\n');
    expect(other.ended).toBe(false);
    const phone = await listen('?device=phone');
    await listen('?device=phone');
    await phone.end();
    expect(phone.events.at(-1)?.data).toMatchObject({ reason: 'replaced', code: 4409 });
  });

  it('is over when its client is gone', async () => {
    const stream = await listen();
    expect(sessions()).toBe(1);
    stream.drop();
    await vi.waitFor(() => expect(sessions()).toBe(0));
  });

  it('stops while its reader takes nothing, and goes on from the log when it reads again', async () => {
    const stream = await listen();
    stream.response.pause();
    const big = 'x'.repeat(200_000);
    for (let at = 0; at < 40; at++) await publish(`${at}${big}`);
    await vi.waitFor(() => expect(bus.sockets.some((socket) => socket.writableLength > 0)).toBe(true));
    for (const socket of bus.sockets) expect(socket.writableLength).toBeLessThan(1_500_000);
    stream.response.resume();
    await stream.until((text) => text.includes('"data":"39x'));
    const all = await messages(stream, 40);
    expect(all.map(({ data }) => Number.parseInt(String(data.data), 10))).toEqual([...all.keys()]);
  });

  it('is given up where its reader takes nothing for too long', async () => {
    const short = await MemoryBus.start({ settings: { maxDataBytes: 300_000 }, heartbeatMs: 250, stuckMs: 100 });
    try {
      const stream = await HttpStream.open(`http://${short.host}/v1/tenants/demo/events`, { authorization: 'Bearer ivanov' });
      stream.response.pause();
      const body = JSON.stringify({ to: 'ivanov', type: 't', data: 'x'.repeat(250_000) });
      for (let at = 0; at < 40; at++) await short.post('/v1/tenants/demo/messages', body);
      await vi.waitFor(() => expect(short.delivery.sessionCount).toBe(0), 5_000);
      expect(short.lines).toContain('a client that does not read was cut off');
      await vi.waitFor(() => expect(short.sockets).toHaveLength(0), 5_000);
      stream.drop();
    } finally {
      await short.stop();
    }
  });

  it('ends with the last notice when the node goes down', async () => {
    const stream = await listen();
    await bus.delivery.drain();
    await stream.end();
    expect(stream.events.map(({ data }) => data.type)).toEqual(['vestnik.draining', 'vestnik.closing']);
    expect(stream.events.at(-1)?.data).toMatchObject({ reason: 'draining', reconnect: true });
  });

  it('writes a call with its id, and a cancel without one', () => {
    const call = new Push('call', '{"from":"a@demo.hq","method":"m","params":{"a":1},"deadline":"2026-01-01T00:00:00.000Z"}', undefined, 'c-1');
    expect(Buffer.from(SSE.encode(call)).toString()).toBe(
      'event: call\ndata: {"id":"c-1","from":"a@demo.hq","method":"m","params":{"a":1},"deadline":"2026-01-01T00:00:00.000Z"}\n\n',
    );
    expect(Buffer.from(SSE.encode(new Push('call', ' { } ', undefined, 'c-2'))).toString()).toBe('event: call\ndata: {"id":"c-2" } \n\n');
  });
});

describe('a stream that is not begun', () => {
  const refusal = async (query: string, headers: Record<string, string> = {}) => {
    const stream = await listen(query, headers);
    await stream.end();
    return { status: stream.response.statusCode, type: stream.response.headers['content-type'], body: JSON.parse(stream.text) as Record<string, unknown> };
  };

  it('is a problem that names what is wrong', async () => {
    expect(await refusal('', { authorization: 'Bearer refused' })).toMatchObject({
      status: 401,
      type: 'application/problem+json; charset=utf-8',
      body: { type: 'urn:vestnik:problem:unauthenticated', instance: '/v1/tenants/demo/events' },
    });
    for (const [query, path] of [
      ['?window=0', 'window'],
      ['?device=/', 'device'],
      ['?after=%21', 'after'],
      ['?ack=always', 'ack'],
      [`?session=${'x'.repeat(65)}`, 'session'],
      ['?session=%20x', 'session'],
    ] as const) {
      expect(await refusal(query)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
    }
    expect(await refusal('?after=nonsense-nonsense')).toMatchObject({
      status: 400,
      body: { type: 'urn:vestnik:problem:position-invalid', errors: [{ path: 'after' }] },
    });
    expect(await refusal('', { 'last-event-id': 'not a position' })).toMatchObject({ status: 400, body: { errors: [{ path: 'Last-Event-ID' }] } });
  });

  it('takes a token from the address, never a key, and the header before it', async () => {
    const open = async (query: string, headers: Record<string, string> = {}) => {
      const stream = await HttpStream.open(`http://${bus.host}/v1/tenants/demo/events${query}`, headers);
      streams.push(stream);
      return stream.response;
    };
    const { statusCode, headers } = await open('?access_token=ivanov');
    expect(statusCode).toBe(200);
    expect(JSON.parse(String(headers['vestnik-connected']))).toMatchObject({ client: 'ivanov@demo.hq' });
    expect((await open('?access_token=vk_0123456789')).statusCode).toBe(401);
    expect((await open('?access_token=refused')).statusCode).toBe(401);
    expect((await open('?access_token=ivanov', { authorization: 'Bearer refused' })).statusCode).toBe(401);
    expect((await open('')).statusCode).toBe(401);
    expect(bus.lines.join('\n')).not.toContain('ivanov');
  });

  it('where that passes, tells a browser by an event, since it gives up for good at any other answer, and others by the status', async () => {
    bus.accepting = false;
    const browser = await listen();
    expect(browser.response.statusCode).toBe(200);
    await browser.end();
    expect(browser.events).toEqual([{ event: 'notice', data: expect.objectContaining({ type: 'vestnik.closing', reason: 'draining', reconnect: true }) }]);
    const other = await listen('', { accept: '*/*' });
    expect(other.response.statusCode).toBe(503);
    expect(other.response.headers['retry-after']).toBe('1');
  });

  it('leaves no session where the client was gone before it was open', async () => {
    let opening = () => {};
    const reached = new Promise<void>((resolve) => {
      opening = resolve;
    });
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    bus.gate = (operation) => {
      if (operation !== 'openCursor') return undefined;
      opening();
      return gate;
    };
    const { request } = await import('node:http');
    const asked = request(`http://${bus.host}/v1/tenants/demo/events`, { headers: { authorization: 'Bearer ivanov' } });
    asked.on('error', () => {});
    asked.end();
    await reached;
    asked.destroy();
    await vi.waitFor(() => expect(bus.sockets).toHaveLength(0));
    open();
    await vi.waitFor(() => expect(bus.delivery.sessionCount).toBe(0));
  });
});

describe('acknowledging by rpc', () => {
  it('moves the cursor of the device, and makes room in the windows of its streams', async () => {
    for (const data of [1, 2, 3]) await publish(data);
    const stream = await listen('?window=2');
    const [, second] = await messages(stream, 2);
    expect((await rpc('ack', { position: second?.id })).body).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
    await messages(stream, 3);
    stream.drop();
    expect((await messages(await listen(), 1)).map(({ data }) => data.data)).toEqual([3]);
  });
});
