import { linkSeen } from '@vestnik/testing';
import { expect, it } from 'vitest';
import { cut, mend, twoHouses } from '../federation/two-houses.js';

/** Of a network for documentation (RFC 5737): as an address behind a NAT, it leads nowhere. */
const NOWHERE = 'http://192.0.2.1:7070';

it('connects two of which one cannot be dialled where it says it can, and again after a cut', { timeout: 90_000 }, async () => {
  const houses = await twoHouses({ branch: { environment: { VESTNIK_PUBLIC_URL: NOWHERE } } });
  try {
    const { hq, branch, link } = houses;
    expect(await linkSeen(hq, link.accepting)).toMatchObject({ url: NOWHERE, dialledBy: 'them' });
    const accounting = await hq.createTenant('accounting', { accepts: ['*@*.branch-7'] });
    const warehouse = await branch.createTenant('warehouse', { accepts: ['*@*.hq'] });
    const ivanov = await accounting.connect('ivanov');
    const petrov = await warehouse.connect('petrov');
    for (const word of ['first', 'second']) {
      if (word === 'second') {
        await cut(houses);
        // The one that cannot reach the other tries, in vain; that keeps nobody from coming in.
        await mend(houses);
      }
      await accounting.send({ to: ['petrov@warehouse.branch-7'], type: 'note', data: word });
      await warehouse.send({ to: ['ivanov@accounting.hq'], type: 'note', data: word });
      await Promise.all([petrov, ivanov].map((socket) => socket.until(word, ({ messages }) => messages.some(({ data }) => data === word), 30_000)));
    }
    expect(await linkSeen(hq, link.accepting)).toMatchObject({ connected: true, dialledBy: 'them' });
    expect([ivanov, petrov].map(({ messages }) => messages.map(({ data }) => data))).toEqual([
      ['first', 'second'],
      ['first', 'second'],
    ]);
  } finally {
    await houses.close();
  }
});
