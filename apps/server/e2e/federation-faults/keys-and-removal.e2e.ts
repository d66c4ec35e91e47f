import { linkSeen, untilAsked } from '@vestnik/testing';
import { describe, expect, it } from 'vitest';
import { twoHouses } from '../federation/two-houses.js';
import { keysUnderLoad } from './keys-under-load.js';

it('makes new link keys under load at both ends, and takes the newest back, with nothing lost', { timeout: 120_000 }, () => keysUnderLoad(3, 120));

/** Between two pings. */
const HEARTBEAT_MS = 15_000;

describe('a link that was removed', () => {
  it.each(['the side that is dialled', 'the side that dials'] as const)(
    'ends within a heartbeat, and does not come back, when %s removes it',
    { timeout: 120_000 },
    async (by) => {
      const houses = await twoHouses();
      try {
        const { hq, branch, link } = houses;
        const accounting = await hq.createTenant('accounting', { accepts: ['*@*.branch-7'] });
        const warehouse = await branch.createTenant('warehouse', { accepts: ['*@*.hq'] });
        const ivanov = await accounting.connect('ivanov');
        const petrov = await warehouse.connect('petrov');
        await warehouse.send({ to: ['ivanov@accounting.hq'], type: 'note', data: 'before' });
        await accounting.send({ to: ['petrov@warehouse.branch-7'], type: 'note', data: 'before' });
        await Promise.all([ivanov.received(1), petrov.received(1)]);

        const [removing, other, its, theirs] =
          by === 'the side that is dialled' ? [hq, branch, link.accepting, link.inviting] : [branch, hq, link.inviting, link.accepting];
        expect((await removing.api('DELETE', `/v1/links/${its}`)).status).toBe(204);
        expect((await removing.api('GET', '/v1/links')).body).toEqual({ items: [] });
        const seen = await untilAsked(
          'the other side is told',
          async () => {
            const now = await linkSeen(other, theirs);
            return now.connected ? undefined : now;
          },
          HEARTBEAT_MS,
        );
        await removing.logged(/a link is not connected any more/, HEARTBEAT_MS);
        expect(seen.state).toBe('active');

        // Whoever still has it sends nothing through, and is not let in.
        const [from, to] = other === branch ? [warehouse, 'ivanov@accounting.hq'] : [accounting, 'petrov@warehouse.branch-7'];
        await from.send({ to: [to], type: 'note', data: 'after' });
        if (other === branch) {
          await untilAsked('it is refused', async () => /refuses the link/.test((await linkSeen(other, theirs)).lastError ?? ''), 20_000);
        }
        const [back, address] = removing === hq ? [accounting, 'petrov@warehouse.branch-7'] : [warehouse, 'ivanov@accounting.hq'];
        const answer = await back.api('POST', '/messages', { to: address, type: 'note', data: 'after' });
        expect(answer.text).toContain('installation-unknown');
        expect((await linkSeen(other, theirs)).connected).toBe(false);
        expect([...ivanov.messages, ...petrov.messages].map(({ data }) => data)).toEqual(['before', 'before']);
      } finally {
        await houses.close();
      }
    },
  );
});
