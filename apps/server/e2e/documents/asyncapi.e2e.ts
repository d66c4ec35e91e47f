import { type IncomingMessage, request } from 'node:http';
import type { Methods } from '@vestnik/protocol';
import { ask, type RawSocketClient, TestServer, type TestTenant } from '@vestnik/testing';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { DescribedSchemas } from './described.js';

/*
 * Every method of the AsyncAPI document is called as its example says, over both sockets, and every push is brought about over
 * all four ways: what comes is held against the document.
 */

interface Message {
  readonly name: string;
  readonly payload: object;
  readonly examples: readonly { readonly payload: unknown }[];
}

let server: TestServer;
let demo: TestTenant;
let schemas: DescribedSchemas;
let messages: Record<string, Message>;

/** Of what is not brought about here it is said why. */
const NOT_BROUGHT_ABOUT: Readonly<Record<string, string>> = {
  'push.ping': 'comes every 25 s where the client asked for it; the examples of the document are checked beside it',
};

const opened: (() => void)[] = [];
const checked = new Set<string>();

beforeAll(async () => {
  server = await TestServer.start({ installation: 'local' });
  demo = await server.createTenant('demo');
  const { body } = await ask(`${server.url}/v1/asyncapi.json`);
  ({ messages } = (body as unknown as { components: { messages: Record<string, Message> } }).components);
  schemas = new DescribedSchemas(body, 'draft-7');
});
afterAll(() => server?.close());
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

/** Holds what came against a message of the document. */
function expectToBe(id: string, value: unknown): void {
  const message = messages[id];
  expect(message, `${id} is in the document`).toBeDefined();
  const check = schemas.check(message?.payload);
  expect(check(value), `${id}: ${JSON.stringify(value)}`).toEqual([]);
  checked.add(id);
}

function exampleOf(id: string): Record<string, unknown> {
  return structuredClone(messages[id]?.examples[0]?.payload) as Record<string, unknown>;
}

async function socketOf(client: string, params: Readonly<Record<string, unknown>> = {}): Promise<RawSocketClient> {
  const socket = await demo.connect(client, params);
  opened.push(() => socket.terminate());
  return socket;
}

/** Somebody who answers calls. */
async function petrov(): Promise<RawSocketClient> {
  const socket = await socketOf('petrov');
  socket.socket.on('message', () => {
    for (const { id } of socket.calls.splice(0)) socket.sendText(JSON.stringify({ jsonrpc: '2.0', id, result: { opened: true } }));
  });
  return socket;
}

type Call = (method: string, params: unknown) => Promise<unknown>;

/** What of an example only a server can know. */
const KNOWN: Partial<Record<keyof Methods, (client: string, call: Call) => Promise<Record<string, unknown>>>> = {
  connect: async (client) => ({ token: await demo.token(client) }),
  ack: async () => ({ position: await somePosition() }),
  read: async (client) => ({ ids: [await sentTo(client)] }),
  refuse: async (client) => ({ id: await sentTo(client) }),
  state: async (_, call) => ({ id: ((await call('send', { to: 'petrov', type: 't', data: [1] })) as { id: string }).id }),
  withdraw: async (_, call) => ({ id: ((await call('send', { to: 'sidorov', type: 't' })) as { id: string }).id }),
  history: async (client) => sentTo(client).then(() => ({})),
  refresh: async (client) => ({ token: await demo.mint(client) }),
};

async function somePosition(): Promise<string> {
  const socket = await socketOf('somebody');
  const { id } = await demo.send({ to: 'somebody', type: 't' });
  return socket.until('a position', ({ messages: there }) => there.find((message) => message.id === id)?.position);
}

async function sentTo(client: string): Promise<string> {
  return (await demo.send({ to: client, type: 'order.approved', data: { order: 'A-17' } })).id;
}

const METHODS = [
  'connect',
  'send',
  'ack',
  'read',
  'refuse',
  'state',
  'withdraw',
  'call',
  'subscribe',
  'unsubscribe',
  'history',
  'presence.set',
  'presence.get',
  'presence.watch',
  'presence.unwatch',
  'refresh',
  'ping',
] as const satisfies readonly (keyof Methods)[];

it.each(METHODS)('%s over a WebSocket takes its example and answers as the document says', async (method) => {
  await petrov();
  const socket = await socketOf('ivanov');
  const fresh = method === 'connect' ? await import('@vestnik/testing').then(({ RawSocketClient: Client }) => Client.open(demo.socketUrl)) : socket;
  if (method === 'unsubscribe') await socket.call('subscribe', { topic: 'orders/+' });
  const example = exampleOf(`rpc.${method}`) as { id: number; params: object };
  const params = { ...example.params, ...(await KNOWN[method]?.('ivanov', (name, given) => socket.call(name, given))) };
  expectToBe(`rpc.${method}`, { ...example, params });
  const answer = await fresh.askText('example', JSON.stringify({ ...example, id: 'example', params }));
  expect(answer?.error).toBeUndefined();
  expectToBe(`rpc.${method}.result`, answer);
  fresh.terminate();
});

it.each(METHODS.filter((method) => method !== 'connect'))('%s over Socket.IO takes its example and answers as the document says', async (method) => {
  await petrov();
  const socket = await socketIoOf('ivanov-io');
  const call = async (name: string, params: unknown) => ((await socket.emitWithAck(name, params)) as { result: unknown }).result;
  if (method === 'unsubscribe') await call('subscribe', { topic: 'orders/+' });
  const params = { ...exampleOf(`event.${method}`), ...(await KNOWN[method]?.('ivanov-io', call)) };
  expectToBe(`event.${method}`, params);
  const reply = (await socket.timeout(10_000).emitWithAck(method, params)) as { error?: unknown };
  expect(reply.error).toBeUndefined();
  expectToBe(`event.${method}.reply`, reply);
});

it('tells errors as the document says', async () => {
  const socket = await socketOf('ivanov');
  const answer = await socket.ask('call', { to: 'nobody-is-there', method: 'm' });
  expect(answer?.error?.data.type).toBe('client-offline');
  expectToBe('rpc.error', answer);
  const reply = await (await socketIoOf('ivanov-io')).emitWithAck('call', { to: 'nobody-is-there', method: 'm' });
  expect(reply.error.data.type).toBe('client-offline');
  expectToBe('event.call.reply', reply);
});

it('tells of a refused Socket.IO connection as the document says', async () => {
  const socket = io(`${server.url}/tenants/demo`, { auth: { token: 'vk_wrong' }, transports: ['websocket'], forceNew: true, reconnection: false });
  opened.push(() => socket.disconnect());
  const error = await new Promise<{ data?: unknown }>((resolve) => socket.once('connect_error', resolve));
  expectToBe('event.connect_error', error.data);
});

/** A way to be pushed to: what came is looked at as the document writes it there. */
interface Listener {
  /** Resolves with the first push by this name that fits, or throws after ten seconds. */
  next(method: string, which?: (params: Record<string, unknown>) => boolean): Promise<unknown>;
}

type Way = 'socket' | 'socketIo' | 'events' | 'lines';
const PREFIX: Readonly<Record<Way, string>> = { socket: 'push.', socketIo: 'event.push.', events: 'sse.', lines: 'line.' };

/** What brings a push about. @returns by what it is known among others */
type BroughtAbout = (client: string, call: Call) => Promise<(params: Record<string, unknown>) => boolean>;

const any = () => true;
const PUSHES: Readonly<Record<string, BroughtAbout>> = {
  message: async (client) => {
    const id = await sentTo(client);
    return (params) => params.id === id;
  },
  'message, replayed': async (client, call) => {
    const topic = `topic-${client}`;
    const { id } = await demo.send({ to: `#${topic}`, type: 't', data: { n: 1 } });
    await call('subscribe', { topic, from: 'first' });
    return (params) => params.id === id && params.replay === true;
  },
  'message, transient': async (client) => {
    await demo.send({ to: client, type: 'transient', durable: false });
    return (params) => params.type === 'transient';
  },
  'message, a receipt': async (_, call) => {
    const { id } = (await call('send', { to: 'somebody', type: 't', receipt: true })) as { id: string };
    const socket = await socketOf('somebody');
    const position = await socket.until('it', ({ messages: there }) => there.find((message) => message.id === id)?.position);
    await socket.call('ack', { position });
    return (params) => params.type === 'vestnik.receipt';
  },
  retract: async (client) => {
    const id = await sentTo(client);
    await demo.api('DELETE', `/messages/${id}`);
    return (params) => (params.ids as string[]).includes(id);
  },
  call: async (client) => {
    void demo.api('POST', '/calls', { to: client, method: 'openForm', params: { order: 'A-17' }, timeout: 1 });
    return any;
  },
  cancel: async (client) => {
    void demo.api('POST', '/calls', { to: client, method: 'openForm', timeout: 0.2 });
    return any;
  },
  presence: async (_, call) => {
    await call('presence.watch', { clients: ['watched'] });
    await (await socketOf('watched')).call('presence.set', { status: 'busy', text: 'Back at three' });
    return (params) => params.status === 'busy';
  },
  'notice, closing': async (client) => {
    const { body } = await demo.api('GET', `/clients/${client}`);
    for (const { session } of body.sessions as { session: string }[]) await demo.api('DELETE', `/clients/${client}/sessions/${session}`);
    return (params) => params.type === 'vestnik.closing';
  },
};

it.each((Object.keys(PREFIX) as Way[]).flatMap((way) => Object.keys(PUSHES).map((push) => [push, way] as const)))(
  'pushes %s over %s as the document says',
  async (push, way) => {
    const client = `${way}-${push.replaceAll(/\W+/g, '-')}`;
    const [listener, call] = await LISTENERS[way](client);
    const which = await (PUSHES[push] as BroughtAbout)(client, call);
    const [method = ''] = push.split(',');
    expectToBe(`${PREFIX[way]}${method}`, await listener.next(method, which));
  },
);

it('tells of a token that expires and of a window that is full as the document says', async () => {
  const token = await demo.mint('short', { ttl: 61 });
  const short = await socketOf('short', { token });
  const narrow = await socketOf('narrow', { window: 1 });
  for (let at = 0; at < 3; at++) await demo.send({ to: 'narrow', type: 't' });
  for (const [socket, type] of [
    [short, 'vestnik.token-expiring'],
    [narrow, 'vestnik.waiting-for-ack'],
  ] as const) {
    const notice = await socket.until(type, ({ notices }) => notices.find((one) => one.type === type), 15_000);
    expectToBe('push.notice', { jsonrpc: '2.0', method: 'notice', params: notice });
  }
});

it('answers a pushed call as the document says, over both sockets', async () => {
  const socket = await socketOf('called');
  const asked = demo.api('POST', '/calls', { to: 'called', method: 'openForm' });
  const call = await socket.until('the call', ({ calls }) => calls[0]);
  const answer = { ...exampleOf('push.call.result'), id: call.id };
  expectToBe('push.call.result', answer);
  socket.sendText(JSON.stringify(answer));
  expect((await asked).body.result).toEqual({ opened: true });

  const second = await socketIoOf('called-io');
  const reply = exampleOf('event.push.call.reply');
  expectToBe('event.push.call.reply', reply);
  second.on('call', (_params, respond: (reply: unknown) => void) => respond(reply));
  expect((await demo.api('POST', '/calls', { to: 'called-io', method: 'openForm' })).body.result).toEqual({ opened: true });
});

it('has brought about everything that the document has, but what is said not to be', () => {
  expect(Object.keys(messages).filter((id) => !checked.has(id))).toEqual(Object.keys(NOT_BROUGHT_ABOUT));
});

// The ways.

const LISTENERS: Readonly<Record<Way, (client: string) => Promise<[Listener, Call]>>> = {
  socket: async (client) => {
    const socket = await socketOf(client);
    const next: Listener['next'] = (method, which = any) =>
      socket.until(method, ({ frames }) =>
        frames
          .filter(({ direction }) => direction === 'in')
          .map(({ text }) => JSON.parse(text) as { method?: string; params: Record<string, unknown> })
          .find((frame) => frame.method === method && which(frame.params)),
      );
    return [{ next }, (method, params) => socket.call(method, params)];
  },
  socketIo: async (client) => {
    const socket = await socketIoOf(client);
    const came = arrivals();
    socket.onAny((event: string, params: Record<string, unknown>) => came.add(event, params, params));
    const call: Call = async (method, params) => ((await socket.emitWithAck(method, params)) as { result: unknown }).result;
    return [came, call];
  },
  events: async (client) => {
    const came = arrivals();
    await streamOf(client, 'text/event-stream', '\n\n', (event) => {
      const fields = Object.fromEntries(event.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
      if (fields.data === undefined) return;
      const params = JSON.parse(fields.data) as Record<string, unknown>;
      expect(fields.id).toBe(fields.event === 'message' ? params.position : undefined);
      came.add(fields.event as string, params, params);
    });
    return [came, rpcOf(client)];
  },
  lines: async (client) => {
    const came = arrivals();
    await streamOf(client, 'application/x-ndjson', '\n', (line) => {
      if (line === '') return;
      const object = JSON.parse(line) as { method: string; params: Record<string, unknown> };
      came.add(object.method, object.params, object);
    });
    return [came, rpcOf(client)];
  },
};

function arrivals(): Listener & { add(method: string, params: Record<string, unknown>, whole: unknown): void } {
  const all: { method: string; params: Record<string, unknown>; whole: unknown }[] = [];
  let look = () => {};
  return {
    add: (method, params, whole) => {
      all.push({ method, params, whole });
      look();
    },
    next: (method, which = any) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`no ${method}; there came ${JSON.stringify(all).slice(0, 1_000)}`)), 10_000);
        look = () => {
          const found = all.find((one) => one.method === method && which(one.params));
          if (found === undefined) return;
          clearTimeout(late);
          resolve(found.whole);
        };
        look();
      }),
  };
}

async function socketIoOf(client: string): Promise<Socket> {
  const token = await demo.token(client);
  const socket = io(`${server.url}/tenants/demo`, { auth: { token }, transports: ['websocket'], forceNew: true, reconnection: false });
  opened.push(() => socket.disconnect());
  const ready = await new Promise((resolve, reject) => {
    socket.once('ready', resolve);
    socket.once('connect_error', reject);
  });
  expectToBe('event.ready', ready);
  return socket;
}

/** Resolves when the stream is open. */
async function streamOf(client: string, accept: string, end: string, take: (part: string) => void): Promise<void> {
  const token = await demo.token(client);
  const stream = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(`${server.url}${demo.path}/events?session=example`, { headers: { accept, authorization: `Bearer ${token}` }, agent: false }, resolve);
    asked.on('error', reject);
    asked.end();
    opened.push(() => asked.destroy());
  });
  expect(stream.statusCode).toBe(200);
  let text = '';
  stream.on('error', () => {});
  stream.setEncoding('utf8');
  stream.on('data', (more: string) => {
    const parts = (text + more).split(end);
    text = parts.pop() as string;
    for (const part of parts) take(part);
  });
}

function rpcOf(client: string): Call {
  return async (method, params) => {
    const { body } = await ask(`${server.url}${demo.path}/rpc`, {
      body: { jsonrpc: '2.0', id: 1, method, params },
      credentials: await demo.token(client),
      headers: { 'vestnik-session': 'example' },
    });
    if (body.error !== undefined) throw new Error(JSON.stringify(body.error));
    return body.result;
  };
}
