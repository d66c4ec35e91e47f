import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { LIMITS } from '@vestnik/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { MemoryBus } from '../spec/memory-bus.js';

interface Frame {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: unknown;
  readonly error?: { readonly data: Record<string, unknown> };
}

let bus: MemoryBus;
const programs: Program[] = [];

beforeEach(async () => {
  bus = await MemoryBus.start({ settings: { maxDataBytes: 1_000 } });
});

afterEach(async () => {
  for (const program of programs.splice(0)) program.socket.terminate();
  await bus.stop();
});

/** A program over a plain WebSocket that keeps the frames that it was sent, as text. */
class Program {
  readonly texts: string[] = [];
  readonly socket = new WebSocket(`ws://${bus.host}/v1/tenants/demo/socket`);
  private changed = () => {};

  constructor() {
    this.socket.on('message', (data) => {
      this.texts.push(String(data));
      this.changed();
    });
    programs.push(this);
  }

  static async as(token: string): Promise<Program> {
    const program = new Program();
    await once(program.socket, 'open');
    program.send({ jsonrpc: '2.0', id: 0, method: 'connect', params: { token } });
    await program.answer(0);
    return program;
  }

  send(frame: object | string): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  call(id: number, params: object): void {
    this.send({ jsonrpc: '2.0', id, method: 'call', params: { method: 'm', ...params } });
  }

  get frames(): (Frame | Frame[])[] {
    return this.texts.map((text) => JSON.parse(text) as Frame | Frame[]);
  }

  async until(fits: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find((frame): frame is Frame => !Array.isArray(frame) && fits(frame));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.changed = resolve;
      });
    }
  }

  answer(id: number): Promise<Frame> {
    return this.until((frame) => frame.id === id && frame.method === undefined);
  }

  /** The call with this method that it is asked. */
  asked(method: string): Promise<Frame> {
    return this.until((frame) => frame.method === 'call' && frame.params?.method === method);
  }
}

const post = (params: object | string) => bus.post('/v1/tenants/demo/calls', typeof params === 'string' ? params : JSON.stringify(params));

describe('a call over plain WebSockets', () => {
  it('is a request of the server’s, answered by a response, byte for byte both ways', async () => {
    const [petrov, ivanov] = [await Program.as('petrov'), await Program.as('ivanov')];
    petrov.send('{"jsonrpc":"2.0","id":1,"method":"call","params":{"to":"ivanov","method":"sum","params":{"n": 12345678901234567890.10}}}');
    const call = await ivanov.asked('sum');
    expect(call).toMatchObject({ jsonrpc: '2.0', id: expect.any(String), params: { from: 'petrov@demo.hq', deadline: expect.any(String) } });
    expect(ivanov.texts.at(-1)).toContain('"params":{"n": 12345678901234567890.10}');
    ivanov.send(`{"jsonrpc":"2.0","id":"${call.id}","result": {"n":0.10000000000000000000001}}`);
    expect(await petrov.answer(1)).toMatchObject({ result: { from: 'ivanov@demo.hq/s2' } });
    expect(petrov.texts.at(-1)).toContain('"result":{"n":0.10000000000000000000001}');
  });

  it('that fails brings the error of the called client, byte for byte', async () => {
    const [petrov, ivanov] = [await Program.as('petrov'), await Program.as('ivanov')];
    petrov.call(1, { to: 'ivanov' });
    const { id } = await ivanov.asked('m');
    ivanov.send(`{"jsonrpc":"2.0","id":"${id}","error":{"code":-1,"message":"no","data":1.50}}`);
    expect(await petrov.answer(1)).toMatchObject({ error: { code: -32043, data: { type: 'call-failed', retryable: false } } });
    expect(petrov.texts.at(-1)).toContain('"error":{"code":-1,"message":"no","data":1.50}');
  });

  it.each([
    ['both, the error null', '"result":1,"error":null', { result: { result: 1 } }],
    ['both, the result null', '"result":null,"error":{"code":1,"message":"no"}', { error: { data: { error: { code: 1 } } } }],
  ])('is also answered as older libraries do, with %s', async (_what, members, answer) => {
    const [petrov, ivanov] = [await Program.as('petrov'), await Program.as('ivanov')];
    petrov.call(1, { to: 'ivanov' });
    const { id } = await ivanov.asked('m');
    ivanov.send(`{"jsonrpc":"2.0","id":"${id}",${members}}`);
    expect(await petrov.answer(1)).toMatchObject(answer);
  });

  it('keeps nothing else waiting, neither alone nor in a batch', async () => {
    const [petrov, ivanov] = [await Program.as('petrov'), await Program.as('ivanov')];
    for (let id = 1; id < LIMITS.callsPerClient; id++) petrov.call(id, { to: 'ivanov', method: `m${id}` });
    petrov.send([
      { jsonrpc: '2.0', method: 'call', id: 200, params: { to: 'ivanov', method: 'last' } },
      { jsonrpc: '2.0', method: 'send', params: { to: 'petrov', type: 't' } },
    ]);
    petrov.send({ jsonrpc: '2.0', id: 300, method: 'ping' });
    await petrov.until(({ method }) => method === 'message');
    await petrov.answer(300);
    petrov.call(301, { to: 'ivanov' });
    expect(await petrov.answer(301)).toMatchObject({ error: { data: { type: 'rate-limited', retryAfter: 1 } } });
    const { id } = await ivanov.asked('last');
    ivanov.send({ jsonrpc: '2.0', id, result: 1 });
    while (!petrov.frames.some(Array.isArray)) await once(petrov.socket, 'message');
    expect(petrov.frames.find(Array.isArray)).toMatchObject([{ id: 200, result: { result: 1 } }]);
  });

  it('does not come before the answer to connect', async () => {
    const ivanov = new Program();
    await once(ivanov.socket, 'open');
    ivanov.send([
      { jsonrpc: '2.0', id: 0, method: 'connect', params: { token: 'ivanov' } },
      { jsonrpc: '2.0', id: 1, method: 'call', params: { to: 'ivanov/s1', method: 'self', timeout: 0.1 } },
      { jsonrpc: '2.0', id: 2, method: 'send', params: { to: 'ivanov', type: 't' } },
    ]);
    while (bus.clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(ivanov.texts).toEqual([]);
    await bus.clock.run(100);
    await ivanov.until(({ method }) => method === 'message');
    expect(ivanov.frames).toMatchObject([
      [{ id: 0 }, { id: 1, error: { data: { type: 'call-timeout' } } }, { id: 2 }],
      { method: 'call' },
      { method: 'cancel' },
      { method: 'message' },
    ]);
  });

  it('ends with the connection of either', async () => {
    const [petrov, ivanov, sidorov] = [await Program.as('petrov'), await Program.as('ivanov'), await Program.as('sidorov')];
    petrov.call(1, { to: 'ivanov' });
    await ivanov.asked('m');
    ivanov.socket.terminate();
    expect(await petrov.answer(1)).toMatchObject({ error: { data: { type: 'call-interrupted' } } });
    petrov.call(2, { to: 'sidorov' });
    const { id } = await sidorov.asked('m');
    petrov.socket.terminate();
    expect(await sidorov.until(({ method }) => method === 'cancel')).toMatchObject({ params: { id } });
  });
});

describe('POST …/calls', () => {
  it('waits for the result', async () => {
    const ivanov = await Program.as('ivanov');
    const answer = post('{"to":"ivanov","method":"m","params":1.50}');
    const { id } = await ivanov.asked('m');
    expect(ivanov.texts.at(-1)).toContain('"params":1.50,');
    ivanov.send(`{"jsonrpc":"2.0","id":"${id}","result":[1.50]}`);
    expect(await answer).toMatchObject({ status: 200, text: '{"result":[1.50],"from":"ivanov@demo.hq/s1"}' });
  });

  it('tells by its status what became of the call', async () => {
    expect(await post({ to: 'ivanov', method: 'm' })).toMatchObject({ status: 404, body: { type: 'urn:vestnik:problem:client-offline', retryable: true } });
    expect(await post({ to: 'ivanov' })).toMatchObject({ status: 400, body: { errors: [{ path: 'method' }] } });
    expect(await post('{')).toMatchObject({ status: 400 });
    expect(await post({ to: 'ivanov', method: 'm', params: 'x'.repeat(1_000) })).toMatchObject({ status: 413 });
    const ivanov = await Program.as('ivanov');
    const failed = post({ to: 'ivanov', method: 'one' });
    ivanov.send(`{"jsonrpc":"2.0","id":"${(await ivanov.asked('one')).id}","error":{"code":1.50,"message":"no"}}`);
    expect(await failed).toMatchObject({ status: 422, body: { type: 'urn:vestnik:problem:call-failed', error: { code: 1.5, message: 'no' } } });
    expect((await failed).text).toContain('"error":{"code":1.50,"message":"no"}');
    const late = post({ to: 'ivanov', method: 'two' });
    await ivanov.asked('two');
    await bus.clock.run(15_000);
    expect(await late).toMatchObject({ status: 504, body: { type: 'urn:vestnik:problem:call-timeout' } });
    const interrupted = post({ to: 'ivanov', method: 'three' });
    await ivanov.asked('three');
    ivanov.socket.terminate();
    expect(await interrupted).toMatchObject({ status: 502, body: { type: 'urn:vestnik:problem:call-interrupted' } });
    bus.accepting = false;
    expect(await post({ to: 'ivanov', method: 'm' })).toMatchObject({ status: 503, body: { type: 'urn:vestnik:problem:draining' } });
  });

  it('that is given up cancels the call', async () => {
    const ivanov = await Program.as('ivanov');
    const headers = { authorization: 'Bearer server', 'content-type': 'application/json' };
    const request = httpRequest({ host: '127.0.0.1', port: bus.port, path: '/v1/tenants/demo/calls', method: 'POST', headers });
    request.on('error', () => {});
    request.end('{"to":"ivanov","method":"m"}');
    const { id } = await ivanov.asked('m');
    request.destroy();
    expect(await ivanov.until(({ method }) => method === 'cancel')).toMatchObject({ params: { id } });
  });

  it('is told who may not', async () => {
    expect(await bus.post('/v1/tenants/demo/calls', '{}', { authorization: 'Bearer refused' })).toMatchObject({ status: 401 });
    expect(await bus.post('/v1/tenants/demo/calls', 'to=ivanov', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({ status: 400 });
    expect(await bus.post('/v1/tenants/demo/calls', '{}', {}, 'PUT')).toMatchObject({ status: 404 });
  });

  it('by rpc that is given up cancels the call, too', async () => {
    const ivanov = await Program.as('ivanov');
    const headers = { authorization: 'Bearer server', 'content-type': 'application/json' };
    const request = httpRequest({ host: '127.0.0.1', port: bus.port, path: '/v1/tenants/demo/rpc', method: 'POST', headers });
    request.on('error', () => {});
    request.end('{"jsonrpc":"2.0","id":1,"method":"call","params":{"to":"ivanov","method":"m"}}');
    const { id } = await ivanov.asked('m');
    request.destroy();
    expect(await ivanov.until(({ method }) => method === 'cancel')).toMatchObject({ params: { id } });
  });
});
