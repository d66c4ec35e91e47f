import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { HttpStream } from '../spec/http-stream.js';
import { MemoryBus } from '../spec/memory-bus.js';
import { PollSession } from './poll-session.js';

interface Page {
  readonly status: number;
  readonly text: string;
  readonly messages: readonly Record<string, unknown>[];
  readonly data: readonly unknown[];
  readonly position: string;
  readonly events: readonly { readonly method: string; readonly params: Record<string, unknown>; readonly id?: string }[];
  readonly gap?: unknown;
  readonly errors?: readonly { readonly path: string }[];
}

let bus: MemoryBus;
let polls: number;
let ask: MockInstance<PollSession['ask']>;

beforeEach(async () => {
  polls = 0;
  ask = vi.spyOn(PollSession.prototype, 'ask');
  bus = await MemoryBus.start({ settings: { maxDataBytes: 300_000 } });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await bus.stop();
});

/** A poll that is answered at once. */
async function take(query: Record<string, string | number> = {}, client = 'ivanov'): Promise<Page> {
  const page = await poll(query, client);
  polls = ask.mock.calls.length;
  return page;
}

async function poll(query: Record<string, string | number>, client = 'ivanov'): Promise<Page> {
  const parameters = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const stream = await HttpStream.open(`http://${bus.host}/v1/tenants/demo/inbox?${parameters}`, { authorization: `Bearer ${client}` });
  const text = await stream.end();
  const body = JSON.parse(text) as Page;
  return { ...body, text, status: stream.response.statusCode ?? 0, data: (body.messages ?? []).map(({ data }) => data) };
}

/** A poll that waits: resolves when the server has it. */
async function waiting(query: Record<string, string | number> = {}): Promise<{ readonly page: Promise<Page> }> {
  const page = poll({ wait: 55, ...query });
  await asked();
  return { page };
}

/** The server has one more poll, and has done with it what it can for now. */
async function asked(): Promise<void> {
  polls++;
  await vi.waitFor(() => expect(ask).toHaveBeenCalledTimes(polls));
  await bus.clock.run(0);
}

const publish = async (data: unknown, fields: object = {}) => {
  const { body } = await bus.post('/v1/tenants/demo/messages', JSON.stringify({ to: 'ivanov', type: 't', data, ...fields }));
  return body.id as string;
};
const withdraw = (id: string) => bus.post(`/v1/tenants/demo/messages/${id}`, undefined, {}, 'DELETE');
const acknowledged = async (id: string) => {
  const { body } = await bus.post(`/v1/tenants/demo/messages/${id}`, undefined, {}, 'GET');
  return (body.to as { state: string }[])[0]?.state;
};

describe('a poll', () => {
  it('gives what is there, and a position to come back with, which acknowledges', async () => {
    const [first, second] = [await publish(1), await publish(2)];
    const one = await take();
    expect(one).toMatchObject({ status: 200, data: [1, 2], events: [], position: one.messages[1]?.position });
    expect(one.text).not.toContain('"gap"');
    expect(await acknowledged(first)).not.toBe('acknowledged');
    const two = await take({ after: one.position });
    expect(two).toMatchObject({ data: [], position: one.position });
    expect(await acknowledged(second)).toBe('acknowledged');
  });

  it('with ack=none acknowledges nothing', async () => {
    const id = await publish(1);
    const { position } = await take();
    await take({ after: position, ack: 'none' });
    expect(await acknowledged(id)).not.toBe('acknowledged');
    expect((await take()).data).toEqual([1]);
  });

  it('waits until something comes, and gives what comes together on one page', async () => {
    const { page } = await waiting();
    await bus.post('/v1/tenants/demo/messages/batch', JSON.stringify({ messages: [1, 2, 3].map((data) => ({ to: 'ivanov', type: 't', data })) }));
    expect((await page).data).toEqual([1, 2, 3]);
  });

  it('that waits in vain is an empty page with its own position', async () => {
    await publish(1);
    const { position } = await take();
    const { page } = await waiting({ after: position, wait: 20 });
    await bus.clock.run(20_000);
    expect(await page).toMatchObject({ messages: [], events: [], position });
  });

  it('goes on with the living session: no new opening, nothing marked as redelivered, what came in between is there', async () => {
    const opened = vi.spyOn(bus.delivery, 'open');
    let { position } = await take();
    for (const data of [1, 2, 3]) {
      const { page } = await waiting({ after: position });
      await publish(data);
      const { messages, position: next } = await page;
      expect(messages).toEqual([expect.not.objectContaining({ redelivered: true })]);
      position = next;
    }
    await publish('between');
    await publish('now', { durable: false });
    const last = await take({ after: position });
    expect(last.data).toEqual(['between', 'now']);
    expect(last.messages[0]).not.toHaveProperty('redelivered');
    expect(opened).toHaveBeenCalledTimes(1);
  });

  it('with another position begins anew there, and what may have been handed over before says so', async () => {
    const { position } = await take();
    await publish(1);
    await publish(2);
    const page = await take({ after: position });
    expect(page.data).toEqual([1, 2]);
    // As if that page had been lost on its way.
    const again = await take({ after: position });
    expect(again.messages).toMatchObject([
      { data: 1, redelivered: true },
      { data: 2, redelivered: true },
    ]);
    expect(bus.delivery.sessionCount).toBe(1);
  });

  it('that does not wait is not answered before the log was read, and after some seconds all the same', async () => {
    await publish(1);
    let read = () => {};
    const held = new Promise<void>((resolve) => {
      read = resolve;
    });
    bus.gate = (operation) => (operation === 'replay' ? held : undefined);
    const page = poll({});
    await asked();
    await new Promise<void>((resolve) => setImmediate(resolve));
    read();
    expect((await page).data).toEqual([1]);
    await publish(2);
    bus.gate = (operation) => (operation === 'replay' ? new Promise(() => {}) : undefined);
    const late = poll({ session: 'other' });
    await asked();
    await bus.clock.run(5_000);
    expect(await late).toMatchObject({ status: 200, messages: [] });
  });

  it('has at most so many messages, and the rest on the next page', async () => {
    for (let data = 0; data < 25; data++) await publish(data);
    const seen: unknown[] = [];
    let position: string | undefined;
    for (const expected of [10, 10, 5, 0]) {
      const page: Page = await take({ limit: 10, ...(position === undefined ? {} : { after: position }) });
      expect(page.messages).toHaveLength(expected);
      seen.push(...page.data);
      position = page.position;
    }
    expect(seen).toEqual([...Array(25).keys()]);
  });

  it('has what was taken back only behind the message itself, and calls at once', async () => {
    const { position } = await take();
    const ids = [await publish(1), await publish(2), await publish(3)];
    await withdraw(ids[1] as string);
    const called = bus.post(
      '/v1/tenants/demo/rpc',
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'call', params: { to: 'ivanov', method: 'm', timeout: 30 } }),
    );
    await vi.waitFor(() => expect(bus.clock.waiting).toBeGreaterThan(1));
    const seen: unknown[] = [];
    let after = position;
    for (let turn = 0; turn < 4; turn++) {
      const page = await take({ limit: 1, after });
      seen.push([...page.data, ...page.events.map(({ method }) => method)]);
      after = page.position;
    }
    expect(seen).toEqual([[1, 'call'], [2], [3, 'retract'], []]);
    bus.clock.advance(30_000);
    await called;
  });

  it('ends a page at a mebibyte', async () => {
    const big = 'x'.repeat(250_000);
    for (let at = 0; at < 8; at++) await publish(big);
    const one = await take();
    expect(one.messages).toHaveLength(5);
    expect((await take({ after: one.position })).messages).toHaveLength(3);
  });

  it('is held up by a full window until its position acknowledges', async () => {
    for (const data of [1, 2, 3]) await publish(data);
    const one = await take({ window: 2, ack: 'none' });
    expect(one.data).toEqual([1, 2]);
    expect((await take({ window: 2, after: one.position, ack: 'none' })).data).toEqual([]);
    expect((await take({ window: 2, after: one.position })).data).toEqual([3]);
  });

  it('tells what has ended, and its position covers that', async () => {
    const id = await publish(1);
    const { position } = await take();
    const { page } = await waiting({ after: position, ack: 'none' });
    await withdraw(id);
    const told = await page;
    expect(told).toMatchObject({ messages: [], events: [{ method: 'retract', params: { ids: [id], reason: 'withdrawn' } }] });
    expect(told.position).not.toBe(position);
    expect((await take({ after: told.position, ack: 'none' })).events).toEqual([]);
  });

  it('tells what has ended while the client was away, on another node too', async () => {
    const id = await publish(1);
    const { position } = await take({ idle: 0 });
    await vi.waitFor(() => expect(bus.delivery.sessionCount).toBe(0));
    await withdraw(id);
    const told = await take({ after: position, ack: 'none', idle: 0 });
    expect(told).toMatchObject({ messages: [], events: [{ method: 'retract', params: { ids: [id] } }] });
    expect(told.position).not.toBe(position);
    await vi.waitFor(() => expect(bus.delivery.sessionCount).toBe(0));
    expect((await take({ after: told.position, ack: 'none' })).events).toEqual([]);
  });

  it('says where something may be missing', async () => {
    await publish(1);
    const { position } = await take();
    bus.base.beginEpoch(2);
    await bus.delivery.readEpochs();
    await publish(2);
    const { position: newer } = await take();
    expect(newer).not.toBe(position);
    const page = await take({ after: 'AAAAAJA' });
    expect(page.gap).toMatchObject({ reason: 'restored', from: 'AAAAAJA' });
    expect((await take({ after: page.position })).gap).toBeUndefined();
  });

  it('gives way to a newer one of the same word: the older answers an empty page at once', async () => {
    const { position } = await take();
    const { page: older } = await waiting({ after: position });
    const { page: newer } = await waiting({ after: position });
    expect(await older).toMatchObject({ status: 200, messages: [], events: [], position });
    await publish(1);
    expect((await newer).data).toEqual([1]);
    // And where the newer one begins elsewhere.
    const { page: third } = await waiting({ after: (await newer).position });
    const fourth = poll({});
    expect(await third).toMatchObject({ status: 200, messages: [], events: [] });
    expect((await fourth).status).toBe(200);
    expect(bus.delivery.sessionCount).toBe(1);
  });

  it('leaves those under other words, and of other devices, alone', async () => {
    const { page: one } = await waiting({ session: 'one' });
    const { page: two } = await waiting({ session: 'two' });
    const { page: phone } = await waiting({ device: 'phone' });
    await publish(1);
    expect([(await one).data, (await two).data, (await phone).data]).toEqual([[1], [1], [1]]);
  });

  it('keeps its session for as long as it says, and is online meanwhile', async () => {
    await take({ idle: 40 });
    expect(bus.delivery.sessionCount).toBe(1);
    await bus.clock.run(39_000);
    expect(bus.delivery.sessionCount).toBe(1);
    await bus.clock.run(1_000);
    expect(bus.delivery.sessionCount).toBe(0);
  });

  it('whose client goes away leaves the session to the next', async () => {
    const { position } = await take();
    const left = httpRequest(`http://${bus.host}/v1/tenants/demo/inbox?wait=55&after=${position}`, { headers: { authorization: 'Bearer ivanov' } });
    left.on('error', () => {});
    left.end();
    await asked();
    left.destroy();
    await vi.waitFor(() => expect(bus.sockets).toHaveLength(0));
    await publish(1);
    const page = await take({ after: position });
    expect(page.messages).toEqual([expect.not.objectContaining({ redelivered: true })]);
  });

  it('is told why its session ends', async () => {
    const { page } = await waiting();
    await bus.delivery.drain();
    expect((await page).events.map(({ method, params }) => [method, params.type])).toEqual([
      ['notice', 'vestnik.draining'],
      ['notice', 'vestnik.closing'],
    ]);
  });

  it('takes a token from the address', async () => {
    const stream = await HttpStream.open(`http://${bus.host}/v1/tenants/demo/inbox?access_token=ivanov`);
    expect(JSON.parse(await stream.end())).toMatchObject({ messages: [] });
    expect(stream.response.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  });

  it('says which parameter is wrong', async () => {
    for (const [name, value] of Object.entries({ wait: 56, limit: 0, idle: 301, after: '!', window: 'x', device: '..', ack: 'maybe' })) {
      const { status, errors } = await take({ [name]: value });
      expect([name, status, errors?.[0]?.path]).toEqual([name, 400, name]);
    }
    expect(await take({ after: 'AAAAAAAA' })).toMatchObject({ status: 400, errors: [{ path: 'after' }] });
    expect((await take({}, 'refused')).status).toBe(401);
  });
});
