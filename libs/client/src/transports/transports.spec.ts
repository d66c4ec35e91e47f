import { describe, expect, it, vi } from 'vitest';
import { Collected, next, onABus } from '../testing/on-a-bus.js';
import { CONNECT_RESULT, kindly, Refusal } from '../testing/scripted-bus.js';
import type { TransportName } from './transport.js';

const stage = onABus();
const NUMBERS = ({ data }: { data: unknown }) => (data as { number: number }).number;

describe('choosing a transport', () => {
  it('takes the WebSocket where nothing is in its way', async () => {
    expect(await stage.clientOf().connect()).toMatchObject({ transport: 'websocket', client: CONNECT_RESULT.client });
  });

  it('takes the stream where the upgrade is refused, and the poll where the stream is too', async () => {
    stage.bus.blocked = { websocket: 'refused' };
    expect((await stage.clientOf().connect()).transport).toBe('sse');
    stage.bus.blocked = { websocket: 'refused', sse: 'refused' };
    expect((await stage.clientOf().connect()).transport).toBe('long-poll');
  });

  it('takes the poll where neither the upgrade is answered nor the stream begins', async () => {
    stage.bus.blocked = { websocket: 'silent', sse: 'silent' };
    const client = stage.clientOf({ connectTimeoutMs: 200, firstByteTimeoutMs: 50 });
    expect((await client.connect()).transport).toBe('long-poll');
  });

  it('goes from one to the next without a delay, and counts that as one try', async () => {
    stage.bus.blocked = { websocket: 'refused', sse: 'refused', 'long-poll': 'refused' };
    const ends: string[] = [];
    const client = stage.clientOf();
    client.on('disconnected', ({ error }) => ends.push(error.slug));
    await expect(client.connect({ attempts: 2 })).rejects.toMatchObject({ slug: 'unreachable' });
    expect(ends).toEqual(['unreachable', 'unreachable']);
  });

  it('does not look for another way where the bus itself has refused', async () => {
    stage.bus.answers = () => new Refusal('forbidden', 'not you');
    const client = stage.clientOf();
    const refused = expect(client.connect()).rejects.toMatchObject({ slug: 'forbidden', detail: 'not you' });
    const visit = await stage.bus.visit(1);
    await visit.called('connect');
    visit.close(4403, 'forbidden');
    await refused;
    expect(stage.bus.visits.map(({ transport }) => transport)).toEqual(['websocket']);
  });

  it.each<TransportName>(['sse', 'long-poll'])('tells the refusal of a %s as the bus has put it', async (transport) => {
    stage.bus.answers = () => new Refusal('scope-missing', 'receive is missing');
    await expect(stage.clientOf({ transports: [transport] }).connect()).rejects.toMatchObject({ slug: 'scope-missing', detail: 'receive is missing' });
  });

  it('comes back over the way that worked', async () => {
    stage.bus.blocked = { websocket: 'refused' };
    const client = stage.clientOf();
    await client.connect();
    stage.bus.blocked = {};
    const again = next(client, 'connected');
    (await stage.bus.visit(1)).cut();
    expect((await again).transport).toBe('sse');
  });
});

describe.each<TransportName>(['websocket', 'sse', 'long-poll'])('over %s', (transport) => {
  it('says what it is, hands over in order, acknowledges, sends, and keeps the order of its sends', async () => {
    const client = stage.clientOf({ transports: [transport], device: 'desk', window: 10, app: 'crm', status: 'busy', maxData: 1_000 });
    const seen = new Collected<number>();
    client.onMessage((message) => seen.put(NUMBERS(message)));
    await client.connect();
    const visit = await stage.bus.visit(1);
    expect(visit.transport).toBe(transport);
    expect(visit.calls[0]).toMatchObject({ method: 'connect', params: { token: 'vk_test', device: 'desk', app: 'crm', status: 'busy' } });
    for (let number = 1; number <= 3; number++) visit.message(number);
    expect(await seen.reaches(3)).toEqual([1, 2, 3]);
    await visit.until(() => visit.of('ack').at(-1)?.params.position === 'AAAAAAp3');
    await Promise.all([1, 2, 3, 4].map((data) => client.send({ to: 'petrov', type: 'x', data })));
    await client.send({ to: 'petrov', type: 'x', data: 5 });
    expect(visit.of('send').map(({ params }) => params.data)).toEqual([1, 2, 3, 4, 5]);
    expect(visit.frames.filter((frame) => (frame as { method?: string }).method === 'presence.set')).toEqual([]);
  });

  it('tells a problem of the bus to whoever asked', async () => {
    stage.bus.answers = (method, params) => (method === 'state' ? new Refusal('not-found', 'no such message') : kindly(method, params));
    const client = stage.clientOf({ transports: [transport] });
    await client.connect();
    await expect(client.state('x')).rejects.toMatchObject({ slug: 'not-found', detail: 'no such message' });
  });

  it('is called, answers, and is told that nobody waits any more', async () => {
    const client = stage.clientOf({ transports: [transport] });
    client.handle('double', (params) => (params as number) * 2);
    const aborted = new Collected<unknown>();
    client.handle('slow', async (_params, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      aborted.put(signal.reason);
    });
    await client.connect();
    const visit = await stage.bus.visit(1);
    visit.ask('c-1', 'double', 21);
    expect(await visit.answered('c-1')).toMatchObject({ result: 42 });
    visit.ask('c-2', 'slow', {});
    visit.tell('cancel', { id: 'c-2' });
    expect(await aborted.reaches(1)).toMatchObject([{ slug: 'call-timeout' }]);
  });

  it('starts after what was acknowledged last where the bus does not know its position', async () => {
    stage.bus.answers = (method, params) => (method === 'connect' && params.position === 'ZZZZ' ? new Refusal('position-invalid') : kindly(method, params));
    const client = stage.clientOf({ transports: [transport], position: 'ZZZZ' });
    await client.connect();
    expect(client.connectionState).toBe('connected');
  });

  it('obeys what the bus says before it closes', async () => {
    const client = stage.clientOf({ transports: [transport] });
    await client.connect();
    const end = next(client, 'disconnected');
    const visit = await stage.bus.visit(1);
    visit.tell('notice', { type: 'vestnik.closing', code: 4409, reason: 'replaced', reconnect: false });
    // Of pages the notice itself is the end.
    if (transport !== 'long-poll') visit.close(4409, 'replaced');
    expect(await end).toMatchObject({ error: { slug: 'replaced' } });
    expect(client.connectionState).toBe('idle');
  });

  it('gets a fresh token where the last one has expired', async () => {
    const tokens = ['old', 'new'];
    stage.bus.answers = (method, params) => (params.token === 'old' ? new Refusal('token-expired') : kindly(method, params));
    const client = stage.clientOf({ transports: [transport], token: () => tokens.shift() ?? 'none' });
    const connected = client.connect();
    if (transport === 'websocket') {
      const visit = await stage.bus.visit(1);
      await visit.called('connect');
      visit.close(4401, 'token-expired');
    }
    await connected;
    expect((await stage.bus.visit(2)).calls[0]?.params.token).toBe('new');
  });

  it('leaves when it is closed', async () => {
    const client = stage.clientOf({ transports: [transport] });
    await client.connect();
    const visit = await stage.bus.visit(1);
    if (transport === 'long-poll') await client.request('ping', {});
    await client.close();
    await visit.closed;
  });
});

describe('changing the transport', () => {
  it.each<[TransportName, TransportName]>([
    ['websocket', 'sse'],
    ['sse', 'long-poll'],
    ['long-poll', 'websocket'],
  ])('from %s to %s loses nothing and repeats nothing', async (from, to) => {
    const others: TransportName[] = (['websocket', 'sse', 'long-poll'] as const).filter((name) => name !== from);
    stage.bus.blocked = Object.fromEntries(others.map((name) => [name, 'refused']));
    stage.bus.unanswered = ['ack', 'send'];
    const client = stage.clientOf();
    const seen = new Collected<number>();
    client.onMessage((message) => seen.put(NUMBERS(message)));
    await client.connect();
    const first = await stage.bus.visit(1);
    first.message(1);
    first.message(2);
    await seen.reaches(2);
    const answers = [client.send({ to: 'petrov', type: 'x', data: 1 }), client.send({ to: 'petrov', type: 'x', data: 2 })];
    await first.called('send');

    const gone: TransportName[] = (['websocket', 'sse', 'long-poll'] as const).filter((name) => name !== to);
    stage.bus.blocked = Object.fromEntries(gone.map((name) => [name, 'refused']));
    stage.bus.unanswered = [];
    first.cut();
    const second = await stage.bus.visit(2);
    expect(second.transport).toBe(to);
    expect((await second.called('connect')).params.position).toBe('AAAAAAp2');
    // What was not answered is said again, the sends under their keys.
    await Promise.all(answers);
    expect((await second.called('ack')).params).toEqual({ position: 'AAAAAAp2' });
    expect(second.of('send').map(({ params }) => params.data)).toEqual([1, 2]);
    expect(second.of('send')[0]?.params.key).toBe(first.of('send')[0]?.params.key);
    second.message(2, { redelivered: true });
    second.message(3);
    await second.until(() => second.of('ack').at(-1)?.params.position === 'AAAAAAp3');
    expect(seen.values).toEqual([1, 2, 3]);
  });
});

describe('a stream', () => {
  it('tells of a restored bus, and forgets its positions', async () => {
    stage.bus.unanswered = ['ack'];
    const client = stage.clientOf({ transports: ['sse'] });
    const seen = new Collected<number>();
    client.onMessage((message) => seen.put(NUMBERS(message)));
    await client.connect();
    const visit = await stage.bus.visit(1);
    visit.message(1);
    await seen.reaches(1);
    visit.cut();
    const second = await stage.bus.visit(2);
    const told = next(client, 'gap');
    second.tell('notice', { type: 'vestnik.gap', reason: 'restored', from: 'AAAAAAp1', to: 'BBBBBBA' });
    expect(await told).toEqual({ reason: 'restored', from: 'AAAAAAp1', to: 'BBBBBBA' });
    second.cut();
    expect((await (await stage.bus.visit(3)).called('connect')).params.position).toBe('BBBBBBA');
  });

  it('shows itself with the client’s word, the same over reconnections', async () => {
    const client = stage.clientOf({ transports: ['sse'] });
    await client.connect();
    const visit = await stage.bus.visit(1);
    visit.cut();
    const second = await stage.bus.visit(2);
    expect(visit.calls[0]?.params.session).toMatch(/^[\w-]{8,64}$/);
    expect(second.calls[0]?.params.session).toBe(visit.calls[0]?.params.session);
  });
});

describe('a poll', () => {
  it('asks for what comes after the page before', async () => {
    const client = stage.clientOf({ transports: ['long-poll'], position: 'AAAAAAp1' });
    const seen = new Collected<number>();
    client.onMessage((message) => seen.put(NUMBERS(message)));
    await client.connect();
    const visit = await stage.bus.visit(1);
    visit.message(2);
    await seen.reaches(1);
    visit.message(3);
    await seen.reaches(2);
    expect(stage.bus.polledAfter.slice(0, 3)).toEqual(['AAAAAAp1', 'AAAAAAp1', 'AAAAAAp2']);
  });
});

describe('rpc', () => {
  it('sends one request with messages at a time, and what came meanwhile with the next, in order', async () => {
    stage.bus.unanswered = ['send'];
    const client = stage.clientOf({ transports: ['sse'] });
    await client.connect();
    const visit = await stage.bus.visit(1);
    const answers = [client.send({ to: 'petrov', type: 'x', data: 1 })];
    const first = await visit.called('send');
    for (const data of [2, 3]) answers.push(client.send({ to: 'petrov', type: 'x', data }));
    // Others do not wait behind it; by the second answer the sends would have come, had they gone.
    for (let times = 0; times < 2; times++) await client.request('ping', {});
    expect(visit.of('send')).toHaveLength(1);
    visit.answer(first);
    await visit.called('send', 3);
    expect(visit.of('send').map(({ params }) => params.data)).toEqual([1, 2, 3]);
    for (const call of visit.of('send').slice(1)) visit.answer(call);
    await Promise.all(answers);
  });

  it('tells each call why the request as a whole was refused, and goes on', async () => {
    const client = stage.clientOf({ transports: ['sse'] });
    await client.connect();
    stage.bus.rpcRefusal = new Refusal('rate-limited', 'slowly', true);
    await expect(client.state('x')).rejects.toMatchObject({ slug: 'rate-limited', detail: 'slowly', retryable: true });
    stage.bus.rpcRefusal = undefined;
    await client.request('ping', {});
    expect(stage.bus.visits).toHaveLength(1);
  });

  it('comes back where the node is going away, and repeats its sends there', async () => {
    const client = stage.clientOf({ transports: ['sse'] });
    await client.connect();
    stage.bus.rpcRefusal = new Refusal('draining', 'bye', true);
    const end = next(client, 'disconnected');
    const answer = client.send({ to: 'petrov', type: 'x' });
    expect(await end).toMatchObject({ error: { slug: 'draining' } });
    stage.bus.rpcRefusal = undefined;
    expect((await answer).to).toHaveLength(1);
    expect(stage.bus.visits.length).toBeGreaterThan(1);
  });
});

describe('a stream through which nothing comes', () => {
  it('is given up for the next transport, and not taken again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      stage.bus.blocked = { websocket: 'refused' };
      const client = stage.clientOf();
      await client.connect();
      expect(client.session?.transport).toBe('sse');
      const end = next(client, 'disconnected');
      const again = next(client, 'connected');
      // Two and a half times the interval of its comments.
      await vi.advanceTimersByTimeAsync(38_000);
      expect((await end).error.detail).toContain('nothing was heard');
      await vi.advanceTimersByTimeAsync(10);
      expect((await again).transport).toBe('long-poll');
    } finally {
      vi.useRealTimers();
    }
  });
});
