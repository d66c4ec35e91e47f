import type { TestTenant } from '@vestnik/testing';
import { describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

/** What a tenant that goes about its business sends, one after the other, while something else happens. */
async function business(tenant: TestTenant, messages: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < messages; n++) statuses.push((await tenant.api('POST', '/messages', { to: 'reader', type: 'order', data: n })).status);
  return statuses;
}

/** Sends as many at once as connections go. @returns the answers */
async function pour(tenant: TestTenant, messages: number, atOnce = 40) {
  const answers: Awaited<ReturnType<TestTenant['api']>>[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < messages) answers.push(await tenant.api('POST', '/messages', { to: 'reader', type: 'flood', data: next++ }));
    }),
  );
  return answers;
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('a tenant that floods', () => {
  const one = oneServer();

  it('is held to its rate, by answers that say when to come back; the others notice nothing, and nothing that was taken is lost', async () => {
    const flooding = await one.tenant({ rateLimits: { perTenant: 20 } });
    const others = [await one.tenant(), await one.tenant()];
    const readers = await Promise.all([flooding, ...others].map((tenant) => tenant.connect('reader')));
    const [poured, ...statuses] = await Promise.all([pour(flooding, 600), ...others.map((tenant) => business(tenant, 60))]);

    for (const status of statuses) expect(status).toEqual(Array(60).fill(202));
    const refused = poured.filter(({ status }) => status !== 202);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, headers, body } of refused) {
      expect(status).toBe(429);
      expect(body).toMatchObject({ type: 'urn:vestnik:problem:rate-limited', retryable: true, limit: 'tenant' });
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(headers['ratelimit-policy']).toBe('"tenant";q=20;w=1');
      expect(headers.ratelimit).toMatch(/^"tenant";r=\d+;t=\d+$/);
    }
    const taken = poured.filter(({ status }) => status === 202).map(({ body }) => body.id as string);
    expect(taken.length).toBeGreaterThanOrEqual(20);
    const [floodReader, ...otherReaders] = readers;
    const arrived = await floodReader?.received(taken.length);
    expect(new Set(arrived?.map(({ id }) => id))).toEqual(new Set(taken));
    for (const reader of otherReaders) expect((await reader.received(60)).map(({ data }) => data)).toEqual(upTo(60));
  });

  it('is held to its rate on a socket too, which stays; acknowledging is free', async () => {
    const tenant = await one.tenant({ rateLimits: { perClient: 2 } });
    const socket = await tenant.connect('reader');
    const sent = await Promise.all(upTo(30).map((n) => socket.ask('send', { to: 'reader', type: 't', data: n })));
    const refused = sent.flatMap((reply) => (reply?.error === undefined ? [] : [reply.error]));
    expect(refused.length).toBeGreaterThanOrEqual(15);
    for (const { code, data } of refused) {
      expect(code).toBe(-32050);
      expect(data).toMatchObject({ type: 'rate-limited', retryable: true, limit: 'client' });
      expect(data.retryAfter).toBeGreaterThan(0);
    }
    const messages = await socket.received(30 - refused.length);
    expect(messages.map(({ data }) => data)).toEqual(upTo(30 - refused.length));
    expect(await socket.call('ack', { position: messages.at(-1)?.position })).toEqual({});
    expect(await socket.call('ping')).toHaveProperty('serverTime');
    // Another client of the tenant has a rate of its own.
    const other = await tenant.connect('petrov');
    expect(await other.call('send', { to: 'reader', type: 't', data: 'mine' })).toHaveProperty('id');
  });

  it('keeps the others’ messages from none of their places where it has no limit', async () => {
    const [flooding, ...others] = [await one.tenant(), await one.tenant(), await one.tenant()];
    const readers = await Promise.all(others.map((tenant) => tenant.connect('reader')));
    const batches = async () => {
      const answers = await Promise.all(
        upTo(20).map((batch) =>
          flooding.api('POST', '/messages/batch', { messages: upTo(200).map((n) => ({ to: 'reader', type: 'flood', data: batch * 200 + n })) }),
        ),
      );
      return answers.flatMap(({ body }) => body.results as { id?: string; status?: number }[]);
    };
    const [results, ...statuses] = await Promise.all([batches(), ...others.map((tenant) => business(tenant, 60))]);
    for (const status of statuses) expect(status).toEqual(Array(60).fill(202));
    for (const reader of readers) expect((await reader.received(60)).map(({ data }) => data)).toEqual(upTo(60));
    expect(results).toHaveLength(4_000);
    const reader = await flooding.connect('reader', { window: 5_000 });
    const taken = results.filter(({ id }) => id !== undefined).map(({ id }) => id);
    expect(taken.length).toBe(4_000);
    expect(new Set((await reader.received(taken.length)).map(({ id }) => id))).toEqual(new Set(taken));
  });
});
