import type { MessageOutcome, RecipientOutcome } from '@vestnik/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOW } from '../spec/fakes.js';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';
import { findMessages, getMessageLife } from './browsed-message-calls.js';

const ID = '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11';
const at = (ms: number) => new Date(NOW + ms).toISOString();

let app: ManagementApp;
beforeEach(async () => {
  app = await managementApp();
});
afterEach(() => app.app.close());

function recipient(change: Partial<RecipientOutcome> = {}): RecipientOutcome {
  return { tenantId: app.demo.id, mailboxId: 101, position: 9, address: 'ivanov@demo.hq', state: 'queued', at: NOW, queuedAt: NOW, devices: [], ...change };
}

/** A message of demo, as it is seen by the sender. */
function message(recipients: readonly RecipientOutcome[], change: Partial<MessageOutcome> = {}, tenantId = app.demo.id): void {
  const sent = { id: ID, tenantId, senderId: 1, from: 'server@demo.hq', type: 'order', data: '{"n": 1.50}', receipt: true, sentAt: NOW };
  app.browser.heads.set(ID, { tenantId, tenantIds: [tenantId, app.other.id], sentAt: NOW });
  app.log.outcomes.set(`${tenantId} ${ID}`, { message: sent, expiresAt: NOW + 1_000, recipients, ...change });
}

/** Calls as an administrator of some tenants. */
async function administratorOf(role: 'viewer' | 'operator', tenants: readonly string[]) {
  const name = `${role}-of-${tenants.join('-')}`;
  await app.administrators.create(name, 'a long sentence', role, tenants);
  const { cookie } = await app.administrators.signIn(name, 'a long sentence');
  return (method: 'GET' | 'DELETE', path: string) =>
    app.call(method, `/v1/messages${path}`, undefined, undefined, { cookie: `vestnik=${cookie}`, 'sec-fetch-site': 'same-origin' });
}

const life = async () => (await app.call('GET', `/v1/messages/${ID}`, 'viewer-secret')).body;

it('looks for messages, with whole addresses and mailboxes where they are here', async () => {
  const [made] = await app.mailboxes.ensure(app.demo.id, 'client', ['ivanov']);
  app.browser.messagesFound = {
    items: [
      { id: ID, tenantId: app.demo.id, from: 'server@demo.hq', to: ['ivanov@demo.hq'], recipients: 3, type: 'order', sentAt: NOW, state: 'queued', bytes: 29 },
    ],
    next: 'more',
    searchedTo: NOW,
  };
  const query = `from=ivanov@demo&to=*@demo.hq&type=order&state=queued&correlationId=A-17&since=${at(0)}&until=${at(5)}&limit=3`;
  const { status, body } = await app.call('GET', `/v1/messages?${query}`, 'viewer-secret');
  expect(status).toBe(200);
  expect(findMessages.answers[200].schema.safeParse(body).error).toBeUndefined();
  expect(body).toEqual({
    items: [
      { id: ID, tenant: 'demo', from: 'server@demo.hq', to: ['ivanov@demo.hq'], recipients: 3, type: 'order', sentAt: at(0), state: 'queued', bytes: 29 },
    ],
    next: 'more',
    searchedTo: at(0),
  });
  expect(app.browser.asked.at(-1)?.with).toEqual({
    correlationId: 'A-17',
    from: { address: 'ivanov@demo.hq', tenantId: app.demo.id, mailboxId: made?.mailbox.id },
    to: { address: '*@demo.hq', tenantId: app.demo.id, mailboxId: 7 },
    type: 'order',
    state: 'queued',
    since: NOW,
    until: NOW + 5,
    limit: 3,
  });
  await app.call('GET', '/v1/messages?to=anna@sales.branch-7', 'viewer-secret');
  expect(app.browser.asked.at(-1)?.with).toMatchObject({ to: { address: 'anna@sales.branch-7' } });
});

it('names what is wrong with a search', async () => {
  for (const [query, path] of [
    ['to=ivanov', 'to'],
    ['from=@', 'from'],
    ['state=x', 'state'],
    ['id=17', 'id'],
    ['since=yesterday', 'since'],
  ]) {
    expect((await app.call('GET', `/v1/messages?${query}`, 'viewer-secret')).body.errors[0].path).toBe(path);
  }
});

it('shows administrators of single tenants theirs, and nothing of others', async () => {
  const viewer = await administratorOf('viewer', ['other']);
  const operator = await administratorOf('operator', ['other']);
  await viewer('GET', '');
  expect(app.browser.asked.at(-1)?.with).toMatchObject({ tenantIds: [app.other.id] });
  const before = app.browser.asked.length;
  expect((await viewer('GET', '?tenant=demo')).body).toEqual({ items: [] });
  expect(app.browser.asked).toHaveLength(before);

  message([recipient()]);
  // It received some of it: then it is the recipient's view, and not theirs to withdraw.
  const demo = app.log.outcomes.get(`${app.demo.id} ${ID}`) as MessageOutcome;
  app.log.outcomes.set(`${app.other.id} ${ID}`, { ...demo, recipients: [recipient({ address: 'eva@other.hq' })] });
  expect((await viewer('GET', `/${ID}`)).body.recipients).toMatchObject([{ address: 'eva@other.hq' }]);
  expect(slugOf(await operator('DELETE', `/${ID}`))).toBe('not-found');
  expect((await operator('GET', `/${ID}/data`)).status).toBe(200);
  expect((await (await administratorOf('operator', ['demo']))('DELETE', `/${ID}`)).status).toBe(200);

  app.browser.heads.set(ID, { tenantId: app.demo.id, tenantIds: [app.demo.id], sentAt: NOW });
  for (const path of ['', '/data', '/recipients']) expect(slugOf(await operator('GET', `/${ID}${path}`))).toBe('not-found');
});

it('tells the life of a message for each recipient and device, in order of time', async () => {
  message([
    recipient({
      state: 'read',
      at: NOW + 900,
      devices: [
        { device: 'phone', state: 'acknowledged', at: NOW + 500, deliveredAt: NOW + 100, attempts: 2 },
        { device: '', state: 'delivered', at: NOW + 300, attempts: 1 },
      ],
    }),
  ]);
  const body = await life();
  expect(getMessageLife.answers[200].schema.safeParse(body).error).toBeUndefined();
  expect(body).toMatchObject({ id: ID, tenant: 'demo', receipt: true, bytes: 11, binary: false });
  expect(body).not.toHaveProperty('data');
  expect(body.recipients).toEqual([
    {
      address: 'ivanov@demo.hq',
      tenant: 'demo',
      installation: 'hq',
      state: 'read',
      at: at(900),
      timeline: [
        { at: at(0), what: 'accepted' },
        { at: at(0), what: 'queued' },
        { at: at(100), what: 'delivered', device: 'phone', attempts: 2 },
        { at: at(300), what: 'delivered', attempts: 1 },
        { at: at(500), what: 'acknowledged', device: 'phone' },
        { at: at(900), what: 'read' },
      ],
    },
  ]);
});

it('tells of other installations, of what was refused, of what waited, and of webhooks', async () => {
  const elsewhere = { tenantId: 0, mailboxId: 0, position: undefined };
  app.browser.attempts = [{ clientId: 101, attempts: 4, error: 'answered 500', at: NOW + 70 }];
  message(
    [
      recipient(),
      recipient({ ...elsewhere, address: 'anna@sales.branch-7', state: 'forwarded' }),
      recipient({
        ...elsewhere,
        address: 'eva@sales.branch-7',
        state: 'acknowledged',
        at: NOW + 60,
        arrivedAt: NOW + 50,
        devices: [{ device: 'tv', state: 'acknowledged', at: NOW + 60, attempts: 1 }],
      }),
    ],
    { deliverAt: NOW + 10, refused: JSON.stringify([{ address: 'nobody@demo.hq', state: 'refused', error: { type: 'urn:vestnik:problem:client-unknown' } }]) },
  );
  const [hooked, forwarded, arrived, refused] = (await life()).recipients as { installation: string; timeline: { what: string }[] }[];
  expect(hooked?.timeline).toContainEqual({ at: at(70), what: 'queued', device: 'vestnik-webhook', attempts: 4, reason: 'answered 500' });
  expect([forwarded?.installation, forwarded?.timeline.map(({ what }) => what)]).toEqual(['branch-7', ['accepted', 'queued', 'scheduled', 'forwarded']]);
  expect(arrived?.timeline.slice(-2)).toEqual([
    { at: at(50), what: 'arrived', installation: 'branch-7' },
    { at: at(60), what: 'acknowledged', installation: 'branch-7', device: 'tv' },
  ]);
  expect(refused).toMatchObject({ address: 'nobody@demo.hq', state: 'refused', reason: 'client-unknown' });
  expect(refused?.timeline.at(-1)).toEqual({ at: at(10), what: 'refused', reason: 'client-unknown' });
});

it('shows a hundred recipients, and the others by page', async () => {
  message(Array.from({ length: 150 }, (_, n) => recipient({ mailboxId: n + 1, address: `c${n}@demo.hq` })));
  const body = await life();
  expect([body.recipients.length, body.more]).toEqual([100, true]);
  const page = await app.call('GET', `/v1/messages/${ID}/recipients?limit=2&cursor=100`, 'viewer-secret');
  expect(page.body.items.map(({ address }: { address: string }) => address)).toEqual(['c100@demo.hq', 'c101@demo.hq']);
  expect(page.body.next).toBe('102');
});

it('shows data to operators, byte for byte, and writes down who read it', async () => {
  message([recipient()]);
  expect((await app.call('GET', `/v1/messages/${ID}/data`, 'viewer-secret')).status).toBe(403);
  expect(app.audit.entries).toEqual([]);
  const { text } = await app.call('GET', `/v1/messages/${ID}/data`, 'operator-secret');
  expect(text).toBe('{"data":{"n": 1.50}}');
  expect(app.audit.entries).toMatchObject([{ action: 'message.read', subject: `${ID}@demo`, who: 'administrator:operator-key' }]);
});

it('withdraws for operators, and writes it down', async () => {
  message([recipient()]);
  expect((await app.call('DELETE', `/v1/messages/${ID}`, 'viewer-secret')).status).toBe(403);
  const { body } = await app.call('DELETE', `/v1/messages/${ID}`, 'operator-secret');
  expect(body).toEqual({ to: [{ address: 'ivanov@demo.hq', state: 'withdrawn' }] });
  expect(app.audit.entries).toMatchObject([{ action: 'message.withdraw', subject: `${ID}@demo` }]);
});

it('knows no message of another id, nor one that is none', async () => {
  for (const id of ['0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e12', 'nonsense']) {
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/data'],
      ['GET', '/recipients'],
      ['DELETE', ''],
    ] as const) {
      expect(slugOf(await app.call(method, `/v1/messages/${id}${path}`, 'operator-secret'))).toBe('not-found');
    }
  }
});
