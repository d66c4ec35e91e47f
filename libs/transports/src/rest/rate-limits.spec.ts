import { afterEach, describe, expect, it } from 'vitest';
import { MemoryBus } from '../spec/memory-bus.js';

const ONE = '/v1/tenants/demo/messages';
const BODY = JSON.stringify({ to: 'ivanov', type: 't' });

let bus: MemoryBus;
afterEach(() => bus.stop());

const post = (as = 'server', headers: Record<string, string> = {}) => bus.post(ONE, BODY, { authorization: `Bearer ${as}`, ...headers });

describe.each([
  ['node’s own HTTP', false],
  ['the fast lane', true],
])('rate limits over %s', (_, fastLane) => {
  it('are told with every answer of whoever is limited, and with none of others', async () => {
    bus = await MemoryBus.start({ fastLane, settings: { rateLimits: { perTenant: 20, perClient: 2 } } });
    const { status, headers } = await post();
    expect(status).toBe(202);
    expect(headers['ratelimit-policy']).toBe('"tenant";q=20;w=1, "client";q=10;w=5');
    expect(headers.ratelimit).toBe('"tenant";r=19;t=1, "client";r=9;t=1');
    const wrong = await bus.post(ONE, '{', {});
    expect(wrong.status).toBe(400);
    expect(wrong.headers.ratelimit).toBe('"tenant";r=18;t=1, "client";r=8;t=1');
    expect((await bus.post(ONE, BODY, { authorization: 'Bearer refused' })).headers.ratelimit).toBeUndefined();
    await bus.stop();
    bus = await MemoryBus.start({ fastLane });
    expect((await post()).headers.ratelimit).toBeUndefined();
  });

  it('refuse with 429 and Retry-After what is too much, of the one that is too quick alone', async () => {
    bus = await MemoryBus.start({ fastLane, settings: { rateLimits: { perClient: 2 } } });
    for (let n = 0; n < 10; n++) expect((await post()).status).toBe(202);
    const refused = await post();
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ type: 'urn:vestnik:problem:rate-limited', retryable: true, limit: 'client', retryAfter: 0.5 });
    expect(refused.headers['retry-after']).toBe('1');
    expect(refused.headers.ratelimit).toBe('"client";r=0;t=5');
    expect((await post('petrov')).status).toBe(202);
    bus.clock.advance(500);
    expect((await post()).status).toBe(202);
    expect((await post()).status).toBe(429);
  });

  it('count a batch as its messages', async () => {
    bus = await MemoryBus.start({ fastLane, settings: { rateLimits: { perTenant: 20 } } });
    const batch = (count: number) => bus.post(`${ONE}/batch`, `{"messages":[${Array(count).fill(BODY).join(',')}]}`);
    const first = await batch(15);
    expect([first.status, first.headers.ratelimit]).toEqual([202, '"tenant";r=5;t=1']);
    const second = await batch(6);
    expect([second.status, second.headers['retry-after']]).toEqual([429, '1']);
    expect(await bus.messageLog.tail(1, 0, 100)).toHaveLength(15);
    bus.clock.advance(1_000);
    expect((await batch(6)).status).toBe(202);
  });

  it('count reading, withdrawing and the methods by HTTP too', async () => {
    bus = await MemoryBus.start({ fastLane, settings: { rateLimits: { perTenant: 10 } } });
    const id = (await post()).body.id as string;
    const get = await bus.post(`${ONE}/${id}`, undefined, {}, 'GET');
    expect([get.status, get.headers.ratelimit]).toEqual([200, '"tenant";r=8;t=1']);
    expect((await bus.post(`${ONE}/${id}`, undefined, {}, 'DELETE')).headers.ratelimit).toBe('"tenant";r=7;t=1');
    for (let n = 0; n < 7; n++) await post();
    expect((await bus.post(`${ONE}/${id}`, undefined, {}, 'GET')).status).toBe(429);
  });
});
