import type { Methods } from '@vestnik/protocol';
import { expect, it } from 'vitest';
import { problemOf } from '../problem-of.js';
import type { Stage } from '../stage.js';

/** Tokens, scopes, and calls that are none. */
export function access(stage: Stage): void {
  it('refuses who has no good token', async () => {
    expect((await problemOf(stage.connect(stage.place.person(), { token: 'no.token.atall' }))).slug).toBe('unauthenticated');
  });

  it('takes a key for its own client: a backend is a client like any other', async () => {
    const { place } = stage;
    const type = place.unused('for-backend');
    const backend = await stage.connect(place.person(), { token: place.key, device: place.unused('backend') });
    const client = await stage.connect(place.person());
    await client.call('send', { to: place.backend, type });
    expect(await backend.next('message', (message) => message.type === type)).toMatchObject({ to: place.backend });
  });

  it('warns before a token expires, ends the session then, and not where it was refreshed', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const lasting = await stage.connect(petrov, { token: await stage.place.token(petrov, { ttl: 2 }) });
    const ending = await stage.connect(ivanov, { token: await stage.place.token(ivanov, { ttl: 3 }) });
    const { expiresAt } = await lasting.call('refresh', { token: await stage.place.token(petrov, { ttl: 600 }) });
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 500_000);
    expect((await problemOf(lasting.call('refresh', { token: await stage.place.token(ivanov) }))).slug).toBe('forbidden');
    expect(await ending.next('notice')).toMatchObject({ type: 'vestnik.token-expiring', expiresAt: expect.any(String) });
    expect(await ending.whenEnded()).toMatchObject({ reason: 'token-expired' });
    await stage.place.send({ to: petrov.name, type: 'still' });
    expect((await lasting.next('message')).type).toBe('still');
    expect(lasting.ended).toBeUndefined();
  });

  it('does only what the token may, and names the scope', async () => {
    const ivanov = stage.place.person();
    const client = await stage.connect(ivanov, { token: await stage.place.token(ivanov, { scope: ['receive'] }) });
    const problem = await problemOf(client.call('send', { to: ivanov.name, type: 'n' }));
    expect(problem.slug).toBe('scope-missing');
    expect(JSON.stringify(problem.problem)).toContain('send');
  });

  it('names the wrong field of any method, and methods that there are none', async () => {
    const client = await stage.connect(stage.place.person());
    for (const [method, params, path] of [
      ['ack', {}, 'position'],
      ['ack', { position: 'x', more: 1 }, 'more'],
      ['read', { ids: [] }, 'ids'],
      ['read', { ids: ['nonsense'] }, 'ids/0'],
      ['refuse', { id: '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11' }, 'reason'],
      ['withdraw', { id: 1 }, 'id'],
      ['refresh', { token: '' }, 'token'],
    ] as const) {
      const problem = await problemOf(client.call(method, params as unknown as Methods[typeof method]['params']));
      expect([problem.slug, problem.errors[0]?.path], JSON.stringify([method, params])).toEqual(['request-invalid', path]);
    }
    expect((await problemOf(client.call('nothing' as 'ping', {}))).slug).toBe('method-unknown');
    expect(await client.call('ping', {})).toEqual({ serverTime: expect.any(String) });
  });

  it('lists a session with its device and program, and ends it from outside', async () => {
    const ivanov = stage.place.person();
    const client = await stage.connect(ivanov, { device: 'desk', app: 'conformance/1' });
    const [session] = await stage.place.sessionsOf(ivanov);
    expect(session).toMatchObject({ device: 'desk', app: 'conformance/1' });
    const { status } = await stage.place.api('DELETE', `/clients/${encodeURIComponent(ivanov.name)}/sessions/${session?.session}`);
    expect(status).toBeLessThan(300);
    expect(await client.whenEnded()).toMatchObject({ reason: 'closed-by-administrator' });
    expect(client.all('notice').at(-1)).toMatchObject({ type: 'vestnik.closing', code: 4410 });
  });

  it('lets nobody in whose tokens were revoked', async () => {
    const ivanov = stage.place.person();
    const token = await stage.place.token(ivanov);
    await stage.connect(ivanov, { token });
    expect((await stage.place.api('POST', `/clients/${encodeURIComponent(ivanov.name)}/revoke`, {})).status).toBeLessThan(300);
    expect((await problemOf(stage.connect(ivanov, { token }))).slug).toMatch(/^(unauthenticated|token-expired)$/);
  });
}
