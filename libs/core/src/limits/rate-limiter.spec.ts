import { Problem } from '@vestnik/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../access/principal.js';
import { MemoryHouse, principal } from '../spec/memory-house.js';
import { RateLimiter } from './rate-limiter.js';

let house: MemoryHouse;
let nodes: number;
let limits: RateLimiter;
beforeEach(() => {
  house = new MemoryHouse();
  nodes = 1;
  limits = new RateLimiter({ tenants: house.tenants, clock: house.clock, nodes: () => nodes });
});

/** How many of so many tries go through. */
function taken(who: Principal, tries: number, address?: string, cost = 1): number {
  let count = 0;
  for (let n = 0; n < tries; n++) {
    try {
      limits.take(who, address, cost);
      count++;
    } catch (error) {
      expect(error).toBeInstanceOf(Problem);
      expect((error as Problem).slug).toBe('rate-limited');
    }
  }
  return count;
}

function refusal(who: Principal, cost = 1): Problem {
  try {
    limits.take(who, undefined, cost);
  } catch (error) {
    return error as Problem;
  }
  throw new Error('it went through');
}

describe('rate limits', () => {
  it('hold nobody up where nothing is set', async () => {
    const who = principal(await house.tenant('a'), 'server');
    expect(taken(who, 10_000)).toBe(10_000);
    expect(limits.statesOf(who, '::1')).toEqual([]);
  });

  it('let through a second’s worth at once, and then as many as time brings', async () => {
    const who = principal(await house.tenant('a', { rateLimits: { perTenant: 50 } }), 'server');
    expect(taken(who, 200)).toBe(50);
    house.clock.advance(500);
    expect(taken(who, 200)).toBe(25);
    house.clock.advance(60_000);
    expect(taken(who, 200)).toBe(50);
  });

  it('let through ten at once, however low they are', async () => {
    const who = principal(await house.tenant('a', { rateLimits: { perTenant: 0.5 } }), 'server');
    expect(taken(who, 20)).toBe(10);
    expect(refusal(who).extra).toEqual({ limit: 'tenant', retryAfter: 2 });
    house.clock.advance(1_999);
    expect(taken(who, 1)).toBe(0);
    house.clock.advance(1);
    expect(taken(who, 2)).toBe(1);
  });

  it('count each key, client and address for itself, in its own tenant', async () => {
    const tenant = await house.tenant('a', { rateLimits: { perClient: 10, perKey: 15, perAddress: 20 } });
    const other = await house.tenant('b', { rateLimits: { perClient: 10 } });
    const key = { keyId: 'k1' };
    expect(taken(principal(tenant, 'ivanov', key), 30, '10.0.0.1')).toBe(10);
    expect(taken(principal(tenant, 'petrov', key), 30, '10.0.0.1')).toBe(5);
    expect(taken(principal(tenant, 'sidorov', { keyId: 'k2' }), 30, '10.0.0.1')).toBe(5);
    expect(taken(principal(tenant, 'sidorov', { keyId: 'k2' }), 30, '10.0.0.2')).toBe(5);
    expect(taken(principal(other, 'ivanov'), 30, '10.0.0.1')).toBe(10);
    // A token counts for its client, not for the key that minted it.
    expect(taken(principal(tenant, 'anna', { kind: 'token', keyId: 'k1' }), 30, '10.0.0.3')).toBe(10);
  });

  it('are not got round by another address of the same network, another token, or another way of writing', async () => {
    const tenant = await house.tenant('a', { rateLimits: { perAddress: 10 } });
    const who = principal(tenant, 'ivanov');
    const through = Array.from({ length: 40 }, (_, n) => taken(who, 1, `2001:db8:0:7::${n.toString(16)}`)).reduce((sum, one) => sum + one);
    expect(through).toBe(10);
    expect(taken(who, 1, '2001:0DB8:0000:0007:ffff::1')).toBe(0);
    expect(taken(who, 1, '2001:db8:0:8::1')).toBe(1);

    const limited = await house.tenant('b', { rateLimits: { perClient: 10 } });
    const tokens = Array.from({ length: 40 }, (_, n) =>
      taken(principal(limited, 'ivanov', { kind: 'token', keyId: `k${n}`, issuedAt: n, expiresAt: n + 1 }), 1),
    );
    expect(tokens.reduce((sum, one) => sum + one)).toBe(10);
  });

  it('count a batch as its messages, and let one that is larger than the burst through when nothing else was asked for', async () => {
    const who = principal(await house.tenant('a', { rateLimits: { perTenant: 100 } }), 'server');
    expect(taken(who, 3, undefined, 40)).toBe(2);
    house.clock.advance(800);
    expect(taken(who, 1, undefined, 500)).toBe(1);
    expect(refusal(who).extra.retryAfter).toBeCloseTo(4.01);
    house.clock.advance(4_000);
    expect(taken(who, 1)).toBe(0);
    house.clock.advance(10);
    expect(taken(who, 2)).toBe(1);
  });

  it('refuse whole what one of them refuses, and count nothing then', async () => {
    const tenant = await house.tenant('a', { rateLimits: { perTenant: 20, perClient: 10 } });
    expect(taken(principal(tenant, 'ivanov'), 100)).toBe(10);
    expect(taken(principal(tenant, 'petrov'), 100)).toBe(10);
  });

  it('are shared out over the nodes, and change with their number and the setting at once', async () => {
    const who = principal(await house.tenant('a', { rateLimits: { perTenant: 100 } }), 'server');
    nodes = 4;
    expect(taken(who, 200)).toBe(25);
    nodes = 2;
    limits.statesOf(who, undefined);
    house.clock.advance(1_000);
    expect(taken(who, 200)).toBe(50);
    await house.directory.update('a', { settings: { rateLimits: {} } });
    await house.tenants.refresh();
    expect(taken(who, 200)).toBe(200);
  });

  it('say how they stand', async () => {
    const who = principal(await house.tenant('a', { rateLimits: { perTenant: 100, perClient: 2 } }), 'server');
    taken(who, 4);
    expect(limits.statesOf(who, undefined)).toEqual([
      { limited: 'tenant', quota: 100, window: 1, remaining: 96, reset: 1 },
      { limited: 'client', quota: 10, window: 5, remaining: 6, reset: 2 },
    ]);
  });

  it('are kept for a bounded number of names', async () => {
    const tenant = await house.tenant('a', { rateLimits: { perAddress: 1 } });
    for (let n = 0; n < 100_100; n++) limits.take(principal(tenant, 'server'), `address ${n}`);
    expect((limits as unknown as { buckets: Map<string, unknown> }).buckets.size).toBe(100_000);
  });
});

describe('a session whose client is limited', () => {
  it('is refused what is too much, with the time to wait, and may always ping', async () => {
    const node = house.node();
    const tenant = await house.tenant('a', { rateLimits: { perClient: 5 } });
    const { session } = await node.connect(principal(tenant, 'ivanov'));
    const send = async () => node.methods.call(session, 'send', { to: 'ivanov', type: 't', durable: false }, undefined, true);
    for (let n = 0; n < 10; n++) await send();
    await expect(send()).rejects.toMatchObject({ slug: 'rate-limited', extra: { limit: 'client', retryAfter: 0.2 } });
    expect(node.methods.call(session, 'ping', {}, undefined, true)).toHaveProperty('serverTime');
    house.clock.advance(200);
    await send();
  });
});
