import { TestServer } from '@vestnik/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { surviveLinks } from '../federation/run-links.js';
import { type TwoHouses, twoHouses } from '../federation/two-houses.js';
import { moveTo, takesOver } from './nodes.js';

it('goes over to the other node when the one that holds the link is killed, with nothing lost or doubled', { timeout: 120_000 }, async () => {
  await surviveLinks({
    messages: 200,
    everyMs: 40,
    meanwhile: async (run) => {
      const { hq, proxy, link, handedOver } = run;
      const second = await TestServer.join(hq);
      try {
        // Whoever is dialled takes the link over from the node that holds it.
        await moveTo(run, second);
        await handedOver(40);
        const since = hq.log.length;
        await second.kill();
        proxy.redirect(hq.port);
        await takesOver(hq, link.accepting, hq, since);
        await handedOver(40);
      } finally {
        await second.close();
      }
    },
  });
});

describe('a node that does not hold the link', () => {
  let houses: TwoHouses;
  let second: TestServer;
  beforeAll(async () => {
    houses = await twoHouses();
    second = await TestServer.join(houses.hq);
    await moveTo(houses, second);
  });
  afterAll(async () => {
    await second?.close();
    await houses?.close();
  });

  it('sends, calls and asks who is there through the one that does', async () => {
    const { hq, branch } = houses;
    const accounting = await hq.createTenant('accounting', { accepts: [{ from: '*@*.branch-7', allow: ['send', 'call', 'presence'] }] });
    const warehouse = await branch.createTenant('warehouse', { accepts: [{ from: '*@*.hq', allow: ['send', 'call', 'presence'] }] });
    const ivanov = await accounting.connect('ivanov');
    const petrov = await warehouse.connect('petrov');

    await ivanov.call('send', { to: 'petrov@warehouse.branch-7', type: 'note', data: 'there' });
    expect((await petrov.received(1))[0]).toMatchObject({ from: 'ivanov@accounting.hq', data: 'there' });
    await warehouse.send({ to: ['ivanov@accounting.hq'], type: 'note', data: 'back' });
    await ivanov.until('the answer', ({ messages }) => messages.some(({ data }) => data === 'back'));

    const answered = ivanov.call('call', { to: 'petrov@warehouse.branch-7', method: 'sum', params: { a: 1 } });
    const call = await petrov.until('the call', ({ calls }) => calls[0]);
    expect(call.params).toMatchObject({ from: 'ivanov@accounting.hq', method: 'sum', params: { a: 1 } });
    petrov.sendText(`{"jsonrpc":"2.0","id":"${call.id}","result":{"n":2}}`);
    expect(await answered).toMatchObject({ result: { n: 2 } });

    // The other way: what comes in at the second node is for a session of the first.
    const home = petrov.call('call', { to: 'ivanov@accounting.hq', method: 'less', params: { a: 1 } });
    const asked = await ivanov.until('the call', ({ calls }) => calls[0]);
    ivanov.sendText(`{"jsonrpc":"2.0","id":"${asked.id}","result":{"n":0}}`);
    expect(await home).toMatchObject({ result: { n: 0 } });

    const presence = await ivanov.call('presence.get', { clients: ['petrov@warehouse.branch-7'] });
    expect(JSON.stringify(presence)).toMatch(/petrov@warehouse\.branch-7.*online/);
    // It was the second node all the time.
    expect(second.log).not.toContain('a link is not connected any more');
  });
});
