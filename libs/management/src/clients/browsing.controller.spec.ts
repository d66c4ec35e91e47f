import type { FoundClient, LogEntry, SessionSummary } from '@vestnik/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOW } from '../spec/fakes.js';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';
import { browseClients } from './client-calls.js';

const IVANOV = '/v1/tenants/demo/clients/ivanov';

let app: ManagementApp;
let ivanov: number;
beforeEach(async () => {
  app = await managementApp();
  const [made] = await app.mailboxes.ensure(app.demo.id, 'client', ['ivanov']);
  ivanov = made?.mailbox.id as number;
});
afterEach(() => app.app.close());

const found = (change: Partial<FoundClient> = {}): FoundClient => ({ id: ivanov, tenantId: app.demo.id, name: 'ivanov', createdAt: NOW, ...change });

function session(clientId: number, change: Partial<SessionSummary> = {}): SessionSummary {
  const summary = { session: `s${app.sessions.open.length}`, clientId, client: 'x', tenantId: app.demo.id, transport: 'websocket', since: NOW, ...change };
  app.sessions.open.push(summary);
  return summary;
}

/** What the browser was asked for last. */
const asked = () => app.browser.asked.at(-1)?.with as Record<string, unknown>;
const browse = (query = '', secret = 'viewer-secret') => app.call('GET', `/v1/clients${query}`, secret);

it('answers clients with their sessions, what waits for them and their webhook', async () => {
  session(ivanov, { app: 'desk 1.4' });
  session(ivanov, { transport: 'sse', app: 'desk 1.4' });
  app.browser.found = { items: [found({ title: 'Ivan', waiting: 12, oldestWaitingAt: NOW, seenAt: NOW, webhook: 'paused' })], next: 'more', asOf: NOW };
  const { status, body } = await browse();
  expect(status).toBe(200);
  expect(browseClients.answers[200].schema.safeParse(body).error).toBeUndefined();
  const at = new Date(NOW).toISOString();
  expect(body).toEqual({
    items: [
      {
        tenant: 'demo',
        client: 'ivanov',
        address: 'ivanov@demo.hq',
        title: 'Ivan',
        online: true,
        sessions: 2,
        transports: ['sse', 'websocket'],
        apps: ['desk 1.4'],
        waiting: 12,
        oldestWaitingAt: at,
        seenAt: at,
        webhook: 'paused',
        createdAt: at,
      },
    ],
    next: 'more',
    asOf: at,
  });
});

it('passes on what is looked for, in all tenants or in one', async () => {
  await browse('?search=iv&behind=5&sort=behind&limit=7&cursor=abc');
  expect(asked()).toEqual({ tenantIds: [app.demo.id, app.other.id], allTenants: true, search: 'iv', behind: 5, sort: 'behind', limit: 7, cursor: 'abc' });
  await browse('?tenant=other');
  expect(asked()).toMatchObject({ tenantIds: [app.other.id], allTenants: false, sort: 'name', limit: 100 });
  for (const [query, field] of [
    ['sort=x', 'sort'],
    ['online=maybe', 'online'],
    ['behind=0', 'behind'],
  ]) {
    expect((await browse(`?${query}`)).body.errors[0].path).toBe(field);
  }
});

it('narrows by what connects clients: online, transport, application', async () => {
  session(1, { transport: 'sse', app: 'Desk 1.4' });
  session(2, { app: 'phone 2' });
  session(3, { transport: 'webhook' });
  const only = async (query: string) => {
    await browse(query);
    const { only: narrowed, except } = asked() as { only?: Set<number>; except?: Set<number> };
    return [narrowed === undefined ? undefined : [...narrowed], except === undefined ? undefined : [...except]];
  };
  expect(await only('?online=true')).toEqual([[1, 2], undefined]);
  expect(await only('?online=false')).toEqual([undefined, [1, 2]]);
  expect(await only('?transport=webhook')).toEqual([[3], undefined]);
  expect(await only('?app=desk')).toEqual([[1], undefined]);
  expect(await only('?app=desk&transport=websocket')).toEqual([[], undefined]);
  expect(await only('')).toEqual([undefined, undefined]);
  expect(await only('?dropped=true')).toEqual([[], undefined]);
});

it('is for administrators, not for keys of tenants', async () => {
  expect((await browse('', await app.keyWith(['read', 'manage']))).status).toBe(401);
  expect((await browse('', 'nobody')).status).toBe(401);
});

it('lists what waits for a client', async () => {
  const id = '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11';
  app.browser.waits = {
    items: [{ position: 501, id, from: 'server@demo.hq', type: 'order', bytes: 29, sentAt: NOW, expiresAt: NOW, attempts: 0 }],
    next: 'more',
  };
  const { body } = await app.call('GET', `${IVANOV}/waiting?limit=1`, await app.keyWith(['read']));
  const at = new Date(NOW).toISOString();
  expect(body).toEqual({
    items: [{ id, position: app.epochs.format(501), from: 'server@demo.hq', to: 'ivanov@demo.hq', type: 'order', bytes: 29, sentAt: at, expiresAt: at }],
    next: 'more',
  });
  expect(asked()).toEqual({ clientId: ivanov, limit: 1 });
  expect(slugOf(await app.call('GET', '/v1/tenants/demo/clients/nobody/waiting', 'viewer-secret'))).toBe('client-unknown');
});

const copy: LogEntry = {
  kind: 'outcome',
  tenantId: 1,
  position: 502,
  previous: 501,
  mailboxId: 1,
  at: NOW,
  state: 'withdrawn',
  messageId: 'x',
  target: 1,
};

it('sends again from a position or a time: sessions get the copies, and it is written down', async () => {
  app.browser.copies = { entries: [copy], last: 480, more: true };
  const { status, body } = await app.call('POST', `${IVANOV}/resend`, 'operator-secret', { position: app.epochs.format(470), limit: 5 });
  expect([status, body]).toEqual([202, { messages: 1, more: true, next: app.epochs.format(480) }]);
  expect(asked()).toEqual({ tenantId: app.demo.id, clientId: ivanov, after: 470, since: undefined, until: undefined, limit: 5 });
  expect(app.committed).toEqual([copy]);
  expect(app.audit.entries.at(-1)).toMatchObject({ action: 'client.resend', subject: 'ivanov@demo', after: { messages: 1 } });
  await app.call('POST', `${IVANOV}/resend`, 'operator-secret', { since: '2026-11-22T06:00:00Z', until: '2026-11-22T07:00:00Z' });
  expect(asked()).toMatchObject({ after: undefined, since: Date.parse('2026-11-22T06:00:00Z'), until: Date.parse('2026-11-22T07:00:00Z'), limit: 100 });
});

it('sends again no more than the inbox has room for', async () => {
  const { maxInbox } = app.demo.settings;
  app.log.unacknowledged.set(ivanov, maxInbox - 2);
  await app.call('POST', `${IVANOV}/resend`, 'operator-secret', { since: '2026-11-22T06:00:00Z' });
  expect(asked()).toMatchObject({ limit: 2 });
  app.log.unacknowledged.set(ivanov, maxInbox);
  expect(slugOf(await app.call('POST', `${IVANOV}/resend`, 'operator-secret', { since: '2026-11-22T06:00:00Z' }))).toBe('inbox-full');
});

it('refuses to send again from nowhere, from two places, and from a history that was lost', async () => {
  for (const body of [{}, { position: app.epochs.format(1), since: '2026-11-22T06:00:00Z' }]) {
    expect((await app.call('POST', `${IVANOV}/resend`, 'operator-secret', body)).body.errors[0].path).toBe('position');
  }
  const lost = app.epochs.format(7);
  app.epochs.set([{ epoch: 9, begins: 0 }]);
  expect(slugOf(await app.call('POST', `${IVANOV}/resend`, 'operator-secret', { position: lost }))).toBe('position-invalid');
  expect(slugOf(await app.call('POST', `${IVANOV}/resend`, 'operator-secret', { position: '?' }))).toBe('position-invalid');
});

it('purges: sessions are told, and it is written down', async () => {
  app.browser.copies = { entries: [copy], more: false };
  const { status, body } = await app.call('POST', `${IVANOV}/purge`, await app.keyWith(['manage']), {});
  expect([status, body]).toEqual([200, { messages: 3, more: true }]);
  expect(asked()).toEqual({ tenantId: app.demo.id, clientId: ivanov, limit: 1_000, reason: 'purged by an administrator' });
  expect(app.committed).toEqual([copy]);
  expect(app.audit.entries.at(-1)).toMatchObject({ action: 'client.purge', after: { messages: 3 } });
});

it('changes nothing for viewers', async () => {
  for (const call of ['resend', 'purge']) expect((await app.call('POST', `${IVANOV}/${call}`, 'viewer-secret', {})).status).toBe(403);
  expect(app.browser.asked).toEqual([]);
});
