import { linkConnected, linkServers, TestServer, type TestTenant, untilAsked } from '@vestnik/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Two branches that are linked to the head office alone, which lets them through. */
describe('two installations behind a hub', () => {
  let hub: TestServer;
  let one: TestServer;
  let two: TestServer;
  let twoAtHub: string;
  let accounting: TestTenant;
  let warehouse: TestTenant;

  beforeAll(async () => {
    [hub, one, two] = await Promise.all(['hub', 'one', 'two'].map((installation) => TestServer.start({ installation })) as [never, never, never]);
    const links = [await linkServers(hub, one), await linkServers(hub, two)];
    twoAtHub = (links[1] as { accepting: string }).accepting;
    for (const { accepting } of links) expect((await hub.api('POST', `/v1/links/${accepting}/transit`, { allow: true })).status).toBe(200);
    [accounting, warehouse] = await Promise.all([
      one.createTenant('accounting', { accepts: ['*@*.two.hub'] }),
      two.createTenant('warehouse', { accepts: ['*@*.one.hub'] }),
    ]);
    await untilAsked('the one knows the way to the other', async () => {
      const answer = await accounting.api('POST', '/messages', { to: 'nobody-yet@warehouse.two.hub', type: 'try', data: 0 });
      return answer.status === 202;
    });
  });
  afterAll(() => Promise.all([one?.close(), two?.close(), hub?.close()]));

  const send = async (first: number, count: number) => {
    let id = '';
    for (let n = first; n < first + count; n++) ({ id } = await accounting.send({ to: 'petrov@warehouse.two.hub', type: 'order', data: n, receipt: true }));
    return id;
  };
  const numbers = (messages: readonly { readonly data?: unknown }[]) => messages.map(({ data }) => data);
  const range = (count: number) => Array.from({ length: count }, (_none, n) => n + 1);

  it('reach each other by a path of names, in order, while a branch and the hub are gone for a while', async () => {
    const before = await warehouse.connect('petrov', { device: 'd' });
    await send(1, 20);
    const first = await before.received(20, 20_000);
    expect(numbers(first)).toEqual(range(20));
    expect(first[0]?.from).toMatch(/@accounting\.one\.hub$/);
    await before.call('ack', { position: first.at(-1)?.position });

    await two.stop();
    await send(21, 20);
    await hub.restart('SIGKILL');
    const last = await send(41, 20);
    await two.startAgain();
    await linkConnected(hub, twoAtHub, 30_000);
    const after = await warehouse.connect('petrov', { device: 'd' });
    const rest = await after.received(40, 90_000);
    expect(numbers(rest)).toEqual(range(60).slice(20));
    await after.call('ack', { position: rest.at(-1)?.position });
    await after.end();
    await untilAsked('the receipt is home', async () => {
      const { body } = await accounting.api('GET', `/messages/${last}`);
      return (body.to as unknown as readonly { state: string }[])[0]?.state === 'acknowledged';
    });
  }, 180_000);

  it('call each other through it, and are told at once where it cannot', async () => {
    const petrov = await warehouse.connect('petrov', { device: 'd' });
    const asked = () => accounting.api('POST', '/calls', { to: 'petrov@warehouse.two.hub', method: 'stock', params: {}, timeout: 20 });
    const answer = asked();
    const { id } = await petrov.until('the call', ({ calls }) => calls[0], 20_000);
    petrov.sendText(JSON.stringify({ jsonrpc: '2.0', id, result: { left: 3 } }));
    expect((await answer).body).toMatchObject({ result: { left: 3 } });
    await petrov.end();
    await two.stop();
    const refused = await asked();
    expect(refused.status).toBe(503);
    await two.startAgain();
  }, 60_000);
});
