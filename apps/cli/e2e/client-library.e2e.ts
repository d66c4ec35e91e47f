import {
  type AnyMessages,
  binary,
  bytesOf,
  CallError,
  type DeliveredMessage,
  type SocketConstructor,
  type TransportName,
  VestnikClient,
  VestnikError,
} from '@vestnik/client';
import { Conditions, FaultProxy, TestServer, type TestTenant } from '@vestnik/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

/** The library against a real node, over each of its transports. */
let server: TestServer;
let tenant: TestTenant;
let tenants = 0;
const clients: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server?.close());
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

interface Calls {
  double: { params: number; result: number };
  fail: { params: unknown; result: unknown };
  slow: { params: unknown; result: unknown };
}

const newTenant = async () => {
  tenant = await server.createTenant(`library-${++tenants}`);
};

function clientOf(name: string, transports: readonly TransportName[], options: Partial<ConstructorParameters<typeof VestnikClient>[0]> = {}) {
  const client = new VestnikClient<AnyMessages, Calls>({ url: server.url, tenant: tenant.name, token: () => tenant.token(name), transports, ...options });
  clients.push(client);
  return client;
}

function collected(client: { onMessage(handler: (message: DeliveredMessage) => unknown): () => void }) {
  const conditions = new Conditions();
  const messages: DeliveredMessage[] = [];
  client.onMessage((message) => {
    messages.push(message);
    conditions.changed();
  });
  return {
    messages,
    reaches: (count: number) => conditions.until(`${count} messages, not ${messages.length}`, () => messages.length >= count),
  };
}

describe.each<TransportName>(['websocket', 'sse', 'long-poll'])('over %s', (transport) => {
  it('sends and receives in order, acknowledges, and resumes', async () => {
    await newTenant();
    const receiver = clientOf('ivanov', [transport]);
    const got = collected(receiver);
    const session = await receiver.connect();
    expect(session.transport).toBe(transport);
    if (transport !== 'long-poll') expect(session.client).toBe(tenant.address('ivanov'));
    const sender = clientOf('petrov', [transport]);
    await sender.connect();
    const answers = await Promise.all(Array.from({ length: 300 }, (_, number) => sender.send({ to: 'ivanov', type: 'x', data: { number } })));
    await got.reaches(300);
    expect(got.messages.map(({ data }) => (data as { number: number }).number)).toEqual(Array.from({ length: 300 }, (_, number) => number));
    await receiver.close();
    expect((await sender.state(answers[299]?.id ?? '')).to[0]?.state).toBe('acknowledged');

    await sender.send({ to: 'ivanov', type: 'x', data: { number: 300 } });
    const again = clientOf('ivanov', [transport]);
    const later = collected(again);
    await again.connect();
    await later.reaches(1);
    expect(later.messages[0]?.data).toEqual({ number: 300 });
  });

  it('is called, answers, fails, is cancelled, and calls', async () => {
    await newTenant();
    const callee = clientOf('ivanov', [transport]);
    callee.handle('double', (params) => params * 2);
    callee.handle('fail', () => {
      throw new CallError(1404, 'no such order', { order: 'A-17' });
    });
    const aborted = new Promise<unknown>((resolve) => {
      callee.handle('slow', (_params, { signal }) => new Promise(() => signal.addEventListener('abort', () => resolve(signal.reason))));
    });
    await callee.connect();
    const caller = clientOf('petrov', [transport]);
    await caller.connect();
    const { result, from } = await caller.call('ivanov', 'double', 21);
    expect(result).toBe(42);
    expect(from).toContain(tenant.address('ivanov').slice('ivanov'.length));
    const failed: unknown = await caller.call('ivanov', 'fail', {}).catch((error: unknown) => error);
    expect(failed).toMatchObject({ slug: 'call-failed', extra: { error: { code: 1404, message: 'no such order', data: { order: 'A-17' } } } });
    await expect(caller.call('ivanov', 'slow', {}, { timeout: 0.3 })).rejects.toMatchObject({ slug: 'call-timeout' });
    expect(await aborted).toBeInstanceOf(VestnikError);
    await expect(caller.call('nobody', 'double', 1)).rejects.toMatchObject({ slug: 'client-offline' });
  });

  it('watches presence, and sets its own', async () => {
    await newTenant();
    const watcher = clientOf('petrov', [transport]);
    await watcher.connect();
    const conditions = new Conditions();
    const changes: string[] = [];
    watcher.on('presence', ({ client, online, status }) => {
      changes.push(`${client} ${online} ${status}`);
      conditions.changed();
    });
    expect(await watcher.presence.watch('ivanov')).toMatchObject([{ client: tenant.address('ivanov'), online: false, sessions: 0 }]);
    const watched = clientOf('ivanov', [transport], { status: 'busy' });
    await watched.connect();
    await conditions.until('ivanov is busy', () => changes.some((change) => change === `${tenant.address('ivanov')} true busy`));
    await watched.presence.set('away', 'at lunch');
    await conditions.until('ivanov is away', () => changes.some((change) => change.endsWith('true away')));
    expect(await watcher.presence.get(['ivanov'])).toMatchObject([{ online: true, status: 'away', text: 'at lunch' }]);
  });

  it('subscribes, is replayed what is kept, and reads its history', async () => {
    await newTenant();
    const publisher = clientOf('petrov', ['websocket']);
    await publisher.connect();
    await publisher.send({ to: '#orders/eu', type: 'x', data: 1 });
    const reader = clientOf('ivanov', [transport]);
    const got = collected(reader);
    await reader.connect();
    await reader.subscribe('orders/+', { from: 'first' });
    await got.reaches(1);
    expect(got.messages[0]).toMatchObject({ data: 1, replay: true });
    await publisher.send({ to: '#orders/us', type: 'x', data: 2 });
    await got.reaches(2);
    expect(got.messages[1]).toMatchObject({ data: 2, to: expect.stringContaining('#orders/us@') });
    await publisher.send({ to: 'ivanov', type: 'x', data: 3 });
    await got.reaches(3);
    const { messages } = await reader.history({ with: 'petrov' });
    expect(messages.map(({ data }) => data)).toContain(3);
    await reader.unsubscribe('orders/+');
  });

  it('fetches what is larger than it wanted, and takes binary data', async () => {
    await newTenant();
    const reader = clientOf('ivanov', [transport], { maxData: 1_000 });
    const got = collected(reader);
    await reader.connect();
    const sender = clientOf('petrov', [transport]);
    await sender.connect();
    const bytes = Uint8Array.from({ length: 20_000 }, (_, at) => at % 256);
    await sender.send({ to: 'ivanov', type: 'photo', ...binary(bytes, 'image/png') });
    await got.reaches(1);
    const [message] = got.messages;
    if (message === undefined) throw new Error('there is no message');
    expect(message.data).toBeUndefined();
    expect(bytesOf(await reader.whole(message))).toEqual(bytes);
  });
});

it('changes the transport between connections and shows each message once, in order', async () => {
  await newTenant();
  const proxy = await FaultProxy.start({ port: server.port });
  try {
    const sender = clientOf('petrov', ['websocket']);
    await sender.connect();
    // What is on the way lets one kind of connection through.
    let open: TransportName = 'websocket';
    const doors: Readonly<Record<string, TransportName>> = { events: 'sse', inbox: 'long-poll' };
    const reader = clientOf('ivanov', ['websocket', 'sse', 'long-poll'], {
      url: proxy.through(server.url),
      reconnectDelayMs: () => 20,
      WebSocket: function socket(url: string, protocols: string[]) {
        if (open !== 'websocket') throw new Error('blocked');
        return new WebSocket(url, protocols);
      } as unknown as SocketConstructor,
      fetch: (url, init) => {
        const door = doors[new URL(url).pathname.split('/').at(-1) ?? ''];
        return door !== undefined && door !== open ? Promise.reject(new Error('blocked')) : fetch(url, init);
      },
    });
    const got = collected(reader);
    const conditions = new Conditions();
    let last: TransportName | undefined;
    reader.on('connected', ({ transport }) => {
      last = transport;
      conditions.changed();
    });
    await reader.connect();
    let sent = 0;
    const send = (count: number) => Promise.all(Array.from({ length: count }, () => sender.send({ to: 'ivanov', type: 'x', data: sent++ })));
    for (const next of ['sse', 'long-poll', 'websocket', 'long-poll', 'sse'] as const) {
      // Some before the cut, some around it, some while it is away.
      await send(30);
      const around = send(30);
      open = next;
      proxy.reset();
      await around;
      await conditions.until(`connected over ${next}`, () => last === next);
      await send(10);
    }
    await got.reaches(sent);
    expect(got.messages.map(({ data }) => data)).toEqual(Array.from({ length: sent }, (_, number) => number));
  } finally {
    await proxy.close();
  }
});
