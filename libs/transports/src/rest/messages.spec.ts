import { LIMITS } from '@vestnik/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryBus } from '../spec/memory-bus.js';

const ONE = '/v1/tenants/demo/messages';
const BATCH = '/v1/tenants/demo/messages/batch';

describe.each([
  ['node’s own HTTP', false],
  ['the fast lane', true],
])('POST of messages over %s', (_lane, fastLane) => {
  let bus: MemoryBus;

  beforeEach(async () => {
    bus = await MemoryBus.start({ fastLane, settings: { maxDataBytes: 1_000 } });
  });

  afterEach(() => bus.stop());

  const send = (fields: object, headers?: Record<string, string>) => bus.post(ONE, JSON.stringify({ to: 'ivanov', type: 't', ...fields }), headers);

  it('answers 202 with an id and who it is for', async () => {
    const { status, body, headers } = await send({ data: 1 });
    expect(status).toBe(202);
    expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    expect(body).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), to: [{ address: 'ivanov@demo.hq', state: 'queued', sessions: 0, known: false }] });
  });

  it.each<[string, object | string, number, string, string | undefined]>([
    ['no JSON', '{', 400, 'request-invalid', ''],
    ['nothing', '', 400, 'request-invalid', ''],
    ['a list', [], 400, 'message-invalid', ''],
    ['no recipient', { type: 't' }, 400, 'message-invalid', 'to'],
    ['a wrong recipient among others', { to: ['a', '@'], type: 't' }, 400, 'address-invalid', 'to/1'],
    ['a wrong type', { to: 'a', type: 'a b' }, 400, 'message-invalid', 'type'],
    ['a field that there is not', { to: 'a', type: 't', priority: 1 }, 400, 'message-invalid', 'priority'],
    ['too much data', { to: 'a', type: 't', data: 'x'.repeat(1_000) }, 413, 'data-too-large', 'data'],
    ['data that is too deep', `{"to":"a","type":"t","data":${'['.repeat(65)}${']'.repeat(65)}}`, 400, 'request-invalid', ''],
  ])('names the field and the reason: %s', async (_what, body, status, slug, path) => {
    const reply = await bus.post(ONE, typeof body === 'string' ? body : JSON.stringify(body));
    expect(reply.status).toBe(status);
    expect(reply.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(reply.body).toMatchObject({
      type: `urn:vestnik:problem:${slug}`,
      status,
      title: expect.any(String),
      detail: expect.any(String),
      instance: ONE,
      retryable: false,
    });
    expect((reply.body.errors as { path: string }[])[0]?.path).toBe(path);
  });

  it('takes data that is as deep as allowed', async () => {
    const { status } = await bus.post(ONE, `{"to":"a","type":"t","data":${'['.repeat(64)}${']'.repeat(64)}}`);
    expect(status).toBe(202);
  });

  it('passes data on byte for byte', async () => {
    const data = '{"n":12345678901234567890.10,"__proto__":{"x":1}}';
    const { body } = await bus.post(ONE, `{"to":"a","type":"t","data": ${data}}`);
    const { text } = await bus.post(`${ONE}/${body.id}`, '', {}, 'GET');
    expect(text).toContain(`"data":${data}`);
  });

  it('takes a key from Idempotency-Key, quoted or not, or from the body', async () => {
    const first = await send({ data: 1 }, { 'idempotency-key': 'k-1' });
    const again = [
      await send({ data: 1 }, { 'idempotency-key': '"k-1"' }),
      await send({ data: 1, key: 'k-1' }),
      await send({ data: 1, key: 'k-1' }, { 'idempotency-key': 'k-1' }),
    ];
    for (const { status, body } of again) expect([status, body]).toEqual([202, { ...first.body, duplicate: true }]);
  });

  it('refuses a key that is none, or differs from the body’s', async () => {
    for (const headers of [{ 'idempotency-key': '' }, { 'idempotency-key': '""' }, { 'idempotency-key': 'x'.repeat(256) }]) {
      expect((await send({}, headers)).body).toMatchObject({ type: 'urn:vestnik:problem:message-invalid', errors: [{ path: 'Idempotency-Key' }] });
    }
    expect((await send({ key: 'a' }, { 'idempotency-key': 'b' })).body).toMatchObject({ errors: [{ path: 'key' }] });
    expect((await send({ data: 1 }, { 'idempotency-key': 'k' })).status).toBe(202);
    expect((await send({ data: 2 }, { 'idempotency-key': 'k' })).body).toMatchObject({ type: 'urn:vestnik:problem:idempotency-mismatch', status: 422 });
  });

  it('refuses a body that is not UTF-8, or not JSON by its own word', async () => {
    expect((await bus.post(ONE, Buffer.from([0x7b, 0xff, 0x7d]))).body).toMatchObject({ status: 400, detail: 'the body is not UTF-8' });
    expect((await bus.post(ONE, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' })).body).toMatchObject({
      status: 400,
      detail: expect.stringContaining('content-type'),
    });
    for (const type of ['application/json; charset=utf-8', 'application/vnd.shop+json', 'APPLICATION/JSON'])
      expect((await send({}, { 'content-type': type })).status).toBe(202);
  });

  it('refuses a body of more than 8 MiB before it comes, and while it comes', async () => {
    const announced = await bus.post(ONE, undefined, { 'content-length': String(LIMITS.requestBodyBytes + 1) });
    expect(announced).toMatchObject({ status: 413, headers: { connection: 'close' }, body: { type: 'urn:vestnik:problem:data-too-large' } });
    const piece = Buffer.alloc(1024 * 1024, 0x20);
    const chunked = await bus.post(ONE, [...Array.from({ length: 8 }, () => piece), Buffer.from(' ')], { 'transfer-encoding': 'chunked' });
    expect(chunked.status).toBe(413);
  });

  it('takes a body of 8 MiB, and one that comes byte by byte', async () => {
    const text = JSON.stringify({ to: 'a', type: 't' });
    expect((await bus.post(ONE, text + ' '.repeat(LIMITS.requestBodyBytes - text.length))).status).toBe(202);
    expect(
      (
        await bus.post(
          ONE,
          [...text].map((character) => Buffer.from(character)),
          { 'transfer-encoding': 'chunked' },
        )
      ).status,
    ).toBe(202);
  });

  it('tells who is not let in, in the same words whatever is wrong', async () => {
    const refusals = await Promise.all([
      send({}, { authorization: 'Bearer refused' }),
      send({}, { authorization: '' }),
      send({}, { authorization: 'Digest x' }),
      bus.post('/v1/tenants/nowhere/messages', '{}'),
    ]);
    for (const { status, headers, body } of refusals) {
      expect([status, headers['www-authenticate'], body.type]).toEqual([401, 'Bearer', 'urn:vestnik:problem:unauthenticated']);
    }
  });

  it('tells a store that is away from a bug, and nobody of what the bug was', async () => {
    bus.gate = (operation) => {
      if (operation === 'append') throw new Error('secret detail');
    };
    const { status, text } = await send({});
    expect(status).toBe(500);
    expect(text).not.toContain('secret');
    expect(bus.lines).toContain('an error that nobody expected');
  });

  it('refuses while the node goes down', async () => {
    bus.accepting = false;
    expect(await send({})).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, body: { type: 'urn:vestnik:problem:draining' } });
  });

  describe('in a batch', () => {
    const batch = (messages: unknown) => bus.post(BATCH, JSON.stringify({ messages }));

    it('answers each in order; one that is bad fails alone', async () => {
      const { status, body } = await batch([
        { to: 'a', type: 't' },
        { to: '@', type: 't' },
        5,
        { to: ['b'], type: 't', data: 'x'.repeat(2_000) },
        { to: 'c', type: 't' },
      ]);
      expect(status).toBe(202);
      expect(body.results).toMatchObject([
        { to: [{ address: 'a@demo.hq' }] },
        { type: 'urn:vestnik:problem:address-invalid', status: 400 },
        { type: 'urn:vestnik:problem:message-invalid', status: 400 },
        { type: 'urn:vestnik:problem:data-too-large', status: 413 },
        { to: [{ address: 'c@demo.hq' }] },
      ]);
    });

    it('has 1 to 1,000 messages and 10,000 recipients', async () => {
      const many = (count: number, to: string | string[] = 'a') => Array.from({ length: count }, () => ({ to, type: 't' }));
      for (const messages of [undefined, {}, [], many(1_001), many(11, Array(1_000).fill('a') as string[])]) {
        expect((await batch(messages)).body).toMatchObject({ status: 400, errors: [{ path: 'messages' }] });
      }
      expect((await batch(many(1_000))).status).toBe(202);
    });

    it('takes data that is as deep as allowed, and a body of null as what it is', async () => {
      expect((await bus.post(BATCH, `{"messages":[{"to":"a","type":"t","data":${'['.repeat(64)}${']'.repeat(64)}}]}`)).body).toMatchObject({
        results: [{ id: expect.any(String) }],
      });
      expect((await bus.post(BATCH, 'null')).status).toBe(400);
    });
  });
});

describe('asking for messages', () => {
  let bus: MemoryBus;

  beforeEach(async () => {
    bus = await MemoryBus.start();
  });

  afterEach(() => bus.stop());

  it('gives the same not-found for what is no id and for what nobody knows', async () => {
    const unknown = '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11';
    for (const id of [unknown, 'x', '%00', unknown.toUpperCase()]) {
      for (const [path, method] of [
        [`${ONE}/${id}`, 'GET'],
        [`${ONE}/${id}`, 'DELETE'],
        [`${ONE}/${id}/recipients`, 'GET'],
      ] as const) {
        expect((await bus.post(path, '', {}, method)).body).toMatchObject({ status: 404, detail: 'there is no such message of yours' });
      }
    }
  });

  it('pages through recipients', async () => {
    const { body } = await bus.post(ONE, JSON.stringify({ to: ['a', 'b', 'c'], type: 't' }));
    const first = await bus.post(`${ONE}/${body.id}/recipients?limit=2`, '', {}, 'GET');
    expect(first.body.items).toHaveLength(2);
    const second = await bus.post(`${ONE}/${body.id}/recipients?limit=2&cursor=${first.body.next}`, '', {}, 'GET');
    expect(second.body.items).toMatchObject([{ address: 'c@demo.hq' }]);
    for (const limit of ['0', '1001', 'x', '1.5'])
      expect((await bus.post(`${ONE}/${body.id}/recipients?limit=${limit}`, '', {}, 'GET')).body).toMatchObject({ errors: [{ path: 'limit' }] });
  });

  it('leaves alone what is not its own', async () => {
    for (const path of ['/', '/v1/tenants/demo', '/v1/tenants/demo/messages', '/v1/tenants/demo/messages/batch', '/v1/tenants/demo/messages/x/y']) {
      expect((await bus.post(path, '', {}, 'GET')).status).toBe(404);
    }
  });
});
