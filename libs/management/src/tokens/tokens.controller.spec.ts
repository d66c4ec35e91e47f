import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';
import { tokenAnswer } from './token-calls.js';

let app: ManagementApp;
beforeEach(async () => {
  app = await managementApp();
});
afterEach(() => app.app.close());

const TOKENS = '/v1/tenants/demo/tokens';

it('mints a token for an hour, and the client is known from then on', async () => {
  const minted = await app.call('POST', TOKENS, await app.keyWith(['tokens']), { client: 'Иванов Иван' });
  expect([minted.status, tokenAnswer.strict().parse(minted.body)]).toEqual([201, { token: 'token-of-Иванов Иван', expiresAt: '2026-11-22T07:22:00.000Z' }]);
  expect(app.minted).toEqual([{ client: 'Иванов Иван', ttl: 3600, scopes: undefined }]);
  expect(app.mailboxes.clients.map(({ name }) => name)).toEqual(['Иванов Иван']);
});

it('takes scopes as a list or as one string', async () => {
  const key = await app.keyWith(['tokens', 'broadcast']);
  await app.call('POST', TOKENS, key, { client: 'a', scope: 'receive  send' });
  await app.call('POST', TOKENS, key, { client: 'a', scope: ['receive', 'broadcast', 'receive'] });
  expect(app.minted.map(({ scopes }) => scopes)).toEqual([
    ['receive', 'send'],
    ['receive', 'broadcast'],
  ]);
});

it('gives broadcast only where the key has it, and needs the scope tokens', async () => {
  const broadcast = await app.call('POST', TOKENS, await app.keyWith(['tokens']), { client: 'a', scope: ['broadcast'] });
  expect([slugOf(broadcast), broadcast.body.scope]).toEqual(['scope-missing', 'broadcast']);
  const without = await app.call('POST', TOKENS, await app.keyWith(['send', 'manage']), { client: 'a' });
  expect([slugOf(without), without.body.scope]).toEqual(['scope-missing', 'tokens']);
  expect(slugOf(await app.call('POST', TOKENS, 'token.of.ivanov', { client: 'petrov' }))).toBe('scope-missing');
  expect(app.minted).toEqual([]);
});

it('mints for operators too, on record', async () => {
  const minted = await app.call('POST', TOKENS, 'operator-secret', { client: 'ivanov', ttl: 600 });
  expect([minted.status, minted.body.token]).toEqual([201, 'token-of-ivanov@demo-by-operator-key']);
  expect(app.audit.entries).toMatchObject([
    { who: 'administrator:operator-key', action: 'token.mint', subject: 'ivanov@demo', after: { expiresAt: '2026-11-22T06:32:00.000Z' } },
  ]);
  expect(JSON.stringify(app.audit.entries)).not.toContain('token-of');
  expect(slugOf(await app.call('POST', TOKENS, 'viewer-secret', { client: 'ivanov' }))).toBe('forbidden');
});

it.each([
  [{ client: '..' }, 'client'],
  [{ client: 'vestnik' }, 'client'],
  [{ client: 'a', ttl: 0 }, 'ttl'],
  [{ client: 'a', ttl: 2_592_001 }, 'ttl'],
  [{ client: 'a', scope: 'manage' }, 'scope'],
  [{}, 'client'],
])('names the wrong field of %j', async (body, path) => {
  const answer = await app.call('POST', TOKENS, await app.keyWith(['tokens']), body);
  expect([answer.status, answer.body.errors[0].path]).toEqual([400, path]);
});
