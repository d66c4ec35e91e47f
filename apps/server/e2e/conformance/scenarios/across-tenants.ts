import { afterEach, describe, expect, it } from 'vitest';
import type { Place } from '../place.js';
import { HAS_NEIGHBOUR } from '../places.js';
import { problemOf } from '../problem-of.js';
import type { Stage } from '../stage.js';

/** What passes the border of a tenant: what the receiver accepts, and no more is told than it allows. */
export function acrossTenants(stage: Stage): void {
  describe.skipIf(!HAS_NEIGHBOUR)('a neighbour', () => {
    const there = (): Place => {
      const { neighbour } = stage.place;
      if (neighbour === undefined) throw new Error('there is no neighbour');
      return neighbour;
    };
    const accept = async (...allow: string[]) => {
      const accepts = allow.length === 0 ? [] : [{ from: `*@${stage.place.tenant}`, allow }];
      expect((await there().api('PATCH', '', { accepts })).status).toBe(200);
    };
    afterEach(() => accept());

    it('refuses whoever it does not accept, in the same words as a tenant that is not there', async () => {
      const client = await stage.connect(stage.place.person());
      const stranger = there().person();
      const refused = await problemOf(client.call('send', { to: `${stranger.name}@${there().tenant}`, type: 'n' }));
      const missing = await problemOf(client.call('send', { to: `${stranger.name}@no-such-tenant`, type: 'n' }));
      expect([refused.slug, refused.detail]).toEqual(['recipient-refused', missing.detail]);
      expect(missing.slug).toBe('recipient-refused');
      for (const [method, params] of [
        ['call', { to: `${stranger.name}@${there().tenant}`, method: 'm' }],
        ['presence.get', { clients: [`${stranger.name}@${there().tenant}`] }],
      ] as const) {
        expect((await problemOf(client.call(method, params as never))).slug, method).toBe('recipient-refused');
      }
    });

    it('takes messages where it accepts them, does not tell who is there, and may answer to from', async () => {
      await accept('send');
      const [ivanov, petrov] = [stage.place.person(), there().person()];
      const sender = await stage.connect(ivanov);
      const receiver = await stage.transport.connect(there(), { token: await there().token(petrov) });
      try {
        const answer = await sender.call('send', { to: petrov.address, type: 'n', data: 1 });
        expect(answer.to[0]).not.toHaveProperty('sessions');
        expect(answer.to[0]).not.toHaveProperty('known');
        const message = await receiver.next('message');
        expect(message).toMatchObject({ from: ivanov.address, to: petrov.address, data: 1 });
        expect((await problemOf(receiver.call('send', { to: message.from, type: 'n' }))).slug, 'each border is its own').toBe('recipient-refused');
        await receiver.call('ack', { position: message.position ?? '' });
        expect((await sender.call('state', { id: answer.id })).to[0]?.state).toBe('acknowledged');
      } finally {
        receiver.drop();
      }
    });

    it('takes calls where it accepts them, and tells that nobody is there only where it lets its presence be seen', async () => {
      await accept('call');
      const petrov = there().person();
      const caller = await stage.connect(stage.place.person());
      expect((await problemOf(caller.call('call', { to: petrov.address, method: 'm', timeout: 0.2 }))).slug).toBe('call-timeout');
      await accept('call', 'presence');
      expect((await problemOf(caller.call('call', { to: petrov.address, method: 'm', timeout: 100 }))).slug).toBe('client-offline');
      const callee = await stage.transport.connect(there(), { token: await there().token(petrov) });
      try {
        const calling = caller.call('call', { to: petrov.address, method: 'm' });
        await callee.answerCall((await callee.next('call')).id, { result: 'across' });
        expect(await calling).toMatchObject({ result: 'across' });
      } finally {
        callee.drop();
      }
    });

    it('shows its presence where it allows that', async () => {
      await accept('presence');
      const petrov = there().person();
      const watcher = await stage.connect(stage.place.person());
      expect((await watcher.call('presence.watch', { clients: [petrov.address] })).clients).toMatchObject([{ client: petrov.address, online: false }]);
      const client = await stage.transport.connect(there(), { token: await there().token(petrov) });
      expect(await watcher.next('presence')).toMatchObject({ client: petrov.address, online: true });
      client.drop();
    });

    it('takes messages to its topics where it allows that', async () => {
      const petrov = there().person();
      const topic = there().unused('t');
      const sender = await stage.connect(stage.place.person());
      const reader = await stage.transport.connect(there(), { token: await there().token(petrov) });
      try {
        await reader.call('subscribe', { topic });
        await accept('send');
        expect((await problemOf(sender.call('send', { to: `#${topic}@${there().tenant}`, type: 'n' }))).slug).toBe('recipient-refused');
        await accept('topics');
        await sender.call('send', { to: `#${topic}@${there().tenant}`, type: 'n', data: 'across' });
        expect(await reader.next('message')).toMatchObject({ to: `#${topic}@${there().house}`, data: 'across' });
      } finally {
        reader.drop();
      }
    });
  });
}
