import { beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../access/principal.js';
import type { Tenant } from '../ports/tenant.js';
import { MemoryHouse, type MemoryNode, message, principal } from '../spec/memory-house.js';
import { OrderedSends } from './ordered-sends.js';

let house: MemoryHouse;
let node: MemoryNode;
let sales: Tenant;
let accounting: Tenant;
let server: Principal;
let ivanov: Principal;

beforeEach(async () => {
  house = new MemoryHouse();
  house.base.beginEpoch(1);
  sales = await house.tenant('sales');
  accounting = await house.tenant('accounting', { accepts: [{ from: 'server@sales', allow: ['send'] }] });
  node = house.node();
  await node.delivery.readEpochs();
  server = principal(sales, 'server');
  ivanov = principal(accounting, 'ivanov', { kind: 'token' });
});

/** The slug of what a send is refused with. */
async function refusal(who: Principal, fields: object): Promise<string> {
  try {
    await node.send(who, fields);
    return 'taken';
  } catch (error) {
    return (error as { slug?: string }).slug ?? String(error);
  }
}

describe('a durable message', () => {
  it('is answered with whole addresses, who was known, and how many sessions each has', async () => {
    await node.connect(principal(sales, 'ivanov'));
    expect(await node.send(server, { to: ['ivanov', 'petrov@sales', 'Новый@sales.hq'] })).toEqual({
      id: expect.any(String),
      to: [
        { address: 'ivanov@sales.hq', state: 'queued', sessions: 1, known: true },
        { address: 'petrov@sales.hq', state: 'queued', sessions: 0, known: false },
        { address: 'Новый@sales.hq', state: 'queued', sessions: 0, known: false },
      ],
    });
  });

  it('reaches the sessions of its recipient, and of everyone by *', async () => {
    const [one, two] = [await node.connect(principal(sales, 'a')), await node.connect(principal(sales, 'b'))];
    const foreign = await node.connect(ivanov);
    await node.send(server, { to: 'a', data: 1 });
    await node.send(server, { to: '*', data: 2 });
    expect([one.outlet.data, two.outlet.data, foreign.outlet.data]).toEqual([[1, 2], [2], []]);
  });

  it('to everyone is not for who comes later', async () => {
    await node.send(server, { to: '*', data: 1 });
    expect((await node.connect(principal(sales, 'late'))).outlet.data).toEqual([]);
  });

  it('comes once to a client that two addresses reach', async () => {
    const { outlet } = await node.connect(principal(sales, 'a'));
    await node.send(server, { to: ['a', 'a@sales', 'a@sales.hq'], data: 1 });
    expect(outlet.data).toEqual([1]);
  });

  it('needs the scope send, and * the scope broadcast', async () => {
    expect(await refusal(principal(sales, 'a', { scopes: new Set(['receive']) }), { to: 'b' })).toBe('scope-missing');
    expect(await refusal(principal(sales, 'a', { scopes: new Set(['send']) }), { to: '*' })).toBe('scope-missing');
  });

  it('is measured in bytes, not in characters', async () => {
    await house.tenant('small', { maxDataBytes: 100 });
    const small = principal(house.tenants.get('small') as Tenant, 'server');
    expect(await refusal(small, { to: 'a', data: 'x'.repeat(98) })).toBe('taken');
    expect(await refusal(small, { to: 'a', data: 'x'.repeat(99) })).toBe('data-too-large');
    expect(await refusal(small, { to: 'a', data: 'ж'.repeat(49) })).toBe('taken');
    expect(await refusal(small, { to: 'a', data: 'ж'.repeat(50) })).toBe('data-too-large');
  });

  it('keeps to the tenant’s longest ttl, and waits a year at most', async () => {
    const short = principal(await house.tenant('short', { ttlMax: 60 }), 'server');
    expect(await refusal(short, { to: 'a', ttl: 61 })).toBe('message-invalid');
    expect(await refusal(short, { to: 'a', ttl: 60 })).toBe('taken');
    expect(await refusal(server, { to: 'a', deliverAt: new Date(house.clock.now() + 370 * 24 * 3_600_000).toISOString() })).toBe('message-invalid');
  });

  it('to a single session is transient, and may not be mixed with one to clients', async () => {
    const { session, outlet } = await node.connect(principal(sales, 'a'));
    await node.connect(principal(sales, 'a'));
    await node.send(server, { to: `a/${session.session}`, data: 1 });
    expect(outlet.of('message')[0]).not.toHaveProperty('position');
    expect(await refusal(server, { to: ['b', `a/${session.session}`] })).toBe('message-invalid');
    expect(await refusal(server, { to: 'a/nobody' })).toBe('client-offline');
    expect(await refusal(server, { to: 'nobody/x' })).toBe('client-offline');
  });

  it('to nobody that takes it is refused with the first problem; to some, the others are told of in the answer', async () => {
    expect(await refusal(server, { to: ['x@nowhere', 'y@sales.far'] })).toBe('recipient-refused');
    expect(await refusal(server, { to: ['y@sales.far', 'x@nowhere'] })).toBe('installation-unknown');
    const { to } = await node.send(server, { to: ['a', 'x@nowhere'] });
    expect(to).toMatchObject([{ state: 'queued' }, { state: 'refused', error: { type: 'recipient-refused' } }]);
  });

  it('to an unknown client is refused where the tenant takes no unknown ones', async () => {
    const strict = principal(await house.tenant('strict', { unknownClients: 'refuse' }), 'server');
    expect(await refusal(strict, { to: 'a' })).toBe('client-unknown');
    await node.connect(principal(strict.tenant, 'a'));
    expect(await refusal(strict, { to: 'a' })).toBe('taken');
  });

  it('that waits for its time enters the log when it is due', async () => {
    const { outlet } = await node.connect(principal(sales, 'a'));
    const { to } = await node.send(server, { to: 'a', data: 1, deliverAt: new Date(house.clock.now() + 60_000).toISOString() });
    expect(to[0]?.state).toBe('scheduled');
    await node.scheduled.enterDue();
    expect(outlet.data).toEqual([]);
    await house.clock.run(60_000);
    await node.scheduled.enterDue();
    await house.settle();
    expect(outlet.data).toEqual([1]);
  });
});

describe('a transient message', () => {
  it('goes to the sessions that are there, and is refused where there is none', async () => {
    const { outlet } = await node.connect(principal(sales, 'a'));
    expect(await node.send(server, { to: ['a', 'b'], data: 1, durable: false })).toMatchObject({
      to: [
        { state: 'delivered', sessions: 1 },
        { state: 'refused', error: { type: 'client-offline' } },
      ],
    });
    expect(outlet.data).toEqual([1]);
    expect(await refusal(server, { to: 'b', durable: false })).toBe('client-offline');
  });

  it('to everyone is taken though nobody is there', async () => {
    expect(await refusal(server, { to: '*', durable: false })).toBe('taken');
  });

  it('leaves nothing in the log', async () => {
    await node.connect(principal(sales, 'a'));
    await node.send(server, { to: 'a', durable: false });
    expect(await house.messageLog.head(sales.id)).toBe(0);
  });

  it('reaches sessions on other nodes', async () => {
    const other = house.node('n2');
    await other.delivery.readEpochs();
    const { outlet } = await other.connect(principal(sales, 'a'));
    await house.clock.run(100);
    await node.send(server, { to: 'a', data: 1, durable: false });
    expect(outlet.data).toEqual([1]);
  });

  it('is dropped for a socket that is choked', async () => {
    const { outlet } = await node.connect(principal(sales, 'a'));
    outlet.choked = true;
    await node.send(server, { to: 'a', data: 1, durable: false });
    expect(outlet.data).toEqual([]);
  });
});

describe('another tenant', () => {
  const whole = async (who: Principal, fields: object) => {
    try {
      return await node.send(who, fields);
    } catch (error) {
      const { slug, detail, extra } = error as { slug: string; detail: string; extra: object };
      return { slug, detail, extra };
    }
  };

  it('that accepts nobody is not told from one that there is not, nor from one that is suspended', async () => {
    await house.tenant('closed');
    await house.tenant('suspended', { suspended: true, accepts: [{ from: '*@sales', allow: ['send'] }] });
    for (const fields of [{}, { durable: false }, { deliverAt: new Date(house.clock.now() + 60_000).toISOString() }]) {
      const answers = await Promise.all(['closed', 'nowhere', 'suspended'].map((tenant) => whole(server, { to: `a@${tenant}`, ...fields })));
      expect(answers[0]).toMatchObject({ slug: 'recipient-refused' });
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
    }
  });

  it('tells an accepted sender nothing of presence unless its rule says so', async () => {
    await node.connect(ivanov);
    for (const to of ['ivanov@accounting', 'nobody@accounting']) {
      for (const durable of [true, false]) {
        const { to: answers } = await node.send(server, { to, durable });
        expect(answers).toEqual([{ address: `${to}.hq`, state: durable ? 'queued' : 'delivered' }]);
      }
    }
  });

  it('accepts whom its rules name, and nobody else', async () => {
    const { outlet } = await node.connect(ivanov);
    await node.send(server, { to: 'ivanov@accounting', data: 1 });
    expect(await refusal(principal(sales, 'intruder'), { to: 'ivanov@accounting' })).toBe('recipient-refused');
    expect(await refusal(server, { to: '*@accounting' })).toBe('recipient-refused');
    expect(outlet.of('message')).toMatchObject([{ data: 1, from: 'server@sales.hq', to: 'ivanov@accounting.hq' }]);
  });

  it('is out of reach for clients whose tenant keeps them in', async () => {
    const kept = await house.tenant('kept', { clientsMay: 'tenant' });
    expect(await refusal(principal(kept, 'a', { kind: 'token' }), { to: 'ivanov@accounting' })).toBe('forbidden');
    expect(await refusal(principal(kept, 'a', { kind: 'token' }), { to: 'b' })).toBe('taken');
  });

  it('takes nothing under the bus’s own names', async () => {
    expect(await refusal(server, { to: 'vestnik-webhook' })).toBe('client-unknown');
    expect(await refusal(server, { to: 'vestnik@accounting' })).toBe('recipient-refused');
  });
});

describe('a key', () => {
  it('used again for the same message answers as the first time and sends nothing', async () => {
    const { outlet } = await node.connect(principal(sales, 'a'));
    const first = await node.send(server, { to: 'a', key: 'k', data: 1 });
    const second = await node.send(server, { to: 'a', key: 'k', data: 1 });
    expect(second).toEqual({ ...first, duplicate: true });
    expect(outlet.data).toEqual([1]);
  });

  it('used for another message is a mismatch', async () => {
    await node.send(server, { to: 'a', key: 'k', data: 1 });
    expect(await refusal(server, { to: 'a', key: 'k', data: 2 })).toBe('idempotency-mismatch');
    expect(await refusal(server, { to: 'b', key: 'k', data: 1 })).toBe('idempotency-mismatch');
  });

  it('whose first message is under way is a conflict, or a mismatch at once', async () => {
    const who = { to: 'a', key: 'k' };
    await node.send(server, { to: 'a' });
    const first = node.sending.send(server, message({ ...who, data: 1 }));
    await expect(async () => node.sending.send(server, message({ ...who, data: 1 }))).rejects.toMatchObject({ slug: 'conflict' });
    await expect(async () => node.sending.send(server, message({ ...who, data: 2 }))).rejects.toMatchObject({ slug: 'idempotency-mismatch' });
    await expect(first).resolves.toMatchObject({ to: [{ state: 'queued' }] });
  });

  it('is each sender’s own', async () => {
    await node.send(server, { to: 'a', key: 'k', data: 1 });
    expect(await refusal(principal(sales, 'another'), { to: 'a', key: 'k', data: 2 })).toBe('taken');
  });

  it('is not used up by a send that was not accepted', async () => {
    house.gate = (operation) => {
      if (operation === 'append') throw Object.assign(new Error('away'), { slug: 'away' });
    };
    expect(await refusal(server, { to: 'a', key: 'k', data: 1 })).toBe('away');
    house.gate = undefined;
    expect(await refusal(server, { to: 'a', key: 'k', data: 2 })).toBe('taken');
  });
});

describe('sends of one connection', () => {
  it('are accepted in the order sent, though the first has to make its recipient known', async () => {
    await node.send(server, { to: 'known' });
    const sends = new OrderedSends();
    const release: (() => void)[] = [];
    house.gate = (operation) => (operation === 'ensure' ? new Promise<void>((resolve) => release.push(resolve)) : undefined);
    const order: unknown[] = [];
    const answers = ['unknown', 'known', 'other', 'known'].map(async (to, data) => {
      await sends.send(node.sending, server, message({ to, data }));
      order.push(data);
    });
    for (let round = 0; round < 5; round++) {
      await house.settle();
      for (const go of release.splice(0)) go();
    }
    await Promise.all(answers);
    expect(order).toEqual([0, 1, 2, 3]);
  });

  it('go on after one that was refused', async () => {
    const sends = new OrderedSends();
    const first = sends.send(node.sending, principal(sales, 'new'), message({ to: 'x@nowhere' }));
    const second = sends.send(node.sending, principal(sales, 'new'), message({ to: 'a' }));
    await expect(first).rejects.toMatchObject({ slug: 'recipient-refused' });
    await expect(second).resolves.toMatchObject({ to: [{ state: 'queued' }] });
  });

  it('that need nothing asked share a commit', async () => {
    await node.send(server, { to: 'known' });
    let commits = 0;
    house.gate = (operation) => {
      if (operation === 'append') commits++;
    };
    const sends = new OrderedSends();
    await Promise.all(Array.from({ length: 50 }, () => sends.send(node.sending, server, message({ to: 'known' }))));
    expect(commits).toBe(1);
  });
});
