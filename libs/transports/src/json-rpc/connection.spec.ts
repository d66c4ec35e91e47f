import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { MemoryBus } from '../spec/memory-bus.js';

type Frame = Record<string, unknown>;

let bus: MemoryBus;
let clients: Client[];

beforeEach(async () => {
  clients = [];
  bus = await MemoryBus.start({ settings: { maxDataBytes: 1_000 } });
});

afterEach(async () => {
  for (const client of clients) client.socket.terminate();
  await bus.stop();
});

/** A client that keeps what it was sent. */
class Client {
  readonly frames: (Frame | Frame[])[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  private changed = () => {};
  private calls = 0;

  constructor(path = '/v1/tenants/demo/socket', options: ClientOptions & { protocol?: string } = {}) {
    this.socket = new WebSocket(`ws://${bus.host}${path}`, options.protocol === undefined ? [] : [options.protocol], options);
    this.socket.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)) as Frame);
      this.changed();
    });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    this.socket.on('error', () => {});
    clients.push(this);
  }

  static async open(path?: string, options?: ClientOptions & { protocol?: string }): Promise<Client> {
    const client = new Client(path, options);
    await once(client.socket, 'open');
    return client;
  }

  /** Opens and connects as a client. */
  static async as(token: string, params: object = {}): Promise<Client> {
    const client = await Client.open();
    await client.call('connect', { token, ...params });
    return client;
  }

  send(...frames: unknown[]): void {
    for (const frame of frames) this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  async until<Found>(find: (frames: readonly (Frame | Frame[])[]) => Found | undefined): Promise<Found> {
    for (;;) {
      const found = find(this.frames);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.changed = resolve;
      });
    }
  }

  answer(id: unknown): Promise<Frame> {
    return this.until(
      (frames) => frames.find((frame) => !Array.isArray(frame) && frame.id === id && ('result' in frame || 'error' in frame)) as Frame | undefined,
    );
  }

  call(method: string, params?: object): Promise<Frame> {
    const id = ++this.calls;
    this.send({ jsonrpc: '2.0', id, method, params });
    return this.answer(id);
  }

  of(method: string): Frame[] {
    return this.frames.flatMap((frame) => (!Array.isArray(frame) && frame.method === method ? [frame.params as Frame] : []));
  }

  messages(count: number): Promise<Frame[]> {
    return this.until(() => (this.of('message').length >= count ? this.of('message') : undefined));
  }

  get closing(): Frame | undefined {
    return this.of('notice').find(({ type }) => type === 'vestnik.closing');
  }
}

const rpc = (id: number | undefined, method: string, params?: object) => ({ jsonrpc: '2.0', id, method, params });
const publish = (data: unknown, fields: object = {}) => bus.post('/v1/tenants/demo/messages', JSON.stringify({ to: 'ivanov', type: 't', data, ...fields }));

describe('connecting', () => {
  it('answers connect, and pushes nothing before', async () => {
    await publish(1);
    const client = await Client.open(undefined, { protocol: 'vestnik.v1.jsonrpc' });
    expect(client.socket.protocol).toBe('vestnik.v1.jsonrpc');
    client.send(rpc(1, 'connect', { token: 'ivanov', app: 'test' }));
    await client.messages(1);
    expect(client.frames[0]).toMatchObject({
      id: 1,
      result: {
        client: 'ivanov@demo.hq',
        installation: 'hq',
        missed: 1,
        pingInterval: 25,
        limits: { data: 1_000, frame: 1_000 + 64 * 1024, batch: 100, window: 256 },
      },
    });
    expect(client.frames[1]).toMatchObject({ jsonrpc: '2.0', method: 'message', params: { data: 1, from: 'server@demo.hq', to: 'ivanov@demo.hq' } });
  });

  it('is the first call: others are refused and the connection stays', async () => {
    const client = await Client.open();
    expect(await client.call('ping')).toMatchObject({ error: { code: -32602, data: { type: 'request-invalid', detail: 'the first call is connect' } } });
    expect(await client.call('connect', { token: 'ivanov' })).toHaveProperty('result');
    expect(await client.call('connect', { token: 'ivanov' })).toMatchObject({ error: { data: { type: 'conflict' } } });
    expect(await client.call('ping')).toMatchObject({ result: { serverTime: expect.any(String) } });
  });

  it('needs no token where the upgrade request carried one', async () => {
    const client = await Client.open(undefined, { headers: { authorization: 'Bearer ivanov' } });
    expect(await client.call('connect', {})).toMatchObject({ result: { client: 'ivanov@demo.hq' } });
  });

  it.each([
    ['/v1/tenants/demo/socket', 'refused'],
    ['/v1/tenants/nowhere/socket', 'ivanov'],
    ['/v1/tenants/demo/socket', undefined],
  ])('that is refused is told by an error, a last notice and the close code: %s, %s', async (path, token) => {
    const client = await Client.open(path);
    client.send(rpc(1, 'connect', { token }));
    expect(await client.closed).toEqual({ code: 4401, reason: 'unauthenticated' });
    expect(client.frames[0]).toMatchObject({ id: 1, error: { data: { type: 'unauthenticated' } } });
    expect(client.closing).toMatchObject({ code: 4401, reason: 'unauthenticated', reconnect: true });
  });

  it('with a wrong parameter names it and closes', async () => {
    const client = await Client.open();
    client.send(rpc(1, 'connect', { token: 'ivanov', window: 0 }));
    expect(await client.closed).toEqual({ code: 4400, reason: 'request-invalid' });
    expect(client.frames[0]).toMatchObject({ error: { data: { errors: [{ path: 'window' }] } } });
  });

  it('may be tried again where the client can mend it', async () => {
    const client = await Client.open();
    expect(await client.call('connect', { token: 'ivanov', position: 'garbage' })).toMatchObject({ error: { data: { type: 'position-invalid' } } });
    expect(await client.call('connect', { token: 'ivanov' })).toHaveProperty('result');
  });

  it('holds back calls that come before its answer, in order', async () => {
    const client = await Client.open();
    client.send(rpc(1, 'connect', { token: 'ivanov' }), rpc(2, 'ping'), rpc(3, 'connect', { token: 'ivanov' }), rpc(4, 'ping'));
    await client.answer(4);
    expect(client.frames.map((frame) => [(frame as Frame).id, 'result' in frame])).toEqual([
      [1, true],
      [2, true],
      [3, false],
      [4, true],
    ]);
  });

  it('by the URL alone is for clients that only listen', async () => {
    await publish(1);
    const client = await Client.open('/v1/tenants/demo/socket?connect=auto&window=5', { headers: { authorization: 'Bearer ivanov' } });
    expect(await client.messages(1)).toMatchObject([{ data: 1 }]);
    expect(client.frames).toHaveLength(1);
  });

  it('by the URL with a position that no bus gave out is told and closed', async () => {
    const client = await Client.open('/v1/tenants/demo/socket?connect=auto&position=garbage', { headers: { authorization: 'Bearer ivanov' } });
    expect(await client.closed).toEqual({ code: 4400, reason: 'position-invalid' });
    expect(client.closing).toMatchObject({ reason: 'position-invalid', reconnect: false });
  });
});

describe('without connect', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('a connection is closed after 10 s', async () => {
    const client = await Client.open();
    vi.advanceTimersByTime(9_999);
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
    vi.advanceTimersByTime(1);
    expect(await client.closed).toEqual({ code: 4408, reason: 'too-slow' });
    expect(client.closing).toMatchObject({ reconnect: true });
  });

  it('a connection is closed 10 s after a try that failed', async () => {
    const client = await Client.open();
    await client.call('connect', { token: 'ivanov', position: 'garbage' });
    vi.advanceTimersByTime(10_000);
    expect(await client.closed).toEqual({ code: 4408, reason: 'too-slow' });
  });

  it('only', async () => {
    const client = await Client.as('ivanov');
    vi.advanceTimersByTime(60_000);
    expect(await client.call('ping')).toHaveProperty('result');
  });
});

describe('calls', () => {
  it('send, ack, read, refuse, state and withdraw do what they say', async () => {
    const [petrov, ivanov] = [await Client.as('petrov'), await Client.as('ivanov')];
    const sent = (await petrov.call('send', { to: 'ivanov', type: 't', data: { n: 1 } })).result as { id: string };
    expect(sent).toMatchObject({ to: [{ address: 'ivanov@demo.hq', state: 'queued', sessions: 1, known: true }] });
    const [message] = await ivanov.messages(1);
    expect(await ivanov.call('ack', { position: message?.position })).toMatchObject({ result: {} });
    expect(await petrov.call('state', { id: sent.id })).toMatchObject({ result: { to: [{ state: 'acknowledged' }] } });
    expect(await ivanov.call('read', { ids: [sent.id] })).toMatchObject({ result: {} });
    const second = (await petrov.call('send', { to: 'ivanov', type: 't' })).result as { id: string };
    await ivanov.messages(2);
    expect(await ivanov.call('refuse', { id: second.id, reason: 'no' })).toMatchObject({ result: {} });
    expect(await petrov.call('withdraw', { id: second.id })).toMatchObject({ result: { to: [{ state: 'refused' }] } });
  });

  it('name the field that is wrong', async () => {
    const client = await Client.as('ivanov');
    for (const [method, params, path] of [
      ['send', { to: 'a' }, 'type'],
      ['send', { to: '@', type: 't' }, 'to'],
      ['ack', {}, 'position'],
      ['ack', { position: 'garbage' }, 'position'],
      ['read', { ids: [] }, 'ids'],
      ['refuse', { id: 'x', reason: 'y' }, 'id'],
      ['state', { id: 1 }, 'id'],
    ] as const) {
      const { error } = (await client.call(method, params)) as { error: { data: { errors: { path: string }[] } } };
      expect([method, error.data.errors[0]?.path]).toEqual([method, path]);
    }
    expect(await client.call('toString')).toMatchObject({ error: { code: -32601, data: { type: 'method-unknown' } } });
  });

  it('pass data on byte for byte', async () => {
    const client = await Client.as('ivanov');
    const raw = once(client.socket, 'message');
    const other = await Client.as('petrov');
    other.send('{"jsonrpc":"2.0","method":"send","params":{"to":"ivanov","type":"t","data": {"n":12345678901234567890.10}}}');
    expect(String((await raw)[0])).toContain('"data":{"n":12345678901234567890.10}');
  });

  it('that are notifications get no answer, not even an error', async () => {
    const client = await Client.as('ivanov');
    const before = client.frames.length;
    client.send(rpc(undefined, 'nonsense'), rpc(undefined, 'send', {}), rpc(undefined, 'ping'));
    await client.call('ping');
    expect(client.frames).toHaveLength(before + 1);
  });

  it('keep the order of sends, though some have to ask the store first', async () => {
    const [petrov, ivanov] = [await Client.as('petrov'), await Client.as('ivanov')];
    petrov.send(...Array.from({ length: 30 }, (_, n) => rpc(undefined, 'send', { to: n % 3 === 0 ? ['ivanov', `new${n}`] : 'ivanov', type: 't', data: n })));
    expect((await ivanov.messages(30)).map(({ data }) => data)).toEqual(Array.from({ length: 30 }, (_, n) => n));
  });
});

describe('a batch', () => {
  it('is carried out in order and answered in one', async () => {
    const client = await Client.as('ivanov');
    client.send([rpc(1, 'send', { to: 'ivanov', type: 't', data: 1 }), rpc(undefined, 'ping'), rpc(2, 'nonsense'), 5, rpc(3, 'ping')]);
    const answers = await client.until((frames) => frames.find(Array.isArray) as Frame[] | undefined);
    expect(answers.map(({ id, error }) => [id, (error as { code?: number } | undefined)?.code])).toEqual([
      [1, undefined],
      [2, -32601],
      [null, -32600],
      [3, undefined],
    ]);
  });

  it('of notifications alone is not answered', async () => {
    const client = await Client.as('ivanov');
    client.send([rpc(undefined, 'ping'), rpc(undefined, 'ping')]);
    await client.call('ping');
    expect(client.frames).toHaveLength(2);
  });

  it('may begin with connect; nothing is pushed before its answer', async () => {
    await publish(1);
    const client = await Client.open();
    client.send([rpc(1, 'connect', { token: 'ivanov' }), rpc(2, 'state', { id: '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11' }), rpc(3, 'ping')]);
    await client.messages(1);
    expect(client.frames[0]).toMatchObject([
      { id: 1, result: { client: 'ivanov@demo.hq' } },
      { id: 2, error: { data: { type: 'not-found' } } },
      { id: 3, result: {} },
    ]);
  });

  it('whose connect failed is answered as one', async () => {
    const client = await Client.open();
    client.send([rpc(1, 'connect', { token: 'ivanov', position: 'garbage' }), rpc(2, 'ping')]);
    const answers = await client.until((frames) => frames.find(Array.isArray) as Frame[] | undefined);
    expect(answers).toMatchObject([
      { id: 1, error: { data: { type: 'position-invalid' } } },
      { id: 2, error: { data: { type: 'request-invalid' } } },
    ]);
  });

  it('is not overtaken by what is sent after it', async () => {
    const [petrov, ivanov] = [await Client.as('petrov'), await Client.as('ivanov')];
    petrov.send(
      [rpc(1, 'state', { id: '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11' }), rpc(2, 'send', { to: 'ivanov', type: 't', data: 1 })],
      rpc(3, 'send', { to: 'ivanov', type: 't', data: 2 }),
    );
    expect((await ivanov.messages(2)).map(({ data }) => data)).toEqual([1, 2]);
  });

  it('of sends shares a commit', async () => {
    const client = await Client.as('ivanov');
    await client.call('send', { to: 'petrov', type: 't' });
    let commits = 0;
    bus.gate = (operation) => {
      if (operation === 'append') commits++;
    };
    client.send(Array.from({ length: 100 }, (_, n) => rpc(n, 'send', { to: 'petrov', type: 't', data: n })));
    await client.until((frames) => frames.find(Array.isArray));
    expect(commits).toBe(1);
  });
});

describe('what cannot be read', () => {
  it('is answered -32700, and the tenth in a minute closes', async () => {
    const client = await Client.as('ivanov');
    for (let n = 0; n < 9; n++) client.send('{');
    expect(await client.call('ping')).toHaveProperty('result');
    expect(client.frames[1]).toMatchObject({ id: null, error: { code: -32700 } });
    client.send('{');
    expect(await client.closed).toEqual({ code: 4400, reason: 'request-invalid' });
  });

  it('is -32600 where it is JSON but no call, however often', async () => {
    const client = await Client.as('ivanov');
    for (let n = 0; n < 20; n++) client.send('5', '[]', '{}');
    expect(await client.call('ping')).toHaveProperty('result');
    expect(client.frames.slice(1, -1).every((frame) => (frame as { error?: { code: number } }).error?.code === -32600)).toBe(true);
  });

  it('closes 1003 where it is binary', async () => {
    const client = await Client.as('ivanov');
    client.socket.send(Buffer.from([1, 2]));
    expect(await client.closed).toMatchObject({ code: 1003 });
  });

  it('closes 1009 where it is too big, before it is read', async () => {
    const client = await Client.as('ivanov');
    client.send('x'.repeat(1_000 + 64 * 1024 + 1));
    expect(await client.closed).toMatchObject({ code: 1009 });
  });

  it('closes 1007 where it is not UTF-8', async () => {
    const client = await Client.as('ivanov');
    client.socket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false });
    expect(await client.closed).toMatchObject({ code: 1007 });
  });

  it('leaves no session behind', async () => {
    const client = await Client.as('ivanov');
    expect(bus.delivery.sessionCount).toBe(1);
    client.socket.send(Buffer.from([1]));
    await client.closed;
    expect(bus.delivery.sessionCount).toBe(0);
  });
});

describe('a client that does not read', () => {
  it('holds little memory, whatever it asks for', async () => {
    const client = await Client.as('ivanov');
    const socket = bus.sockets.at(-1);
    if (socket === undefined) throw new Error('there is a connection');
    client.socket.pause();
    client.socket.removeAllListeners('message');
    const question = JSON.stringify(rpc(1, 'state', { id: 'x'.repeat(900) }));
    const rounds = 40;
    let most = 0;
    for (let round = 0; round < rounds; round++) {
      for (let n = 0; n < 2_000; n++) client.socket.send(question);
      await new Promise<void>((resolve) => setImmediate(resolve));
      most = Math.max(most, socket.writableLength);
    }
    let answers = 0;
    const all = new Promise<void>((resolve) => {
      client.socket.on('message', () => {
        most = Math.max(most, socket.writableLength);
        if (++answers === rounds * 2_000) resolve();
      });
    });
    client.socket.resume();
    await all;
    expect(most).toBeLessThan(1024 * 1024);
  });

  it('is fed from the log when it reads again: nothing is missing, nothing comes twice', async () => {
    const client = await Client.as('ivanov', { window: 10_000 });
    client.socket.pause();
    const data = 'x'.repeat(900);
    const batch = JSON.stringify({ messages: Array.from({ length: 1_000 }, () => ({ to: 'ivanov', type: 't', data })) });
    for (let n = 0; n < 6; n++) await bus.post('/v1/tenants/demo/messages/batch', batch);
    client.socket.resume();
    const messages = await client.messages(6_000);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(6_000);
    expect(messages).toHaveLength(6_000);
  });
});

describe('the end', () => {
  it('of a session is told by a last notice and the close code', async () => {
    const old = await Client.as('ivanov', { device: 'phone' });
    await Client.as('ivanov', { device: 'phone' });
    expect(await old.closed).toEqual({ code: 4409, reason: 'replaced' });
    expect(old.closing).toMatchObject({ code: 4409, reason: 'replaced', reconnect: false });
  });

  it('of the node is told to all', async () => {
    const client = await Client.as('ivanov');
    await bus.delivery.drain();
    expect(await client.closed).toEqual({ code: 1012, reason: 'draining' });
    expect(client.of('notice').map(({ type }) => type)).toEqual(['vestnik.draining', 'vestnik.closing']);
    expect(client.closing).toMatchObject({ reconnect: true });
  });
});

describe('an upgrade', () => {
  const refusal = (path: string, headers: Record<string, string> = {}) =>
    new Promise<string>((resolve, reject) => {
      const socket = connectTcp({ host: '127.0.0.1', port: bus.port });
      let text = '';
      const lines = {
        Host: bus.host,
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        ...headers,
      };
      socket.on('error', reject);
      socket.on('data', (chunk) => {
        text += chunk.toString();
        socket.destroy();
      });
      socket.on('close', () => resolve(text.split('\r\n')[0] ?? ''));
      socket.write(
        `GET ${path} HTTP/1.1\r\n${Object.entries(lines)
          .map(([name, value]) => `${name}: ${value}\r\n`)
          .join('')}\r\n`,
      );
    });

  it('of a foreign page is refused; of the own one, and of what is no browser, it is not', async () => {
    expect(await refusal('/v1/tenants/demo/socket', { Origin: 'https://evil.example' })).toContain('403');
    expect(await refusal('/v1/tenants/demo/socket', { Origin: 'https://own.example' })).toContain('101');
    expect(await refusal('/v1/tenants/demo/socket')).toContain('101');
  });

  it('to nowhere is 404, while the node goes down 503', async () => {
    expect(await refusal('/v1/tenants/demo/nowhere')).toContain('404');
    bus.accepting = false;
    expect(await refusal('/v1/tenants/demo/socket')).toContain('503');
  });

  it('with a path that is not percent-encoded ends nobody else', async () => {
    const client = await Client.as('ivanov');
    expect(await refusal('/v1/tenants/%zz/socket')).toMatch(/40[04]/);
    expect(await client.call('ping')).toHaveProperty('result');
  });
});

describe('heartbeats', () => {
  it('by the application are pings that any frame answers; pongs do not count then', async () => {
    await bus.stop();
    bus = await MemoryBus.start({ heartbeatMs: 100 });
    const client = await Client.as('ivanov', { heartbeat: true });
    const { code } = await client.closed;
    expect(client.of('ping').length).toBeGreaterThan(0);
    expect(code).toBe(1006);
    const alive = await Client.as('ivanov', { heartbeat: true });
    alive.socket.on('message', () => alive.send(rpc(undefined, 'ping')));
    await alive.until(() => (alive.of('ping').length >= 5 ? true : undefined));
    expect(alive.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('of the protocol are answered by the library, and drop who does not', async () => {
    await bus.stop();
    bus = await MemoryBus.start({ heartbeatMs: 100 });
    const alive = await Client.as('ivanov');
    const dead = await Client.as('petrov', {});
    dead.socket.pause();
    let pings = 0;
    const enough = new Promise<void>((resolve) => alive.socket.on('ping', () => ++pings === 6 && resolve()));
    await enough;
    expect(alive.socket.readyState).toBe(WebSocket.OPEN);
    expect(bus.delivery.sessionCount).toBe(1);
  });
});
