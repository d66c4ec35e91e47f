import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VestnikClient } from './client.js';
import type { ClientEvents } from './events.js';
import type { ClientOptions } from './options.js';
import { CONNECT_RESULT, kindly, Refusal, ScriptedBus } from './testing/scripted-bus.js';
import { VestnikError } from './vestnik-error.js';

let bus: ScriptedBus;
const clients: VestnikClient[] = [];

beforeEach(async () => {
  bus = await ScriptedBus.start();
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await bus.stop();
});

function clientOf(options: Partial<ClientOptions> = {}): VestnikClient {
  const client = new VestnikClient({ url: bus.url, tenant: 'demo', token: 'vk_test', reconnectDelayMs: () => 5, closeTimeoutMs: 200, ...options });
  clients.push(client);
  return client;
}

function next<Event extends keyof ClientEvents>(client: VestnikClient, event: Event): Promise<ClientEvents[Event]> {
  return new Promise((resolve) => {
    const off = client.on(event, (value: ClientEvents[Event]) => {
      off();
      resolve(value);
    });
  });
}

/** Collects what a handler is given, and can be waited for. */
function collector(client: VestnikClient) {
  const numbers: number[] = [];
  const waiting: (() => void)[] = [];
  client.onMessage((message) => {
    numbers.push((message.data as { number: number }).number);
    for (const wake of waiting.splice(0)) wake();
  });
  return {
    numbers,
    async reaches(count: number) {
      while (numbers.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

describe('connecting', () => {
  it('says connect with its token and what it is', async () => {
    const client = clientOf({ device: 'desktop', window: 10, app: 'crm', maxData: 100, status: 'available' });
    expect(await client.connect()).toEqual({ ...CONNECT_RESULT, transport: 'websocket' });
    const [visit] = bus.visits;
    expect(visit?.calls[0]).toMatchObject({
      method: 'connect',
      params: { token: 'vk_test', device: 'desktop', window: 10, app: 'crm', maxData: 100, status: 'available', heartbeat: true },
    });
    expect(visit?.calls[0]?.params).not.toHaveProperty('position');
    expect(client.connectionState).toBe('connected');
    expect(visit?.socket.protocol).toBe('vestnik.v1.jsonrpc');
  });

  it('rejects with the problem when the bus refuses it, and does not come back', async () => {
    bus.answers = () => new Refusal('tenant-unknown', 'there is no tenant demo');
    const client = clientOf();
    const connecting = client.connect();
    const visit = await bus.visit(1);
    await visit.called('connect');
    visit.close(4404, 'tenant-unknown', { reconnect: false });
    await expect(connecting).rejects.toMatchObject({ slug: 'tenant-unknown', detail: 'there is no tenant demo', retryable: false });
    expect(client.connectionState).toBe('idle');
    await expect(client.send({ to: 'petrov', type: 'x' })).rejects.toMatchObject({ slug: 'tenant-unknown' });
  });

  it('gives up an unreachable bus after the tries that it may make', async () => {
    const nobody = await ScriptedBus.start();
    const { url } = nobody;
    await nobody.stop();
    const ends: unknown[] = [];
    const client = clientOf({ url });
    client.on('disconnected', (end) => ends.push(end));
    await expect(client.connect({ attempts: 3 })).rejects.toMatchObject({ slug: 'unreachable', retryable: true });
    expect(ends).toHaveLength(3);
  });

  it('tries again when connect is not answered in time', async () => {
    bus.unanswered = ['connect'];
    const client = clientOf({ connectTimeoutMs: 30 });
    const connecting = client.connect();
    await bus.visit(1);
    bus.unanswered = [];
    await connecting;
    expect(bus.visits.length).toBeGreaterThan(1);
  });
});

describe('receiving', () => {
  it('handles messages in order and acknowledges with at most one acknowledgement on its way', async () => {
    bus.unanswered = ['ack'];
    const client = clientOf();
    const seen = collector(client);
    await client.connect();
    const visit = await bus.visit(1);
    for (let number = 1; number <= 5; number++) visit.message(number);
    await seen.reaches(5);
    expect(seen.numbers).toEqual([1, 2, 3, 4, 5]);
    const first = await visit.called('ack');
    expect(first.params).toEqual({ position: 'AAAAAAp1' });
    visit.answer(first);
    const second = await visit.called('ack', 2);
    expect(second.params).toEqual({ position: 'AAAAAAp5' });
    visit.answer(second);
    expect(visit.of('ack')).toHaveLength(2);
  });

  it('acknowledges only after the handler has finished, one message at a time', async () => {
    const client = clientOf();
    const finishes: (() => void)[] = [];
    let running = 0;
    client.on('message', async () => {
      expect(++running).toBe(1);
      await new Promise<void>((resolve) => finishes.push(resolve));
      running -= 1;
    });
    await client.connect();
    const visit = await bus.visit(1);
    visit.message(1);
    visit.message(2);
    // A round trip after the messages: by now both have come.
    await client.request('ping', {});
    expect(finishes).toHaveLength(1);
    expect(visit.of('ack')).toHaveLength(0);
    finishes[0]?.();
    expect((await visit.called('ack')).params).toEqual({ position: 'AAAAAAp1' });
    expect(finishes).toHaveLength(2);
    finishes[1]?.();
    expect((await visit.called('ack', 2)).params).toEqual({ position: 'AAAAAAp2' });
  });

  it('refuses what its handler throws at, before it acknowledges what follows', async () => {
    bus.unanswered = ['refuse'];
    const client = clientOf();
    client.onMessage((message) => {
      if ((message.data as { number: number }).number === 2) throw new Error('no such\norder');
    });
    const failure = next(client, 'error');
    await client.connect();
    const visit = await bus.visit(1);
    for (let number = 1; number <= 3; number++) visit.message(number);
    const refuse = await visit.called('refuse');
    expect(refuse.params).toEqual({ id: '0193f2a4-7c1e-7b6e-9a55-000000000002', reason: 'no such order' });
    await client.request('ping', {});
    expect(visit.of('ack').map(({ params }) => params.position)).not.toContain('AAAAAAp3');
    visit.answer(refuse);
    await visit.until(() => visit.of('ack').at(-1)?.params.position === 'AAAAAAp3');
    expect((await failure).message).toBe('no such\norder');
  });

  it('keeps what comes unacknowledged while there is no handler', async () => {
    const client = clientOf();
    await client.connect();
    const visit = await bus.visit(1);
    visit.message(1);
    await client.request('ping', {});
    expect(visit.of('ack')).toHaveLength(0);
    const seen = collector(client);
    await seen.reaches(1);
    await visit.called('ack');
  });

  it('does not hand over what was retracted while it waited, and acknowledges it', async () => {
    const client = clientOf();
    const retracted = next(client, 'retract');
    await client.connect();
    const visit = await bus.visit(1);
    visit.message(1);
    visit.message(2);
    visit.tell('retract', { ids: ['0193f2a4-7c1e-7b6e-9a55-000000000001'], reason: 'withdrawn' });
    expect((await retracted).reason).toBe('withdrawn');
    const seen = collector(client);
    await visit.until(() => visit.of('ack').at(-1)?.params.position === 'AAAAAAp2');
    expect(seen.numbers).toEqual([2]);
  });

  it('hands over transient messages and acknowledges nothing', async () => {
    const client = clientOf();
    const seen = collector(client);
    await client.connect();
    const visit = await bus.visit(1);
    visit.message(1, { position: undefined });
    await seen.reaches(1);
    await client.request('ping', {});
    expect(visit.of('ack')).toHaveLength(0);
  });

  it('acknowledges nothing where it was told not to', async () => {
    const client = clientOf({ acknowledge: false });
    const seen = collector(client);
    await client.connect();
    const visit = await bus.visit(1);
    visit.message(1);
    await seen.reaches(1);
    await client.request('ping', {});
    expect(visit.of('ack')).toHaveLength(0);
  });

  it('answers a ping with a frame, a call with a problem, and survives what is no JSON', async () => {
    const client = clientOf();
    const unreadable = next(client, 'error');
    await client.connect();
    const visit = await bus.visit(1);
    visit.tell('ping', {});
    expect((await visit.called('ping')).id).toBeUndefined();
    visit.socket.send('{"jsonrpc":"2.0","id":"c-1","method":"call","params":{}}');
    await visit.until(() => visit.frames.some((frame) => (frame as { id?: unknown }).id === 'c-1'));
    expect(visit.frames).toContainEqual(expect.objectContaining({ id: 'c-1', error: expect.objectContaining({ code: -32601 }) }));
    visit.socket.send('{nonsense');
    expect(await unreadable).toMatchObject({ slug: 'answer-unreadable' });
    await client.request('ping', {});
  });
});

describe('coming back', () => {
  it('resumes after the last message that it handled and drops what comes twice', async () => {
    bus.unanswered = ['ack'];
    const client = clientOf();
    const seen = collector(client);
    await client.connect();
    const first = await bus.visit(1);
    first.message(1);
    first.message(2);
    await seen.reaches(2);
    await first.called('ack');
    bus.unanswered = [];
    first.cut();
    const second = await bus.visit(2);
    expect((await second.called('connect')).params.position).toBe('AAAAAAp2');
    // What was not answered is acknowledged again.
    expect((await second.called('ack')).params).toEqual({ position: 'AAAAAAp2' });
    second.message(2, { redelivered: true });
    second.message(3);
    await second.until(() => second.of('ack').at(-1)?.params.position === 'AAAAAAp3');
    expect(seen.numbers).toEqual([1, 2, 3]);
  });

  it('finishes a message during which the connection ended, and acknowledges its repetition without handling it again', async () => {
    const client = clientOf();
    let finish = () => {};
    const handled: string[] = [];
    client.onMessage(async ({ id }) => {
      handled.push(id);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
    });
    await client.connect();
    const first = await bus.visit(1);
    first.message(1);
    await client.request('ping', {});
    const again = next(client, 'connected');
    first.cut();
    const second = await bus.visit(2);
    expect((await second.called('connect')).params.position).toBe('AAAAAAA');
    await again;
    second.message(1, { redelivered: true });
    await client.request('ping', {});
    finish();
    await second.called('ack', 2);
    expect(handled).toHaveLength(1);
    expect(second.of('ack').map(({ params }) => params.position)).toEqual(['AAAAAAp1', 'AAAAAAp1']);
  });

  it('repeats a refusal that was not answered, before it acknowledges', async () => {
    bus.unanswered = ['refuse'];
    const client = clientOf();
    client.onMessage(() => {
      throw new Error('broken');
    });
    await client.connect();
    const first = await bus.visit(1);
    first.message(1);
    await first.called('refuse');
    bus.unanswered = [];
    first.cut();
    const second = await bus.visit(2);
    await second.called('ack');
    expect(second.calls.map(({ method }) => method)).toEqual(['connect', 'refuse', 'ack']);
  });

  it('starts after what was acknowledged last when the bus does not know its position', async () => {
    const client = clientOf({ position: 'ZZZZZZZZ' });
    bus.answers = (method, params) => (method === 'connect' && params.position === 'ZZZZZZZZ' ? new Refusal('position-invalid') : kindly(method, params));
    await client.connect();
    const visit = await bus.visit(1);
    expect(visit.of('connect').map(({ params }) => params.position)).toEqual(['ZZZZZZZZ', undefined]);
    expect(bus.visits).toHaveLength(1);
  });

  it('forgets its positions and tells of the gap when the bus was restored', async () => {
    bus.unanswered = ['ack'];
    const client = clientOf();
    const seen = collector(client);
    await client.connect();
    const first = await bus.visit(1);
    first.message(1);
    await first.called('ack');
    await seen.reaches(1);
    const gap = { reason: 'restored', from: 'AAAAAAp1', to: 'BBBBBBA' };
    bus.answers = (method, params) => (method === 'connect' ? { ...CONNECT_RESULT, position: 'BBBBBBA', gap } : kindly(method, params));
    bus.unanswered = [];
    const told = next(client, 'gap');
    first.cut();
    expect(await told).toEqual(gap);
    const second = await bus.visit(2);
    await client.request('ping', {});
    expect(second.of('ack')).toHaveLength(0);
    second.cut();
    expect((await (await bus.visit(3)).called('connect')).params.position).toBe('BBBBBBA');
  });

  it.each([
    [1001, 'going away'],
    [1012, 'draining'],
    [4408, 'too-slow'],
  ])('comes back after %i', async (code, reason) => {
    const client = clientOf();
    await client.connect();
    (await bus.visit(1)).close(code, reason);
    await (await bus.visit(2)).called('connect');
  });

  it.each([
    [4400, 'request-invalid'],
    [4403, 'forbidden'],
    [4409, 'replaced'],
  ])('stays away after %i', async (code, reason) => {
    const client = clientOf();
    await client.connect();
    const end = next(client, 'disconnected');
    (await bus.visit(1)).close(code, reason);
    expect(await end).toMatchObject({ code, reason, error: { slug: reason } });
    expect(await end).not.toHaveProperty('reconnectInMs');
    expect(client.connectionState).toBe('idle');
  });

  it('obeys what the bus says before it closes', async () => {
    const client = clientOf();
    await client.connect();
    const end = next(client, 'disconnected');
    (await bus.visit(1)).close(4409, 'replaced', { reconnect: true, after: 0.01 });
    expect(await end).toMatchObject({ reconnectInMs: 15 });
    await bus.visit(2);
  });

  it('notices a connection on which nothing is heard', async () => {
    bus.answers = (method, params) => (method === 'connect' ? { ...CONNECT_RESULT, pingInterval: 0.02 } : kindly(method, params));
    const client = clientOf();
    await client.connect();
    await bus.visit(2);
  });
});

describe('tokens', () => {
  it('gets a fresh token after 4401', async () => {
    const tokens = ['old', 'new'];
    const client = clientOf({ token: async () => tokens.shift() ?? 'none' });
    bus.answers = (method, params) => (params.token === 'old' ? new Refusal('token-expired', 'it has expired') : kindly(method, params));
    const connecting = client.connect();
    const first = await bus.visit(1);
    await first.called('connect');
    first.close(4401, 'token-expired');
    await connecting;
    expect((await bus.visit(2)).calls[0]?.params.token).toBe('new');
  });

  it('stops after 4401 where there is no other token', async () => {
    bus.answers = () => new Refusal('unauthenticated', 'the key is gone');
    const client = clientOf();
    const connecting = client.connect();
    const visit = await bus.visit(1);
    await visit.called('connect');
    visit.close(4401, 'unauthenticated');
    await expect(connecting).rejects.toMatchObject({ slug: 'unauthenticated', detail: 'the key is gone' });
  });

  it('keeps its token over an ordinary reconnection', async () => {
    let asked = 0;
    const client = clientOf({ token: () => `token ${++asked}` });
    await client.connect();
    (await bus.visit(1)).cut();
    expect((await (await bus.visit(2)).called('connect')).params.token).toBe('token 1');
  });

  it('refreshes when the bus says that the token is about to expire', async () => {
    let asked = 0;
    const client = clientOf({ token: () => `token ${++asked}` });
    await client.connect();
    const visit = await bus.visit(1);
    visit.tell('notice', { type: 'vestnik.token-expiring', expiresAt: '2026-11-22T07:00:00Z' });
    expect((await visit.called('refresh')).params).toEqual({ token: 'token 2' });
  });

  it('goes on trying while no token can be had', async () => {
    let asked = 0;
    const client = clientOf({
      token: () => {
        if (++asked < 3) throw new Error('the backend is down');
        return 'at last';
      },
    });
    await client.connect();
    expect(asked).toBe(3);
  });
});

describe('sending', () => {
  it('gives every durable send a key of its own, and leaves the caller’s', async () => {
    const client = clientOf();
    await client.connect();
    const answer = await client.send({ to: 'petrov', type: 'x', data: 1 });
    expect(answer.to[0]?.state).toBe('queued');
    await client.send({ to: 'petrov', type: 'x', key: 'mine' });
    await client.send({ to: 'petrov', type: 'x', durable: false });
    const keys = bus.visits[0]?.of('send').map(({ params }) => params.key);
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), 'mine', undefined]);
  });

  it('rejects with what the bus says, and with the key', async () => {
    bus.answers = (method, params) => (method === 'send' ? new Refusal('unavailable', 'no database', true) : kindly(method, params));
    const client = clientOf();
    await client.connect();
    const error = await client.send({ to: 'petrov', type: 'x', key: 'k-1' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(VestnikError);
    expect(error).toMatchObject({ slug: 'unavailable', detail: 'no database', retryable: true, key: 'k-1' });
  });

  it('keeps durable sends while offline, in order, and rejects transient ones', async () => {
    const client = clientOf();
    const answers = [1, 2, 3].map((number) => client.send({ to: 'petrov', type: 'x', data: number }));
    await expect(client.send({ to: 'petrov', type: 'x', durable: false })).rejects.toMatchObject({ slug: 'offline' });
    await client.connect();
    await Promise.all(answers);
    expect(bus.visits[0]?.of('send').map(({ params }) => params.data)).toEqual([1, 2, 3]);
  });

  it('takes no more than queueLimit while offline', async () => {
    const client = clientOf({ queueLimit: 2 });
    const kept = [client.send({ to: 'petrov', type: 'x' }), client.send({ to: 'petrov', type: 'x' })];
    await expect(client.send({ to: 'petrov', type: 'x' })).rejects.toMatchObject({ slug: 'queue-full', retryable: true });
    await client.connect();
    await Promise.all(kept);
  });

  it('repeats unanswered sends over the next connection under the same keys', async () => {
    bus.unanswered = ['send'];
    const client = clientOf();
    await client.connect();
    const first = await bus.visit(1);
    const answers = [client.send({ to: 'petrov', type: 'x', data: 1 }), client.send({ to: 'petrov', type: 'x', data: 2 })];
    await first.called('send', 2);
    bus.unanswered = [];
    first.cut();
    await Promise.all(answers);
    const second = await bus.visit(2);
    expect(second.of('send').map(({ params }) => params)).toEqual(first.of('send').map(({ params }) => params));
  });

  it('tries again when the first try is still under way at the bus', async () => {
    bus.unanswered = ['send'];
    const client = clientOf();
    await client.connect();
    const first = await bus.visit(1);
    const answer = client.send({ to: 'petrov', type: 'x' });
    await first.called('send');
    first.cut();
    const second = await bus.visit(2);
    second.answer(await second.called('send'), new Refusal('conflict', 'under way', true));
    second.answer(await second.called('send', 2));
    expect((await answer).to).toHaveLength(1);
  });

  it('holds back what a draining node does not take, and what follows, for the next node', async () => {
    bus.unanswered = ['send'];
    const client = clientOf();
    await client.connect();
    const first = await bus.visit(1);
    const answers = [client.send({ to: 'petrov', type: 'x', data: 1 })];
    first.answer(await first.called('send'), new Refusal('draining', 'bye', true));
    await client.request('ping', {});
    answers.push(client.send({ to: 'petrov', type: 'x', data: 2 }));
    await client.request('ping', {});
    expect(first.of('send')).toHaveLength(1);
    bus.unanswered = [];
    first.close(1012, 'draining');
    await Promise.all(answers);
    expect((await bus.visit(2)).of('send').map(({ params }) => params.data)).toEqual([1, 2]);
  });

  it('stops waiting when its signal says so', async () => {
    const client = clientOf();
    const control = new AbortController();
    const answer = client.send({ to: 'petrov', type: 'x' }, { signal: control.signal });
    control.abort(new Error('too late'));
    await expect(answer).rejects.toThrow('too late');
    await client.connect();
    await client.request('ping', {});
    expect(bus.visits[0]?.of('send')).toHaveLength(0);
  });

  it('names the other methods as the protocol does', async () => {
    const client = clientOf();
    await client.connect();
    await client.state('a');
    await client.withdraw('b');
    await client.read(['c']);
    await client.refresh('new token');
    expect(bus.visits[0]?.calls.slice(1).map(({ method, params }) => [method, params])).toEqual([
      ['state', { id: 'a' }],
      ['withdraw', { id: 'b' }],
      ['read', { ids: ['c'] }],
      ['refresh', { token: 'new token' }],
    ]);
  });
});

describe('closing', () => {
  it('waits for the handler that runs and for its acknowledgement', async () => {
    const client = clientOf({ closeTimeoutMs: 5_000 });
    let finish = () => {};
    client.onMessage(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    await client.connect();
    const visit = await bus.visit(1);
    visit.message(1);
    visit.message(2);
    await client.request('ping', {});
    const closing = client.close();
    finish();
    await closing;
    expect(visit.of('ack').map(({ params }) => params.position)).toEqual(['AAAAAAp1']);
    expect((await visit.closed).code).toBe(1000);
    expect(client.connectionState).toBe('closed');
  });

  it('rejects what was waiting', async () => {
    const client = clientOf();
    const answer = client.send({ to: 'petrov', type: 'x' });
    const refused = expect(answer).rejects.toMatchObject({ slug: 'closed' });
    await client.close();
    await refused;
    await expect(client.send({ to: 'petrov', type: 'x' })).rejects.toMatchObject({ slug: 'closed' });
  });

  it('ends a connection attempt, and can be connected again', async () => {
    bus.unanswered = ['connect'];
    const client = clientOf();
    const connecting = client.connect();
    const refused = expect(connecting).rejects.toMatchObject({ slug: 'closed' });
    await (await bus.visit(1)).called('connect');
    await client.close();
    await refused;
    bus.unanswered = [];
    await client.connect();
    expect(client.connectionState).toBe('connected');
  });

  it('leaves no timer and no socket behind', async () => {
    const { spawnSync } = await import('node:child_process');
    const script = `
      import { VestnikClient } from ${JSON.stringify(new URL('./client.ts', import.meta.url).href)};
      const client = new VestnikClient({ url: process.argv[1], tenant: 'demo', token: 'vk_test' });
      client.connect().catch(() => undefined);
      client.send({ to: 'petrov', type: 'x' }).catch(() => undefined);
      await new Promise((resolve) => client.on('disconnected', resolve));
      await client.close();
    `;
    const nobody = await ScriptedBus.start();
    await nobody.stop();
    const started = performance.now();
    const run = spawnSync(
      process.execPath,
      ['--conditions=source', '--import', '@oxc-node/core/register', '--input-type=module', '-e', script, 'http://127.0.0.1:9'],
      { timeout: 20_000, encoding: 'utf8' },
    );
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});
