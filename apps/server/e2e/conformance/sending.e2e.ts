import { untilAsked } from '@vestnik/testing';
import { describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

describe('sending over HTTP', () => {
  const one = oneServer();

  it('answers who has it at once, and hands the message over as it was sent', async () => {
    const tenant = await one.tenant();
    const receiver = await tenant.connect('ivanov');
    const answer = await tenant.api(
      'POST',
      '/messages',
      '{"to":"ivanov","type":"order.approved","data":{"sum":  12345678901234567890.10, "a":"\\u0041"},"correlationId":"A-17","ttl":60}',
    );
    expect(answer).toMatchObject({ status: 202, body: { to: [{ address: tenant.address('ivanov'), sessions: 1, known: true }] } });
    const [message] = await receiver.received(1);
    expect(message).toMatchObject({
      id: answer.body.id,
      from: tenant.address('server'),
      to: tenant.address('ivanov'),
      type: 'order.approved',
      correlationId: 'A-17',
      position: expect.stringMatching(/^[A-Za-z0-9_-]{1,256}$/),
      sentAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(Date.parse(message?.expiresAt ?? '') - Date.parse(message?.sentAt ?? '')).toBe(60_000);
    expect(message).not.toHaveProperty('redelivered');
    expect(message).not.toHaveProperty('contentType');
    const frame = receiver.frames.find(({ text }) => text.includes('"message"'))?.text ?? '';
    expect(frame.replaceAll(' ', '')).toContain('"data":{"sum":12345678901234567890.10,"a":"\\u0041"}');
  });

  it('brings names to one form, whatever the alphabet', async () => {
    const tenant = await one.tenant();
    const receiver = await tenant.connect('Йозеф');
    await tenant.send({ to: 'Йозеф', type: 'hello' });
    expect((await receiver.received(1))[0]?.to).toBe(tenant.address('Йозеф'));
  });

  it('answers the same for the same key, refuses another message under it, and takes the header for the field', async () => {
    const tenant = await one.tenant();
    const receiver = await tenant.connect('ivanov');
    const body = { to: 'ivanov', type: 'hello', data: 1, key: 'k-1' };
    const first = await tenant.send(body);
    const again = await tenant.api('POST', '/messages', body);
    expect(again).toMatchObject({ status: 202, body: { id: first.id, duplicate: true } });
    expect(await tenant.api('POST', '/messages', { ...body, data: 2 })).toMatchObject({
      status: 422,
      body: { type: 'urn:vestnik:problem:idempotency-mismatch' },
    });
    await tenant.send({ to: 'ivanov', type: 'last' });
    expect((await receiver.received(2)).map(({ type }) => type)).toEqual(['hello', 'last']);
  });

  it('takes a batch, in which one bad message fails none of the others', async () => {
    const tenant = await one.tenant();
    const receiver = await tenant.connect('ivanov');
    const messages = [{ to: 'ivanov', type: 'a' }, { to: 'ivanov' }, { to: 'ivanov@@', type: 'b' }, { to: 'ivanov', type: 'c' }];
    const answer = await tenant.api('POST', '/messages/batch', { messages });
    expect(answer.status).toBe(202);
    const results = answer.body.results as Record<string, unknown>[];
    expect(results.map((result) => result.type ?? 'taken')).toEqual([
      'taken',
      expect.stringContaining('message-invalid'),
      expect.stringMatching(/(message|address)-invalid/),
      'taken',
    ]);
    expect((await receiver.received(2)).map(({ type }) => type)).toEqual(['a', 'c']);
  });

  it('names the wrong field and the reason, in the same words over HTTP and JSON-RPC', async () => {
    const tenant = await one.tenant();
    const socket = await tenant.connect('petrov');
    for (const [wrong, path] of [
      [{ type: 'hello' }, 'to'],
      [{ to: 'ivanov' }, 'type'],
      [{ to: 'ivanov', type: 'with space' }, 'type'],
      [{ to: 'ivanov', type: 'vestnik.mine' }, 'type'],
      [{ to: 'ivanov', type: 'hello', ttl: 0 }, 'ttl'],
      [{ to: 'ivanov', type: 'hello', ttl: '60' }, 'ttl'],
      [{ to: 'ivanov', type: 'hello', deliverAt: 'tomorrow' }, 'deliverAt'],
      [{ to: 'ivanov', type: 'hello', unknownField: 1 }, 'unknownField'],
      [{ to: [], type: 'hello' }, 'to'],
      [{ to: '../etc', type: 'hello' }, 'to'],
    ] as const) {
      const http = await tenant.api('POST', '/messages', wrong);
      const rpc = await socket.ask('send', wrong);
      const what = JSON.stringify(wrong);
      expect(http.status, what).toBe(400);
      expect(http.headers['content-type'], what).toContain('application/problem+json');
      expect((http.body.errors as { path: string }[])[0]?.path, what).toBe(path);
      expect({ detail: rpc?.error?.data.detail, errors: rpc?.error?.data.errors }, what).toEqual({ detail: http.body.detail, errors: http.body.errors });
    }
    expect((await tenant.api('POST', '/messages', '{"to":')).status).toBe(400);
    expect((await tenant.api('POST', '/messages', '')).status).toBe(400);
    expect((await tenant.api('POST', '/messages', '[]')).status).toBe(400);
  });

  it('expires what nobody took in time', async () => {
    const tenant = await one.tenant();
    const sent = await tenant.send({ to: 'ivanov', type: 'hello', ttl: 1, receipt: true });
    const state = await untilAsked(
      'it has expired',
      async () => {
        const { body } = await tenant.api('GET', `/messages/${sent.id}`);
        const [recipient] = body.to as { state: string }[];
        return recipient?.state === 'expired' && recipient.state;
      },
      20_000,
    );
    expect(state).toBe('expired');
    const receiver = await tenant.connect('ivanov');
    await tenant.send({ to: 'ivanov', type: 'last' });
    expect((await receiver.received(1))[0]?.type).toBe('last');
  });

  it('lets a message wait for its time', async () => {
    const tenant = await one.tenant();
    const receiver = await tenant.connect('ivanov');
    const dueAt = Date.now() + 1_500;
    const sent = await tenant.send({ to: 'ivanov', type: 'later', deliverAt: new Date(dueAt).toISOString() });
    expect(sent.to[0]?.state).toBe('scheduled');
    await tenant.send({ to: 'ivanov', type: 'now' });
    const received = await receiver.received(2, 8_000);
    expect(received.map(({ type }) => type)).toEqual(['now', 'later']);
    expect(Date.now()).toBeGreaterThanOrEqual(dueAt);
    const never = await tenant.send({ to: 'ivanov', type: 'never', deliverAt: new Date(Date.now() + 60_000).toISOString() });
    expect(await tenant.api('DELETE', `/messages/${never.id}`)).toMatchObject({ status: 200, body: { to: [{ state: 'withdrawn' }] } });
  });

  it('replaces an older message with the same collapse key that is not acknowledged', async () => {
    const tenant = await one.tenant();
    await tenant.send({ to: 'ivanov', type: 'price', data: 1, collapseKey: 'A-17' });
    await tenant.send({ to: 'ivanov', type: 'price', data: 2, collapseKey: 'A-17' });
    await tenant.send({ to: 'ivanov', type: 'price', data: 3, collapseKey: 'B-1' });
    const receiver = await tenant.connect('ivanov');
    expect((await receiver.received(2)).map(({ data }) => data)).toEqual([2, 3]);
  });

  it('hands a transient message to whoever is there, and keeps it nowhere', async () => {
    const tenant = await one.tenant();
    const receiver = await tenant.connect('ivanov');
    await tenant.send({ to: 'ivanov', type: 'typing', durable: false });
    const [message] = await receiver.received(1);
    expect(message).not.toHaveProperty('position');
    await receiver.end();
    await tenant.api('POST', '/messages', { to: 'ivanov', type: 'typing', durable: false });
    const back = await tenant.connect('ivanov');
    await tenant.send({ to: 'ivanov', type: 'last' });
    expect((await back.received(1))[0]?.type).toBe('last');
  });

  it('withdraws: what was handed over is taken off the screen, and nobody else gets it', async () => {
    const tenant = await one.tenant();
    const there = await tenant.connect('ivanov');
    const sent = await tenant.send({ to: ['ivanov', 'petrov'], type: 'hello' });
    await there.received(1);
    expect((await tenant.api('DELETE', `/messages/${sent.id}`)).body.to).toMatchObject([{ state: 'withdrawn' }, { state: 'withdrawn' }]);
    expect(await there.until('the retract', ({ retracts }) => retracts[0])).toEqual({ ids: [sent.id], reason: 'withdrawn' });
    await tenant.send({ to: 'petrov', type: 'last' });
    const late = await tenant.connect('petrov');
    expect((await late.received(1))[0]?.type).toBe('last');
  });

  it('sends the sender a receipt of the final state, by a message like any other', async () => {
    const tenant = await one.tenant();
    const sender = await tenant.connect('petrov');
    const receiver = await tenant.connect('ivanov');
    const one1 = await sender.call<{ id: string }>('send', { to: 'ivanov', type: 'hello', receipt: true, correlationId: 'c-1' });
    const two = await sender.call<{ id: string }>('send', { to: 'ivanov', type: 'hello', receipt: true });
    const [first, second] = await receiver.received(2);
    await receiver.call('refuse', { id: second?.id, reason: 'no such order' });
    await receiver.call('ack', { position: first?.position });
    const receipts = await sender.received(2);
    for (const receipt of receipts) expect(receipt).toMatchObject({ type: 'vestnik.receipt', from: tenant.address('vestnik') });
    const data = receipts.map((receipt) => receipt.data as { id: string; state: string });
    expect(data.find(({ id }) => id === one1.id)).toMatchObject({ recipient: tenant.address('ivanov'), state: 'acknowledged', correlationId: 'c-1' });
    expect(data.find(({ id }) => id === two.id)).toMatchObject({ state: 'refused', reason: 'no such order' });
    const dead = await tenant.api('GET', '/dead-letters');
    expect(dead.body.items).toMatchObject([{ reason: 'no such order' }]);
  });

  it('refuses data that is too large, more recipients than there may be, and requests larger than 8 MiB', async () => {
    const tenant = await one.tenant();
    expect((await tenant.api('POST', '/messages', { to: 'ivanov', type: 'hello', data: 'x'.repeat(256 * 1024) })).status).toBe(413);
    const many = await tenant.api('POST', '/messages', { to: Array.from({ length: 1_001 }, (_, at) => `c${at}`), type: 'hello' });
    expect(many).toMatchObject({ status: 400, body: { errors: [{ path: 'to' }] } });
    // A server that does not read such a body to its end may cut the connection while it is still being written.
    const huge = tenant.api('POST', '/messages', `{"to":"ivanov","type":"hello","data":"${'x'.repeat(8 * 1024 * 1024)}"}`);
    expect(
      await huge.then(
        ({ status }) => status,
        ({ code }: NodeJS.ErrnoException) => code,
      ),
    ).toBeOneOf([413, 'EPIPE', 'ECONNRESET']);
  });
});
