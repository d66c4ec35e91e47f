import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOW, OTHER } from '../spec/fakes.js';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';
import { inviteAnswer, linkAnswer, ownKeysAnswer } from './link-calls.js';

const INVITE = 'vestnik-link.c2VjcmV0';
let app: ManagementApp;
beforeEach(async () => {
  app = await managementApp();
});
afterEach(() => app.app.close());

const call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, secret = 'owner-secret') => app.call(method, `/v1/links${path}`, secret, body);

it('makes an invite, which is shown and not put on record', async () => {
  const made = await call('POST', '/invites');
  expect(made.status).toBe(201);
  expect(inviteAnswer.strict().parse(made.body)).toEqual({ invite: INVITE, expiresAt: new Date(NOW + 1_800_000).toISOString() });
  expect(app.audit.entries).toMatchObject([{ action: 'link.invite', who: 'administrator:owner-key' }]);
  expect(JSON.stringify([app.audit.entries, app.logged])).not.toContain(INVITE);
});

it('accepts an invite under a name, and names the wrong field', async () => {
  const made = await call('POST', '', { invite: INVITE, name: 'sales' });
  expect([made.status, made.body.name, made.body.state, made.body.connected]).toEqual([201, 'sales', 'pending', false]);
  expect(() => linkAnswer.strict().parse(made.body)).not.toThrow();
  expect(app.audit.entries).toMatchObject([{ action: 'link.accept', subject: 'sales', after: { id: OTHER } }]);
  expect(JSON.stringify(app.audit.entries)).not.toContain(INVITE);
  const wrong = [
    [{ invite: INVITE, name: 'sales' }, 409, 'name'],
    [{ invite: 'x' }, 400, 'invite'],
    [{ invite: INVITE, name: 'Not A Label' }, 400, 'name'],
    [{ invite: INVITE, url: 'https://x' }, 400, 'url'],
    [{}, 400, 'invite'],
  ] as const;
  for (const [body, status, field] of wrong) {
    const answer = await call('POST', '', body);
    expect([answer.status, answer.body.errors[0].path]).toEqual([status, field]);
  }
});

it('confirms, pauses, resumes and lets through, each on record as it was and is', async () => {
  await call('POST', '', { invite: INVITE });
  expect(slugOf(await call('POST', `/${OTHER}/pause`))).toBe('conflict');
  expect((await call('POST', `/${OTHER}/confirm`, { name: 'sales' })).body).toMatchObject({ confirmedHere: true, name: 'sales' });
  app.links.change(OTHER, { state: 'active' });
  expect((await call('POST', `/${OTHER}/pause`)).body.state).toBe('paused');
  expect((await call('POST', `/${OTHER}/resume`)).body.state).toBe('active');
  expect((await call('POST', `/${OTHER}/transit`, { allow: true })).body.transit).toBe(true);
  expect((await call('POST', `/${OTHER}/transit`, { allow: 'yes' })).status).toBe(400);
  expect((await call('POST', `/${OTHER}/quota`, { messages: 5, bytes: 1_048_576 })).body.quota).toEqual({ messages: 5, bytes: 1_048_576 });
  expect((await call('POST', `/${OTHER}/quota`, { messages: 0, bytes: 1_048_576 })).body.errors[0].path).toBe('messages');
  expect(app.audit.entries.map(({ action }) => action)).toEqual(['link.accept', 'link.confirm', 'link.pause', 'link.resume', 'link.transit', 'link.quota']);
  expect(app.audit.entries[4]).toMatchObject({ subject: 'sales', before: { transit: false }, after: { transit: true } });
});

it('lists the links by name, with how they go', async () => {
  const { link, ...made } = await app.links.accept(INVITE, 'b');
  const status = { link: OTHER, connected: true, since: NOW, dialledBy: 'them', transport: 'exchange', roundTrip: 24, node: 'n', generation: 4 } as const;
  app.links.all.set(OTHER, {
    ...made,
    link: { ...link, quarantined: 'it has jumped', url: 'https://b.example' },
    status: { ...status, lastError: 'gone', lastErrorAt: NOW },
    queue: { messages: 3, bytes: 400, oldestAt: NOW },
    rate: { in: 1, out: 2.5 },
    epoch: 7,
    behind: ['branch-9.b'],
  });
  app.links.all.set('other', { ...made, link: { ...link, id: 'other', name: 'a' } });
  const { body } = await call('GET', '', undefined, 'viewer-secret');
  expect(body.items.map(({ name }: { name: string }) => name)).toEqual(['a', 'b']);
  expect(body.items[1]).toEqual({
    id: OTHER,
    name: 'b',
    proposedName: 'branch-7',
    state: 'pending',
    connected: true,
    since: '2026-11-22T06:22:00.000Z',
    dialledBy: 'them',
    transport: 'exchange',
    url: 'https://b.example',
    words: 'one two three four five six',
    confirmedHere: false,
    confirmedThere: false,
    transit: false,
    quarantined: 'it has jumped',
    quota: { messages: 5, bytes: 10 },
    queue: { messages: 3, bytes: 400, oldestAt: '2026-11-22T06:22:00.000Z' },
    rate: { in: 1, out: 2.5 },
    roundTrip: 24,
    lastError: 'gone',
    lastErrorAt: '2026-11-22T06:22:00.000Z',
    epoch: 7,
    node: 'n',
    keys: [{ key: '1-abc', expiresAt: '2026-11-22T06:22:00.000Z' }],
    behind: { installations: 1, names: ['branch-9.b'] },
    createdAt: '2026-11-22T06:22:00.000Z',
  });
  for (const item of body.items) expect(() => linkAnswer.strict().parse(item)).not.toThrow();
});

it('removes a link', async () => {
  await call('POST', '', { invite: INVITE });
  expect((await call('DELETE', `/${OTHER}`)).status).toBe(204);
  expect(app.audit.entries[1]).toMatchObject({ action: 'link.remove', before: { id: OTHER } });
  expect(slugOf(await call('DELETE', `/${OTHER}`))).toBe('not-found');
  for (const what of ['confirm', 'pause', 'resume', 'transit']) {
    expect(slugOf(await call('POST', `/${OTHER}/${what}`, what === 'confirm' ? {} : what === 'transit' ? { allow: true } : undefined))).toBe('not-found');
  }
});

it('shows its own keys, makes new ones and takes them back', async () => {
  expect((await call('GET', '/keys', undefined, 'viewer-secret')).body).toEqual({ keys: [] });
  await call('POST', '/keys/rotate');
  const { body } = await call('POST', '/keys/rotate');
  expect(() => ownKeysAnswer.strict().parse(body)).not.toThrow();
  expect(body.keys).toHaveLength(2);
  expect((await call('DELETE', '/keys/1-abc')).body.keys).toHaveLength(1);
  expect(slugOf(await call('DELETE', '/keys/1-abc'))).toBe('not-found');
  expect(app.audit.entries.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
    'link-key.rotate 1-abc',
    'link-key.rotate 2-abc',
    'link-key.revoke 1-abc',
  ]);
});

it('lets viewers look, operators pause, and owners do the rest', async () => {
  await call('POST', '', { invite: INVITE });
  app.links.change(OTHER, { state: 'active' });
  const tries = [
    ['GET', '', undefined, 'viewer'],
    ['GET', '/keys', undefined, 'viewer'],
    ['POST', `/${OTHER}/pause`, undefined, 'operator'],
    ['POST', `/${OTHER}/resume`, undefined, 'operator'],
    ['POST', '/invites', undefined, 'owner'],
    ['POST', '', { invite: 'x' }, 'owner'],
    ['POST', `/${OTHER}/confirm`, {}, 'owner'],
    ['POST', `/${OTHER}/transit`, { allow: true }, 'owner'],
    ['POST', `/${OTHER}/quota`, { messages: 5, bytes: 1_048_576 }, 'owner'],
    ['POST', '/keys/rotate', undefined, 'owner'],
    ['DELETE', '/keys/x', undefined, 'owner'],
    ['DELETE', '/unknown', undefined, 'owner'],
  ] as const;
  const roles = ['viewer', 'operator', 'owner'] as const;
  for (const [method, path, body, least] of tries) {
    for (const role of roles) {
      const { status } = await call(method, path, body, `${role}-secret`);
      expect([method, path, role, status === 403], String(status)).toEqual([method, path, role, roles.indexOf(role) < roles.indexOf(least)]);
    }
  }
  const key = await app.keyWith(['manage']);
  expect((await call('GET', '', undefined, key)).status).toBe(401);
  expect((await app.call('GET', '/v1/links')).status).toBe(401);
});
