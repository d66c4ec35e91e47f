import { type Answer, ask, TestServer, untilAsked } from '@vestnik/testing';
import { describe, expect, it } from 'vitest';

describe('a node that is told to end under load', () => {
  it('answers each send clearly, tells and closes its sessions, ends in ten seconds, and loses nothing', async () => {
    const server = await TestServer.start();
    try {
      const tenant = await server.createTenant('sales');
      const session = await tenant.connect('petrov');
      const outcomes: (Answer | string)[] = [];
      let stopping = false;
      const lane = async () => {
        while (!stopping || outcomes.length === 0) {
          try {
            const answer = await tenant.api('POST', '/messages', { to: 'ivanov', type: 'hello' });
            outcomes.push(answer);
            if (answer.status !== 202) return;
          } catch (error) {
            outcomes.push((error as NodeJS.ErrnoException).code ?? String(error));
            return;
          }
        }
      };
      const lanes = Array.from({ length: 8 }, lane);
      await untilAsked('the load runs', async () => outcomes.length > 20, 10_000, 5);
      const toldAt = performance.now();
      server.signal('SIGTERM');
      const close = await session.closed(10_000);
      stopping = true;
      const exit = await server.exited;
      expect(performance.now() - toldAt).toBeLessThan(10_000);
      expect(exit).toEqual({ code: 0, signal: null });
      expect([1001, 1012]).toContain(close.code);
      expect(session.notices.at(-1)).toMatchObject({ type: 'vestnik.closing', code: close.code, reconnect: true });
      await Promise.all(lanes);

      const accepted = outcomes.filter((outcome) => typeof outcome !== 'string' && outcome.status === 202);
      for (const outcome of outcomes) {
        // A connection that came too late is refused; whatever was read is answered.
        if (typeof outcome === 'string') expect(outcome).toMatch(/^(ECONNREFUSED|ECONNRESET)$/);
        else if (outcome.status !== 202) expect(outcome).toMatchObject({ status: 503, body: { type: 'urn:vestnik:problem:draining', retryable: true } });
      }
      expect(accepted.length).toBeGreaterThan(0);

      await server.startAgain();
      const client = await tenant.connect('ivanov', { window: 10_000 });
      const received = await client.received(accepted.length);
      const ids = new Set(received.map(({ id }) => id));
      for (const answer of accepted) expect(ids).toContain((answer as Answer).body.id);
    } finally {
      await server.close();
    }
  });

  it('takes a second signal within a second for the same one', async () => {
    const server = await TestServer.start();
    try {
      server.signal('SIGINT');
      server.signal('SIGINT');
      expect(await server.exited).toEqual({ code: 0, signal: null });
    } finally {
      await server.close();
    }
  });

  it('starts again with all its data after it was killed together with its embedded Postgres', async () => {
    const server = await TestServer.start();
    try {
      const tenant = await server.createTenant('sales');
      const sent = await tenant.send({ to: 'ivanov', type: 'hello', data: 1 });
      await server.restart('SIGKILL');
      expect((await ask(`${server.url}/healthz`)).status).toBe(200);
      const client = await tenant.connect('ivanov');
      expect((await client.received(1))[0]).toMatchObject({ id: sent.id, data: 1 });
    } finally {
      await server.close();
    }
  });
});
