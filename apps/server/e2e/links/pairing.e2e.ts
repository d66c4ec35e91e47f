import { ask, TestServer } from '@vestnik/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface LinkItem {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly url?: string;
  readonly words: string;
  readonly confirmedHere: boolean;
  readonly keys: readonly { readonly key: string; readonly expiresAt: string }[];
  readonly queue: object;
}

describe('pairing two installations', () => {
  let hq: TestServer;
  let branch: TestServer;
  beforeAll(async () => {
    [hq, branch] = await Promise.all([TestServer.start({ installation: 'hq' }), TestServer.start({ installation: 'branch-7' })]);
  });
  afterAll(() => Promise.all([hq?.close(), branch?.close()]));

  const api = <Body = Record<string, unknown>>(at: TestServer, method: string, path: string, body?: unknown) =>
    ask<Body>(`${at.url}/v1/links${path}`, { method, credentials: at.adminKey, ...(body === undefined ? {} : { body }) });
  const links = async (at: TestServer) => (await api<{ items: LinkItem[] }>(at, 'GET', '')).body.items;
  const invite = async (at: TestServer) => (await api<{ invite: string }>(at, 'POST', '/invites')).body.invite;

  it('leaves one that was never linked without an identity', async () => {
    expect((await api(hq, 'GET', '/keys')).body).toEqual({ keys: [] });
    expect(await links(hq)).toEqual([]);
  });

  it('shows the same words on both sides, and keeps them over a restart', async () => {
    const accepted = await api<LinkItem>(branch, 'POST', '', { invite: await invite(hq), name: 'head-office' });
    expect(accepted.status).toBe(201);
    const [here] = await links(branch);
    const [there] = await links(hq);
    expect(here).toMatchObject({ name: 'head-office', state: 'pending', url: hq.url, words: there?.words, queue: { messages: 0, bytes: 0 } });
    expect(there).toMatchObject({ name: 'branch-7', state: 'pending', words: accepted.body.words });
    expect(there?.url).toBeUndefined();
    const { body } = await api<{ id: string; keys: { key: string }[] }>(hq, 'GET', '/keys');
    expect([body.id, body.keys]).toEqual([here?.id, here?.keys]);
    await hq.kill();
    await hq.startAgain();
    expect((await api(hq, 'GET', '/keys')).body).toEqual(body);
    expect((await links(hq))[0]?.words).toBe(accepted.body.words);
  });

  it('puts on record who was paired, and no secret', async () => {
    const { text, body } = await ask<{ items: { action: string; who: string; address?: string; subject: string }[] }>(`${hq.url}/v1/audit`, {
      credentials: hq.adminKey,
    });
    const [branchLink] = await links(hq);
    expect(body.items.find(({ action }) => action === 'link.pair')).toMatchObject({
      who: `installation:${branchLink?.id}`,
      address: '127.0.0.1',
      subject: 'branch-7',
    });
    expect(text).not.toContain('vestnik-link.');
    expect(`${hq.log}${branch.log}`).not.toContain('vestnik-link.');
  });

  it('confirms this side, names the wrong field, and does not pause what is not confirmed', async () => {
    const [link] = await links(hq);
    const taken = await api<{ errors: { path: string }[] }>(hq, 'POST', `/${link?.id}/confirm`, { name: 'hq' });
    expect([taken.status, taken.body.errors[0]?.path]).toEqual([409, 'name']);
    expect((await api(hq, 'POST', `/${link?.id}/pause`)).status).toBe(409);
    expect((await api(hq, 'POST', `/${link?.id}/confirm`, { name: 'seventh' })).body).toMatchObject({ name: 'seventh', confirmedHere: true });
  });

  it('takes an invite once, and none that is broken', async () => {
    const word = await invite(hq);
    expect((await api(branch, 'POST', '', { invite: `${word.slice(0, -8)}AAAAAAAA` })).status).toBe(400);
    expect((await ask(`${hq.url}/v1/links/pair`, { method: 'POST', body: {} })).status).toBe(400);
    expect((await ask(`${hq.url}/v1/links/pair`)).status).toBe(405);
    expect((await api(hq, 'POST', '', { invite: word })).status).toBe(409);
  });

  it('makes new keys and takes the old ones back', async () => {
    const before = (await api<{ keys: { key: string }[] }>(branch, 'GET', '/keys')).body.keys;
    expect((await api<{ keys: object[] }>(branch, 'POST', '/keys/rotate')).body.keys).toHaveLength(2);
    const left = (await api<{ keys: { key: string }[] }>(branch, 'DELETE', `/keys/${before[0]?.key}`)).body.keys;
    expect(left).toHaveLength(1);
    expect(left[0]?.key).not.toBe(before[0]?.key);
  });

  it('removes the link', async () => {
    const [link] = await links(branch);
    expect((await api(branch, 'DELETE', `/${link?.id}`)).status).toBe(204);
    expect(await links(branch)).toEqual([]);
    expect((await api(branch, 'DELETE', `/${link?.id}`)).status).toBe(404);
  });
});
