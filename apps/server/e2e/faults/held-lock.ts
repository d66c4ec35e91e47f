import { setTimeout as delay } from 'node:timers/promises';
import { type TestPostgres, type TestServer, untilAsked } from '@vestnik/testing';
import { expect } from 'vitest';

/** Holds one tenant's lock in another transaction for a while, and sees that only that tenant's sends wait. */
export async function holdTenantLock(postgres: TestPostgres, server: TestServer, url: string, heldMs: number): Promise<void> {
  const [held, free] = [await server.createTenant(`held-${heldMs}`), await server.createTenant(`free-${heldMs}`)];
  const [row] = await postgres.query<{ id: number }>('select t.id from vestnik.tenant t where t.name = $1', [held.name], url);
  const receiver = await held.connect('ivanov');
  const transaction = await postgres.hold(`select pg_advisory_xact_lock(8378, ${row?.id})`, url);
  const waiting = held.api('POST', '/messages', { to: 'ivanov', type: 'hello', data: 'waited', key: 'k-1' });
  const until = performance.now() + heldMs;
  const latenciesMs: number[] = [];
  while (performance.now() < until) {
    const sentAt = performance.now();
    await free.send({ to: 'petrov', type: 'hello' });
    latenciesMs.push(performance.now() - sentAt);
    await delay(20);
  }
  await transaction.release();
  const answer = await waiting;
  if (answer.status !== 202) {
    expect(answer).toMatchObject({ status: 503, body: { type: 'urn:vestnik:problem:unavailable', retryable: true } });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    await untilAsked(
      'the repeated send is taken',
      async () => (await held.api('POST', '/messages', { to: 'ivanov', type: 'hello', data: 'waited', key: 'k-1' })).status === 202,
      5_000,
    );
  }
  expect((await receiver.received(1))[0]?.data).toBe('waited');
  latenciesMs.sort((a, b) => a - b);
  expect(latenciesMs.length).toBeGreaterThan(heldMs / 200);
  expect(latenciesMs[Math.floor(latenciesMs.length * 0.9)]).toBeLessThan(250);
}
