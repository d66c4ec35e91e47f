import { expect, it } from 'vitest';
import { problemOf } from '../problem-of.js';
import type { Stage } from '../stage.js';

/** Who is online, with what status, and whoever watches that. */
export function presence(stage: Stage): void {
  it('tells who is online, in the order asked', async () => {
    const [ivanov, petrov, nobody] = [stage.place.person(), stage.place.person(), stage.place.person()];
    const client = await stage.connect(ivanov);
    await stage.connect(petrov);
    await stage.connect(petrov);
    const { clients } = await client.call('presence.get', { clients: [nobody.name, petrov.address, ivanov.name] });
    expect(clients).toMatchObject([
      { client: nobody.address, online: false, sessions: 0 },
      { client: petrov.address, online: true, sessions: 2, since: expect.any(String) },
      { client: ivanov.address, online: true, sessions: 1 },
    ]);
  });

  it('tells whoever watches of each change: coming, status, and going when the last session is gone', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const watcher = await stage.connect(ivanov);
    expect((await watcher.call('presence.watch', { clients: [petrov.name] })).clients).toMatchObject([{ client: petrov.address, online: false }]);
    const desk = await stage.connect(petrov);
    expect(await watcher.next('presence', ({ online }) => online)).toMatchObject({ client: petrov.address, sessions: expect.any(Number) });
    await desk.call('presence.set', { status: 'busy', text: 'на совещании' });
    expect(await watcher.next('presence', ({ status }) => status === 'busy')).toMatchObject({ client: petrov.address, online: true, text: 'на совещании' });
    const phone = await stage.connect(petrov);
    await phone.call('presence.set', { status: 'away' });
    await watcher.next('presence', ({ status }) => status === 'away');
    phone.drop();
    const still = await watcher.next('presence', ({ status }) => status === 'busy');
    expect(still, 'the status is the one set last by a session that still lives').toMatchObject({ online: true, text: 'на совещании' });
    desk.drop();
    expect(await watcher.next('presence', ({ online }) => !online)).toMatchObject({ client: petrov.address, sessions: 0 });
  });

  it('tells nothing more of whom is no longer watched', async () => {
    const [ivanov, petrov, sidorov] = [stage.place.person(), stage.place.person(), stage.place.person()];
    const watcher = await stage.connect(ivanov);
    await watcher.call('presence.watch', { clients: [petrov.name, sidorov.name] });
    await watcher.call('presence.unwatch', { clients: [petrov.name] });
    await stage.connect(petrov);
    await stage.connect(sidorov);
    await watcher.next('presence', ({ client }) => client === sidorov.address);
    expect(watcher.all('presence').some(({ client }) => client === petrov.address)).toBe(false);
  });

  it('names the wrong field, and the scope that is missing', async () => {
    const ivanov = stage.place.person();
    const client = await stage.connect(ivanov);
    for (const [method, wrong, path] of [
      ['presence.set', {}, 'status'],
      ['presence.set', { status: 'x'.repeat(33) }, 'status'],
      ['presence.set', { status: 'busy', text: 'x'.repeat(257) }, 'text'],
      ['presence.get', { clients: [] }, 'clients'],
      ['presence.watch', { clients: ['#topic'] }, 'clients/0'],
      ['presence.watch', { clients: ['ivanov', '*'] }, 'clients/1'],
    ] as const) {
      const problem = await problemOf(client.call(method, wrong as never));
      expect(problem.slug, JSON.stringify(wrong)).toMatch(/^(request|address)-invalid$/);
      expect(problem.errors[0]?.path, JSON.stringify(wrong)).toBe(path);
    }
    const blind = await stage.connect(ivanov, { token: await stage.place.token(ivanov, { scope: ['receive'] }) });
    expect((await problemOf(blind.call('presence.get', { clients: [ivanov.name] }))).slug).toBe('scope-missing');
  });
}
