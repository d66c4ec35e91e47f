import type { Presence, PresenceResult } from '@vestnik/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../access/principal.js';
import type { Scope } from '../access/scopes.js';
import type { Session } from '../delivery/session.js';
import type { Tenant, TenantSettings } from '../ports/tenant.js';
import { LinkedHouses } from '../spec/linked-houses.js';
import { type MemoryNode, type Outlet, principal } from '../spec/memory-house.js';
import { WATCH_LASTS_MS } from './foreign-presence.js';
import { LINK_LOST_AFTER_MS } from './remote-presence.js';

let houses: LinkedHouses;
let here: MemoryNode;
let there: MemoryNode;
let sales: Tenant;
let warehouse: Tenant;

const SCOPES = new Set<Scope>(['receive', 'presence']);
const who = (client: string, tenant: Tenant, more: Partial<Principal> = {}) => principal(tenant, client, { scopes: SCOPES, ...more });
const PETROV = 'petrov@warehouse.branch-7';

beforeEach(async () => {
  houses = new LinkedHouses();
  sales = await houses.hq.tenant('sales');
  warehouse = await houses.branch.tenant('warehouse', { accepts: [{ from: 'anna@sales.head', allow: ['presence'] }] });
  here = await houses.node(houses.hq);
  there = await houses.node(houses.branch);
});

async function call(session: Session, method: string, clients: readonly string[], on = here): Promise<Presence[]> {
  const params = { clients };
  const result = (await on.methods.call(session, `presence.${method}`, params, JSON.stringify(params), true)) as PresenceResult;
  await houses.settle();
  return result.clients;
}

async function accepts(rules: TenantSettings['accepts']) {
  await houses.branch.directory.update('warehouse', { settings: { accepts: rules } });
  await houses.branch.tenants.refresh();
}

const told = (outlet: Outlet) => outlet.of('presence').map(({ client, online, status }) => [client, online, status].join(' '));
const iso = () => new Date(houses.clock.now()).toISOString();

/** What crosses the line, by method. */
function countAsks() {
  const counts = new Map<string, number>();
  const [line] = houses.lines.ends('hq');
  if (line === undefined) throw new Error('there is no line');
  const { ask } = line;
  line.ask = (...asked) => {
    counts.set(asked[1], (counts.get(asked[1]) ?? 0) + 1);
    return ask.apply(line, asked);
  };
  return counts;
}

describe('presence of clients of another installation', () => {
  it('is told beside that of others, in the order asked, with when it was said', async () => {
    const since = iso();
    await there.connect(who('petrov', warehouse), { status: 'busy' });
    const { session } = await here.connect(who('anna', sales));
    await houses.clock.run(1_000);
    expect(await call(session, 'get', ['sidorov@warehouse.branch-7', 'anna', PETROV])).toEqual([
      { client: 'sidorov@warehouse.branch-7', online: false, sessions: 0, asOf: iso() },
      { client: 'anna@sales.hq', online: true, status: 'available', since, sessions: 1 },
      { client: PETROV, online: true, status: 'busy', since, sessions: 1, asOf: iso() },
    ]);
  });

  it('is refused alike by a tenant that does not allow it and one that is not there, naming which', async () => {
    await houses.branch.tenant('closed', { accepts: [{ from: '*@sales', allow: ['presence'] }] });
    const { session } = await here.connect(who('anna', sales));
    const { session: boris } = await here.connect(who('boris', sales));
    const refusals = await Promise.all([
      ...['x@closed', 'x@nowhere'].map((client) => call(session, 'get', ['anna', `${client}.branch-7`]).catch((error: unknown) => error)),
      call(boris, 'watch', ['boris', PETROV]).catch((error: unknown) => error),
    ]);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        slug: 'recipient-refused',
        detail: 'the recipient does not accept this from you',
        extra: { errors: [{ path: 'clients/1' }] },
      });
    }
    expect([here.parts.presence.watchedCount, there.parts.presence.watchedCount]).toEqual([0, 0]);
  });

  it('is not asked for where the tenant keeps its clients at home, nor where no link leads', async () => {
    await houses.hq.directory.update('sales', { settings: { clientsMay: 'installation' } });
    await houses.hq.tenants.refresh();
    const { session } = await here.connect(who('anna', sales, { kind: 'token' }));
    await expect(call(session, 'get', [PETROV])).rejects.toMatchObject({ slug: 'forbidden' });
    await expect(call(session, 'get', ['x@y.nowhere'])).rejects.toMatchObject({ slug: 'installation-unknown' });
  });

  it('is what was said last while the link is down, with its age, and unavailable where nothing was said', async () => {
    await there.connect(who('petrov', warehouse));
    const { session } = await here.connect(who('anna', sales));
    await call(session, 'get', [PETROV]);
    const asOf = iso();
    houses.cut();
    await houses.clock.run(3_600_000);
    expect(await call(session, 'get', [PETROV])).toMatchObject([{ online: true, asOf }]);
    await expect(call(session, 'get', [PETROV, 'sidorov@warehouse.branch-7'])).rejects.toMatchObject({ slug: 'unavailable', extra: { link: 'branch-7' } });
    const { session: boris } = await here.connect(who('boris', sales));
    await expect(call(boris, 'get', [PETROV])).rejects.toMatchObject({ slug: 'unavailable' });
  });

  it('is waited for no longer than 3 s', async () => {
    const { session } = await here.connect(who('anna', sales));
    houses.lines.ends('branch')[0]?.serve('presence.get', () => new Promise(() => {}));
    const asked = call(session, 'get', [PETROV]).catch((error: unknown) => error);
    await houses.clock.run(3_000);
    expect(await asked).toMatchObject({ slug: 'unavailable' });
  });

  it.each([['{}'], ['{"asOf":"2026-01-01T00:00:00Z","states":[]}'], ['{"asOf":"now","states":[null]}'], ['nothing']])(
    'is not taken from what makes no sense: %s',
    async (text) => {
      const { session } = await here.connect(who('anna', sales));
      houses.lines.ends('branch')[0]?.serve('presence.get', () => Promise.resolve(text));
      await expect(call(session, 'get', [PETROV])).rejects.toMatchObject({ slug: 'unavailable' });
    },
  );
});

describe('watching clients of another installation', () => {
  it('tells each change until unwatch, as it is told there', async () => {
    const { session, outlet } = await here.connect(who('anna', sales));
    expect(await call(session, 'watch', [PETROV])).toMatchObject([{ client: PETROV, online: false, sessions: 0 }]);
    const { session: petrov } = await there.connect(who('petrov', warehouse));
    await houses.clock.run(1_000);
    await there.methods.call(petrov, 'presence.set', { status: 'busy', text: 'x' }, '{"status":"busy","text":"x"}', true);
    await houses.clock.run(1_000);
    const busyAt = outlet.of('presence').at(-1);
    expect(busyAt).toMatchObject({ status: 'busy', text: 'x', sessions: 1, asOf: new Date(houses.clock.now() - 1_000).toISOString() });
    petrov.closed();
    await houses.clock.run(1_000);
    expect(told(outlet)).toEqual([`${PETROV} true available`, `${PETROV} true busy`, `${PETROV} false `]);
    await call(session, 'unwatch', [PETROV]);
    expect([here.parts.presence.watchedCount, there.parts.presence.watchedCount]).toEqual([0, 0]);
    await there.connect(who('petrov', warehouse));
    await houses.clock.run(1_000);
    expect(told(outlet)).toHaveLength(3);
  });

  it('ends with the session, there too', async () => {
    const { session } = await here.connect(who('anna', sales));
    await call(session, 'watch', [PETROV, 'sidorov@warehouse.branch-7']);
    session.closed();
    await houses.settle();
    expect([here.parts.presence.watchedCount, there.parts.presence.watchedCount]).toEqual([0, 0]);
  });

  it('tells a loss of the link after a while, and how things stand when it is back', async () => {
    await there.connect(who('petrov', warehouse));
    const { session, outlet } = await here.connect(who('anna', sales));
    await call(session, 'watch', [PETROV]);
    const asOf = iso();
    houses.cut();
    await houses.clock.run(LINK_LOST_AFTER_MS - 1);
    houses.mend();
    await houses.clock.run(LINK_LOST_AFTER_MS);
    expect(told(outlet)).toEqual([]);
    const lastSaid = iso();
    expect(lastSaid > asOf).toBe(true);
    houses.cut();
    await houses.clock.run(LINK_LOST_AFTER_MS);
    expect(outlet.of('presence')).toMatchObject([{ client: PETROV, online: false, sessions: 0 }]);
    houses.mend();
    await houses.clock.run(1_000);
    expect(told(outlet)).toEqual([`${PETROV} false `, `${PETROV} true available`]);
    const { session: second } = await there.connect(who('petrov', warehouse), { status: 'away' });
    await houses.clock.run(1_000);
    expect([told(outlet).at(-1), second.alive]).toEqual([`${PETROV} true away`, true]);
  });

  it('begins also while the link is down', async () => {
    await there.connect(who('petrov', warehouse));
    const { session, outlet } = await here.connect(who('anna', sales));
    houses.cut();
    expect(await call(session, 'watch', [PETROV, 'anna'])).toMatchObject([{ client: PETROV, online: false, sessions: 0 }, { online: true }]);
    houses.mend();
    await houses.settle();
    expect(told(outlet)).toEqual([`${PETROV} true available`]);
  });

  it('is asked for again each minute, and makes good what was lost', async () => {
    const { session, outlet } = await here.connect(who('anna', sales));
    await call(session, 'watch', [PETROV]);
    const counts = countAsks();
    const [line] = houses.lines.ends('branch');
    const { tell } = line ?? {};
    if (line !== undefined) line.tell = () => true;
    await there.connect(who('petrov', warehouse));
    await houses.clock.run(30_000);
    expect(told(outlet)).toEqual([]);
    if (line !== undefined && tell !== undefined) line.tell = tell;
    await houses.clock.run(30_000);
    expect([told(outlet), counts.get('presence.watch')]).toEqual([[`${PETROV} true available`], 1]);
  });

  it('is forgotten there when nobody asks again', async () => {
    const { session } = await here.connect(who('anna', sales));
    await call(session, 'watch', [PETROV]);
    expect(there.parts.presence.watchedCount).toBe(1);
    const [line] = houses.lines.ends('hq');
    if (line !== undefined) line.ask = () => new Promise(() => {});
    await houses.clock.run(WATCH_LASTS_MS + 30_000);
    expect(there.parts.presence.watchedCount).toBe(0);
  });

  it('stops when the tenant there does not allow it any more', async () => {
    const { session, outlet } = await here.connect(who('anna', sales));
    await call(session, 'watch', [PETROV]);
    await accepts([]);
    await there.connect(who('petrov', warehouse));
    await houses.clock.run(60_000);
    expect([told(outlet), here.parts.presence.watchedCount]).toEqual([[], 0]);
  });

  it('counts towards the 1,000 that a session watches', async () => {
    const { session } = await here.connect(who('anna', sales));
    const names = (count: number, of: string) => Array.from({ length: count }, (_, n) => `c${n}${of}`);
    await call(session, 'watch', names(600, ''));
    await expect(call(session, 'watch', names(401, '@warehouse.branch-7'))).rejects.toMatchObject({ slug: 'request-invalid', extra: { limit: 1_000 } });
    await call(session, 'watch', names(400, '@warehouse.branch-7'));
    await expect(call(session, 'watch', ['one-more'])).rejects.toMatchObject({ slug: 'request-invalid' });
    await call(session, 'watch', ['c0', 'c0@warehouse.branch-7']);
  });

  it('is told to sessions of other nodes than the one that holds the link', async () => {
    const other = await houses.node(houses.hq, 'n2');
    const { session, outlet } = await other.connect(who('anna', sales));
    await call(session, 'watch', [PETROV], other);
    await there.connect(who('petrov', warehouse));
    await houses.clock.run(1_000);
    expect(told(outlet)).toEqual([`${PETROV} true available`]);
  });

  it('takes no changes of what was not asked for, nor older ones', async () => {
    const { session, outlet } = await here.connect(who('anna', sales));
    await call(session, 'watch', [PETROV]);
    const remote = there.parts.remotes.byPath(['head']);
    const [line] = houses.lines.ends('branch');
    if (remote === undefined || line === undefined) throw new Error('there is no line');
    const change = (watcher: string, asOf: number, from: string, client: string) =>
      line.tell(
        remote,
        'presence.changed',
        JSON.stringify({ watcher, asOf: new Date(asOf).toISOString(), changes: [[from, client, { online: true, sessions: 9 }]] }),
      );
    const now = houses.clock.now();
    change('n1', now - 1, 'anna@sales', 'petrov@warehouse');
    change('n1', now, 'boris@sales', 'petrov@warehouse');
    change('n1', now, 'anna@sales', 'sidorov@warehouse');
    change('n7', now, 'anna@sales', 'petrov@warehouse');
    await houses.settle();
    expect(told(outlet)).toEqual([]);
    change('n1', now + 1, 'anna@sales', 'petrov@warehouse');
    await houses.settle();
    expect(outlet.of('presence')).toMatchObject([{ client: PETROV, online: true, sessions: 9 }]);
  });

  it('leaves no timer when nothing is watched any more', async () => {
    const before = houses.clock.waiting;
    const { session } = await here.connect(who('anna', sales));
    await houses.clock.run(1_000);
    const connected = houses.clock.waiting;
    await call(session, 'watch', [PETROV]);
    expect(houses.clock.waiting).toBeGreaterThan(connected);
    await call(session, 'unwatch', [PETROV]);
    expect([houses.clock.waiting, before <= connected]).toEqual([connected, true]);
  });
});
