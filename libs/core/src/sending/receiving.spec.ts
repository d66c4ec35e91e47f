import { beforeEach, describe, expect, it } from 'vitest';
import { acceptRule } from '../access/reach.js';
import type { LinkMessage, ReceivedWork } from '../ports/link-log.js';
import type { Remote } from '../ports/links.js';
import { TENANT_DEFAULTS, type TenantSettings } from '../ports/tenant.js';
import { MemoryHouse, type MemoryNode } from '../spec/memory-house.js';

const REMOTE: Remote = { id: 7, installation: 'a'.repeat(32), path: ['branch'], via: 'a'.repeat(32) };

let house: MemoryHouse;
let node: MemoryNode;

beforeEach(() => {
  house = new MemoryHouse();
  node = house.node();
});

const accepting = (from: string, more: Partial<TenantSettings> = {}) => house.tenant('demo', { accepts: [acceptRule(from)], ...more });

const message = (change: Partial<LinkMessage> = {}): LinkMessage => ({
  kind: 'message',
  id: house.newId(),
  from: 'ivanov@sales',
  to: ['petrov@demo'],
  type: 'hello',
  data: '{"a":1}',
  sentAt: house.clock.now(),
  ttl: 60,
  ...change,
});

async function judge(change: Partial<LinkMessage> = {}): Promise<ReceivedWork> {
  const [work] = await node.parts.receiving.judge(REMOTE, 5, [message(change)], false);
  return work as ReceivedWork;
}

const reasons = ({ states }: ReceivedWork) => states?.map(({ to, state, reason }) => [to, state, reason]);

describe('a message from another installation', () => {
  it('is of the client there, by the name that this installation gives the other, and goes to the mailbox of the one here', async () => {
    const tenant = await accepting('*@sales.branch');
    const { number, append, states } = await judge();
    expect([number, states]).toEqual([5, undefined]);
    expect(append).toMatchObject({
      origin: 7,
      message: { from: 'ivanov@sales.branch', tenantId: 0, senderId: 0, data: '{"a":1}', receipt: true },
      destinations: [{ tenantId: tenant.id, to: 'petrov@demo.hq', ttl: 60 }],
    });
  });

  it('is refused alike where nobody accepts it, where the tenant is suspended, and where there is none', async () => {
    await accepting('*@other.branch');
    await house.tenant('asleep', { accepts: [acceptRule('*@sales.branch')], suspended: true });
    const work = await judge({ to: ['petrov@demo', 'petrov@asleep', 'petrov@nowhere'] });
    expect(work.append).toBeUndefined();
    expect(reasons(work)).toEqual(['demo', 'asleep', 'nowhere'].map((tenant) => [`petrov@${tenant}`, 'refused', 'recipient-refused']));
  });

  it('is not let in by a pattern that names no installation: that fits this one alone', async () => {
    await accepting('*@sales');
    expect(reasons(await judge())).toEqual([['petrov@demo', 'refused', 'recipient-refused']]);
  });

  it('needs its own permission for topics and for everyone', async () => {
    await accepting('*@sales.branch');
    expect(reasons(await judge({ to: ['#orders@demo', '*@demo'] }))).toHaveLength(2);
    await house.tenant('open', { accepts: [{ from: '*@sales.branch', allow: ['topics', 'broadcast'] }] });
    const work = await judge({ to: ['#orders@open', '*@open'] });
    expect(work.append?.destinations.map(({ to }) => to)).toEqual(['#orders@open.hq', '*@open.hq']);
    // What becomes of it for each of many is known here only.
    expect(work.append?.message.receipt).toBe(false);
  });

  it.each([
    ['a path', { to: ['petrov@demo.hq'] }, 'address-invalid'],
    ['no tenant', { to: ['petrov'] }, 'address-invalid'],
    ['a session', { to: ['petrov@demo/7f3a'] }, 'address-invalid'],
    ['the name of the bus', { from: 'vestnik@sales' }, 'message-invalid'],
    ['a topic as its sender', { from: '#orders@sales' }, 'message-invalid'],
    ['a sender of elsewhere', { from: 'ivanov@sales.hq' }, 'message-invalid'],
    ['an id of the far future', { id: 'ffffffff-ffff-7000-8000-000000000000' }, 'message-invalid'],
    ['an id that no clock has made', { id: '00000000-0000-4000-8000-000000000000' }, 'message-invalid'],
  ])('with %s is refused', async (_what, change, reason) => {
    await accepting('*@*.branch');
    const work = await judge(change);
    expect(work.append).toBeUndefined();
    expect(reasons(work)?.map(([, , why]) => why)).toEqual([reason]);
  });

  it('is held to what the tenant allows its own senders', async () => {
    await accepting('*@sales.branch', { maxDataBytes: 1_024, ttlMax: 30 });
    expect(reasons(await judge({ data: `"${'x'.repeat(1_024)}"` }))).toEqual([['petrov@demo', 'refused', 'data-too-large']]);
    expect((await judge({ ttl: 3_600 })).append?.destinations[0]?.ttl).toBe(30);
    expect(TENANT_DEFAULTS.ttlMax).toBeGreaterThan(30);
  });

  it('replaces only what the same sender has sent under a key, and was sent no later than now', async () => {
    await accepting('*@sales.branch');
    const { append } = await judge({ collapseKey: 'total', sentAt: house.clock.now() + 3_600_000 });
    expect(append?.message.collapseKey).toBe('ivanov@sales.branch total');
    expect(append?.message).toMatchObject({ sentAt: house.clock.now() });
  });

  it('reaches a recipient that is named twice once', async () => {
    await accepting('*@sales.branch');
    expect((await judge({ to: ['petrov@demo', 'petrov@demo'] })).append?.destinations).toHaveLength(1);
  });
});

it('states, withdrawals and voids take their numbers', async () => {
  const states = [{ id: house.newId(), to: 'a@b', state: 'read' as const, at: 1 }];
  const works = await node.parts.receiving.judge(REMOTE, 3, [{ kind: 'void' }, { kind: 'states', states }, { kind: 'withdraw', id: 'x' }], false);
  expect(works).toEqual([{ number: 3 }, { number: 4, home: states }, { number: 5, withdraw: 'x' }]);
});
