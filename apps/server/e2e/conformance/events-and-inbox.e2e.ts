import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { DeliveredMessage } from '@vestnik/protocol';
import { ask, Conditions, type TestTenant } from '@vestnik/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

interface Page {
  readonly messages: readonly DeliveredMessage[];
  readonly position: string;
  readonly events: readonly { readonly method: string; readonly params: Record<string, unknown>; readonly id?: string }[];
}

/** What holds for SSE and for long polling alone (section 9 of the protocol). */
describe('events and inbox', () => {
  const one = oneServer();
  const open: { destroy(): void }[] = [];
  afterEach(() => {
    for (const each of open.splice(0)) each.destroy();
  });

  /** A stream as text, and what to wait for in it. */
  async function stream(tenant: TestTenant, query: string, headers?: Record<string, string>) {
    const asked = request(`${one.server.url}${tenant.path}/events?${query}`, {
      agent: false,
      headers: {
        accept: 'text/event-stream',
        ...(query.includes('access_token') ? {} : { authorization: `Bearer ${await tenant.token('ivanov')}` }),
        ...headers,
      },
    });
    open.push(asked);
    asked.on('error', () => {});
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const conditions = new Conditions();
    const seen = { text: '', over: false };
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      seen.text += text;
      conditions.changed();
    });
    response.on('close', () => {
      seen.over = true;
      conditions.changed();
    });
    response.on('error', () => {});
    return {
      response,
      seen,
      shows: (pattern: RegExp) =>
        conditions.until(
          () => `the stream shows ${pattern}: ${seen.text}`,
          () => pattern.exec(seen.text) ?? undefined,
        ),
      ends: () => conditions.until('the stream ends', () => seen.over),
      close: () => asked.destroy(),
    };
  }

  const poll = async (tenant: TestTenant, query: string): Promise<Page> => {
    const answer = await ask<Page>(`${one.server.url}${tenant.path}/inbox?${query}`, { credentials: await tenant.token('ivanov') });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers['cache-control']).toContain('no-store');
    return answer.body;
  };

  it('a stream cannot be buffered, compressed or kept, and is told how soon to come back', async () => {
    const tenant = await one.tenant();
    const { response, shows } = await stream(tenant, '', { 'accept-encoding': 'gzip, br' });
    expect(response.headers).toMatchObject({
      'content-type': expect.stringContaining('text/event-stream'),
      'cache-control': expect.stringContaining('no-store'),
      'x-accel-buffering': 'no',
    });
    expect(response.headers['content-encoding']).toBeUndefined();
    await shows(/retry: 2000\n/);
  });

  it('a stream resumes after Last-Event-ID alone, which acknowledges nothing unless asked to', async () => {
    const tenant = await one.tenant();
    for (const data of [1, 2, 3]) await tenant.send({ to: 'ivanov', type: 'n', data });
    const first = await stream(tenant, '');
    await first.shows(/"data":3/);
    const ids = [...first.seen.text.matchAll(/^id: (.+)$/gm)].map(([, id]) => id as string);
    expect(ids).toHaveLength(3);
    first.close();
    const again = await stream(tenant, '', { 'last-event-id': ids[1] as string });
    await again.shows(/"data":3/);
    expect(again.seen.text).not.toMatch(/"data":[12]/);
    again.close();
    const auto = await stream(tenant, 'ack=auto', { 'last-event-id': ids[1] as string });
    await auto.shows(/"data":3/);
    auto.close();
    const last = await stream(tenant, '');
    await last.shows(/"data":3/);
    expect(last.seen.text).not.toMatch(/"data":[12]/);
  });

  it('a stream takes its token from the address, since a browser can set no header', async () => {
    const tenant = await one.tenant();
    await tenant.send({ to: 'petrov', type: 'n', data: 'mine' });
    const { response, shows } = await stream(tenant, `access_token=${await tenant.token('petrov')}`);
    await shows(/"data":"mine"/);
    expect(response.headers['referrer-policy']).toBe('no-referrer');
    expect(one.server.log).not.toContain(await tenant.token('petrov'));
  });

  it('a newer stream under the same word ends the older', async () => {
    const tenant = await one.tenant();
    const older = await stream(tenant, 'session=tab-1');
    const newer = await stream(tenant, 'session=tab-1');
    await older.ends();
    await tenant.send({ to: 'ivanov', type: 'n', data: 'new' });
    await newer.shows(/"data":"new"/);
  });

  it('polling acknowledges by coming back with the position, and a page has no more than asked', async () => {
    const tenant = await one.tenant();
    for (const data of [1, 2, 3]) await tenant.send({ to: 'ivanov', type: 'n', data });
    const first = await poll(tenant, 'limit=2');
    expect(first.messages.map(({ data }) => data)).toEqual([1, 2]);
    const second = await poll(tenant, `after=${first.position}`);
    expect(second.messages.map(({ data }) => data)).toEqual([3]);
    const again = await poll(tenant, 'session=another');
    expect(again.messages.map(({ data, redelivered }) => [data, redelivered])).toEqual([[3, true]]);
    await poll(tenant, `after=${again.position}`);
    expect((await poll(tenant, 'session=third')).messages).toEqual([]);
  });

  it('polling with ack=none acknowledges nothing', async () => {
    const tenant = await one.tenant();
    await tenant.send({ to: 'ivanov', type: 'n', data: 1 });
    const first = await poll(tenant, '');
    await poll(tenant, `after=${first.position}&ack=none`);
    expect((await poll(tenant, 'session=another')).messages.map(({ data }) => data)).toEqual([1]);
  });

  it('a poll waits for what comes, and its position moves on for what was taken back too', async () => {
    const tenant = await one.tenant();
    const empty = await poll(tenant, '');
    expect(empty).toMatchObject({ messages: [], events: [] });
    const waiting = poll(tenant, `after=${empty.position}&wait=30`);
    const sent = await tenant.send({ to: 'ivanov', type: 'n', data: 1 });
    const page = await waiting;
    expect(page.messages.map(({ id }) => id)).toEqual([sent.id]);
    const next = poll(tenant, `after=${page.position}&wait=30&ack=none`);
    await tenant.api('DELETE', `/messages/${sent.id}`);
    const taken = await next;
    // It was acknowledged by no one, so it may be taken back.
    expect(taken.events).toMatchObject([{ method: 'retract', params: { ids: [sent.id], reason: 'withdrawn' } }]);
    expect(taken.position).not.toBe(page.position);
  });

  it('a newer poll under the same word makes the older answer an empty page', async () => {
    const tenant = await one.tenant();
    const { position } = await poll(tenant, '');
    const older = poll(tenant, `after=${position}&wait=55`);
    const newer = poll(tenant, `after=${position}&wait=55`);
    // Whichever came second waits on.
    const emptied = await Promise.race([older, newer]);
    expect(emptied).toEqual({ messages: [], events: [], position });
    await tenant.send({ to: 'ivanov', type: 'n', data: 1 });
    const pages = await Promise.all([older, newer]);
    expect(pages.flatMap(({ messages }) => messages.map(({ data }) => data))).toEqual([1]);
  });

  it('rpc carries a batch out in order, and answers nothing to notifications', async () => {
    const tenant = await one.tenant();
    const credentials = await tenant.token('ivanov');
    const rpc = (body: unknown) => ask<Record<string, unknown>[]>(`${one.server.url}${tenant.path}/rpc`, { method: 'POST', body, credentials });
    const send = (id: number | undefined, data: number) => ({ jsonrpc: '2.0', id, method: 'send', params: { to: 'ivanov', type: 'n', data } });
    const answered = await rpc([send(1, 1), send(undefined, 2), send(3, 3), 7, { jsonrpc: '2.0', id: 5, method: 'nothing' }]);
    expect(answered.body.map(({ id }) => id)).toEqual([1, 3, null, 5]);
    expect((await rpc(send(undefined, 4))).status).toBe(204);
    const inbox = async (): Promise<unknown[]> => (await poll(tenant, 'wait=10&ack=none&limit=10')).messages.map(({ data }) => data);
    expect(await inbox()).toEqual([1, 2, 3, 4]);
  });
});
