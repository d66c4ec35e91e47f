import { randomBytes } from 'node:crypto';
import { type Append, Fenced, type Lease, LINK_QUOTA, type LinkEntry, type LinkLog, type Mailbox, type ReceivedWork, type StateHome } from '@vestnik/core';
import { expect, it } from 'vitest';
import type { Stage, Wanted } from './stage.js';

const MUCH = { entries: 500, bytes: 1024 * 1024 };

/** What every log of links promises. A test makes links of its own. */
export function linkLogContract(stage: () => Stage): void {
  const log = (): LinkLog => stage().store.linkLog;
  let count = 0;

  /** A neighbour, whose lease is held. */
  async function neighbour(link = randomBytes(16).toString('hex')): Promise<{ remoteId: number; lease: Lease; link: string }> {
    await stage().store.links.add({
      id: link,
      name: `far-${++count}`,
      proposedName: 'far',
      state: 'active',
      rootKey: Uint8Array.from(randomBytes(32)),
      keys: '{}',
      confirmedHere: true,
      confirmedThere: true,
      words: 'one two three four five six',
      transit: false,
      quota: LINK_QUOTA,
    });
    const remote = (await stage().store.links.remotes()).find(({ installation }) => installation === link);
    const lease = await log().lease(link, 'n1', 60_000, true);
    return { remoteId: remote?.id as number, lease: lease as Lease, link };
  }

  /** Sends to recipients there. @returns the message's id */
  async function forward(from: Mailbox, remoteId: number, names: readonly string[], wanted: Wanted = {}): Promise<string> {
    const append: Append = {
      ...stage().append(from, [], wanted),
      forwards: [{ remoteId, addresses: names.map((name) => `${name}@stock.far`), wire: names.map((name) => `${name}@stock`), ttl: wanted.ttl ?? 3600 }],
    };
    const [appended] = await stage().log.append([append]);
    expect(appended?.kind).toBe('appended');
    return append.message.id;
  }

  const head = async (remoteId: number) => (await log().heads([remoteId]))[0];
  const kinds = (entries: readonly LinkEntry[] = []) => entries.map((entry) => (entry.kind === 'message' ? entry.id : entry.kind));
  const stateOf = async (from: Mailbox, id: string) => (await stage().log.outcome(from.tenantId, id))?.recipients.map(({ state }) => state);

  /** A message as it comes from there, for a client here. */
  function coming(remoteId: number, to: Mailbox, number: number, more: Partial<Append> = {}): ReceivedWork {
    const whole = stage().append(to, [to], { receipt: true });
    const sentAt = Date.now() - 5_000;
    const message = { ...whole.message, tenantId: 0, senderId: 0, from: 'petrov@stock.far', sentAt };
    return { number, append: { ...whole, message, origin: remoteId, ...more } };
  }

  const receive = (lease: Lease, remoteId: number, works: readonly ReceivedWork[], epoch = 7, after?: { epoch: number; number: number }) =>
    log().receive(lease, remoteId, { epoch, first: works[0]?.number ?? 0, last: works.at(-1)?.number ?? 0, after, works });

  it('gives numbers without a gap, and takes them as messages to be sent', async () => {
    const { sender } = await stage().pair();
    const { remoteId, lease } = await neighbour();
    expect(await head(remoteId)).toMatchObject({ last: 0, sent: 0, acknowledged: 0, bytes: 0 });
    expect(await log().take(lease, remoteId, 0, MUCH)).toBeUndefined();
    const ids = [await forward(sender, remoteId, ['petrov', 'sidorov'], { correlationId: 'c-1' }), await forward(sender, remoteId, ['petrov'])];
    expect(await stateOf(sender, ids[0] as string)).toEqual(['queued', 'queued']);
    const page = await log().take(lease, remoteId, 0, MUCH);
    expect(page).toMatchObject({ first: 1, head: { last: 2, sent: 2, acknowledged: 0, kept: 1 } });
    expect(page?.epoch).toBe(page?.head.epochs.at(-1)?.epoch);
    expect(kinds(page?.entries)).toEqual(ids);
    expect(page?.entries[0]).toMatchObject({ kind: 'message', to: ['petrov@stock', 'sidorov@stock'], data: '{"n":1}', correlationId: 'c-1', type: 'test' });
    expect(page?.entries[0]).toMatchObject({ from: expect.stringMatching(/^server@t\d+$/) });
    expect(await stateOf(sender, ids[0] as string)).toEqual(['forwarded', 'forwarded']);
    expect(kinds((await log().take(lease, remoteId, 1, MUCH))?.entries)).toEqual(ids.slice(1));
    expect(await log().take(lease, remoteId, 2, MUCH)).toBeUndefined();
  });

  it('takes no more than was asked for, but always one', async () => {
    const { sender } = await stage().pair();
    const { remoteId, lease } = await neighbour();
    for (let n = 0; n < 4; n++) await forward(sender, remoteId, ['petrov'], { data: JSON.stringify('x'.repeat(1_000)) });
    expect((await log().take(lease, remoteId, 0, { entries: 3, bytes: 1_000_000 }))?.entries).toHaveLength(3);
    expect((await log().take(lease, remoteId, 0, { entries: 3, bytes: 2_500 }))?.entries).toHaveLength(2);
    expect((await log().take(lease, remoteId, 0, { entries: 3, bytes: 1 }))?.entries).toHaveLength(1);
    expect((await head(remoteId))?.bytes).toBeGreaterThan(4_000);
  });

  it('has what was acknowledged for arrived, and never goes back', async () => {
    const { sender } = await stage().pair();
    const { remoteId, lease } = await neighbour();
    const id = await forward(sender, remoteId, ['petrov']);
    await forward(sender, remoteId, ['petrov']);
    await log().take(lease, remoteId, 0, MUCH);
    await log().acknowledge(lease, remoteId, 2);
    await log().acknowledge(lease, remoteId, 1);
    expect(await head(remoteId)).toMatchObject({ acknowledged: 2, sent: 2, bytes: 0 });
    const [recipient] = (await stage().log.outcome(sender.tenantId, id))?.recipients ?? [];
    expect(recipient).toMatchObject({ state: 'queued', arrivedAt: expect.any(Number), address: 'petrov@stock.far' });
  });

  it('ends what expired before it was sent, and nothing else', async () => {
    const { sender } = await stage().pair();
    const { remoteId, lease } = await neighbour();
    const sent = await forward(sender, remoteId, ['petrov'], { ttl: 10 });
    await log().take(lease, remoteId, 0, MUCH);
    const late = await forward(sender, remoteId, ['petrov', 'sidorov'], { ttl: 10, receipt: true });
    const long = await forward(sender, remoteId, ['petrov'], { ttl: 3600 });
    await stage().store.passTime(11_000);
    const receipts = await log().expireOutboxes(100);
    expect(receipts.filter(({ tenantId }) => tenantId === sender.tenantId)).toHaveLength(2);
    expect(await stateOf(sender, late)).toEqual(['expired', 'expired']);
    expect(await stateOf(sender, sent)).toEqual(['forwarded']);
    expect(await log().expireOutboxes(100)).toEqual([]);
    const page = await log().take(lease, remoteId, 0, MUCH);
    expect(kinds(page?.entries)).toEqual([sent, 'void', long]);
    expect(page?.entries[0]).toMatchObject({ ttl: 1 });
  });

  it('sends as nothing what expires as it is taken', async () => {
    const { sender } = await stage().pair();
    const { remoteId, lease } = await neighbour();
    const ids = [
      await forward(sender, remoteId, ['petrov']),
      await forward(sender, remoteId, ['petrov'], { ttl: 10 }),
      await forward(sender, remoteId, ['petrov']),
    ];
    await stage().store.passTime(11_000);
    const taken: string[] = [];
    for (let page = await log().take(lease, remoteId, 0, MUCH); page !== undefined; page = await log().take(lease, remoteId, taken.length, MUCH)) {
      expect(page.first).toBe(taken.length + 1);
      taken.push(...kinds(page.entries));
    }
    expect(taken).toEqual([ids[0], 'void', ids[2]]);
    expect(await stateOf(sender, ids[1] as string)).toEqual(['expired']);
  });

  it('lets what was never sent after all expire', async () => {
    const { sender } = await stage().pair();
    const { remoteId, lease } = await neighbour();
    const id = await forward(sender, remoteId, ['petrov'], { ttl: 10 });
    await log().take(lease, remoteId, 0, MUCH);
    await stage().store.passTime(11_000);
    expect(await log().expireOutboxes(100)).toEqual([]);
    expect(await stateOf(sender, id)).toEqual(['forwarded']);
    await log().unsend(lease, remoteId, 0);
    expect(await head(remoteId)).toMatchObject({ sent: 0 });
    await log().expireOutboxes(100);
    expect(await stateOf(sender, id)).toEqual(['expired']);
  });

  it('withdraws at once what was never sent, and asks for the rest', async () => {
    const { sender } = await stage().pair();
    const { remoteId, lease } = await neighbour();
    const sent = await forward(sender, remoteId, ['petrov']);
    await log().take(lease, remoteId, 0, MUCH);
    const unsent = await forward(sender, remoteId, ['petrov'], { receipt: true });
    const withdrawn = await stage().log.withdraw(sender.tenantId, sender.id, unsent);
    expect(withdrawn?.outcome.recipients).toMatchObject([{ state: 'withdrawn' }]);
    expect(await stage().receipts(sender)).toMatchObject([{ id: unsent, recipient: 'petrov@stock.far', state: 'withdrawn' }]);
    await stage().log.withdraw(sender.tenantId, sender.id, sent);
    const page = await log().take(lease, remoteId, 1, MUCH);
    expect(page?.entries).toEqual([{ kind: 'void' }, { kind: 'withdraw', id: sent }]);
  });

  it('writes what comes with the cursor, in order, and once', async () => {
    const { ivanov } = await stage().pair();
    const { remoteId, lease } = await neighbour();
    const works = [coming(remoteId, ivanov, 1), { number: 2 }, coming(remoteId, ivanov, 3)];
    const done = await receive(lease, remoteId, works);
    expect(done).toMatchObject({ kind: 'received', number: 3 });
    if (done.kind === 'hole') return;
    expect(done.entries).toHaveLength(2);
    expect(done.entries[0]).toMatchObject({ kind: 'message', message: { id: works[0]?.append?.message.id, from: 'petrov@stock.far' } });
    expect(await log().cursors(remoteId)).toEqual([{ epoch: 7, number: 3 }]);
    expect(await receive(lease, remoteId, works)).toEqual({ kind: 'received', number: 3, entries: [] });
    const more = [works[2] as ReceivedWork, coming(remoteId, ivanov, 4)];
    const again = await receive(lease, remoteId, more, 7, { epoch: 7, number: 2 });
    expect(again).toMatchObject({ kind: 'received', number: 4 });
    expect(again.kind === 'received' && again.entries).toHaveLength(1);
    expect(await stage().waitingFor(ivanov)).toHaveLength(3);
  });

  it('writes nothing past a hole, also across epochs', async () => {
    const { ivanov } = await stage().pair();
    const { remoteId, lease } = await neighbour();
    expect(await receive(lease, remoteId, [coming(remoteId, ivanov, 5)], 7, { epoch: 7, number: 4 })).toEqual({ kind: 'hole' });
    await receive(lease, remoteId, [coming(remoteId, ivanov, 1), coming(remoteId, ivanov, 2)]);
    expect(await receive(lease, remoteId, [coming(remoteId, ivanov, 4)], 7, { epoch: 7, number: 3 })).toEqual({ kind: 'hole' });
    expect(await receive(lease, remoteId, [coming(remoteId, ivanov, 4)], 8, { epoch: 7, number: 3 })).toEqual({ kind: 'hole' });
    expect(await receive(lease, remoteId, [coming(remoteId, ivanov, 3)], 8, { epoch: 7, number: 2 })).toMatchObject({ kind: 'received', number: 3 });
    // What came before is lost there.
    expect(await receive(lease, remoteId, [coming(remoteId, ivanov, 9)], 8)).toMatchObject({ kind: 'received', number: 9 });
    expect(new Set((await log().cursors(remoteId)).map(({ epoch, number }) => `${epoch} ${number}`))).toEqual(new Set(['7 2', '8 9']));
    expect(await stage().waitingFor(ivanov)).toHaveLength(4);
  });

  it('does not append a message that it has, and refuses the id of another', async () => {
    const { sender, ivanov } = await stage().pair();
    const { remoteId, lease } = await neighbour();
    const one = coming(remoteId, ivanov, 1);
    await receive(lease, remoteId, [one]);
    await receive(lease, remoteId, [{ ...one, number: 2 }], 8, { epoch: 7, number: 1 });
    const own = await stage().sendOne(sender, ivanov);
    const thief = coming(remoteId, ivanov, 3);
    const message = { ...(thief.append as Append).message, id: own.message.id };
    await receive(lease, remoteId, [{ ...thief, append: { ...(thief.append as Append), message } }], 8);
    expect(await stage().waitingFor(ivanov)).toHaveLength(2);
    expect(await log().bringHome(lease, remoteId, 100)).toBe(1);
    const page = await log().take(lease, remoteId, 0, MUCH);
    expect(page?.entries).toMatchObject([{ kind: 'states', states: [{ id: own.message.id, state: 'refused', reason: 'conflict' }] }]);
  });

  it('brings home what became of messages from there', async () => {
    const { tenant, ivanov } = await stage().pair();
    const { remoteId, lease } = await neighbour();
    const works = [coming(remoteId, ivanov, 1), coming(remoteId, ivanov, 2), coming(remoteId, ivanov, 3, { redelivered: true })];
    const done = await receive(lease, remoteId, works);
    const entries = done.kind === 'received' ? done.entries : [];
    expect(entries[2]).toMatchObject({ redelivered: true });
    expect(await log().bringHome(lease, remoteId, 100)).toBe(0);
    await stage().acknowledge(ivanov, entries[0]?.position ?? 0);
    await stage().end(entries[1] as never, 'refused', { reason: 'no such order' });
    expect(await log().bringHome(lease, remoteId, 100)).toBe(2);
    expect(await log().bringHome(lease, remoteId, 100)).toBe(0);
    const page = await log().take(lease, remoteId, 0, MUCH);
    expect(page?.entries).toMatchObject([
      {
        kind: 'states',
        states: [
          { id: works[0]?.append?.message.id, to: `ivanov@${tenant.name}`, state: 'acknowledged' },
          { id: works[1]?.append?.message.id, to: `ivanov@${tenant.name}`, state: 'refused', reason: 'no such order' },
        ],
      },
    ]);
  });

  it('takes the first final state of each recipient, tells it by a receipt, and lets acknowledged become read', async () => {
    const { sender } = await stage().pair();
    const { remoteId, lease } = await neighbour();
    const id = await forward(sender, remoteId, ['petrov', 'sidorov'], { receipt: true });
    await log().take(lease, remoteId, 0, MUCH);
    const at = (await stage().log.now()) - 1_000;
    const state = (to: string, name: StateHome['state'], reason?: string): StateHome => ({ id, to: `${to}@stock`, state: name, at, reason });
    const home = [state('petrov', 'acknowledged'), state('petrov', 'expired'), state('sidorov', 'refused', 'inbox-full'), state('nobody', 'refused')];
    const done = await receive(lease, remoteId, [{ number: 1, home }]);
    expect(done.kind === 'received' && done.entries).toHaveLength(2);
    expect((await stage().log.outcome(sender.tenantId, id))?.recipients).toMatchObject([
      { address: 'petrov@stock.far', state: 'acknowledged', at },
      { address: 'sidorov@stock.far', state: 'refused', reason: 'inbox-full' },
    ]);
    await receive(lease, remoteId, [{ number: 2, home: [state('petrov', 'read'), state('sidorov', 'read')] }], 7, { epoch: 7, number: 1 });
    expect(await stateOf(sender, id)).toEqual(['read', 'refused']);
    expect((await stage().receipts(sender)).map((receipt) => `${receipt.recipient} ${receipt.state}`)).toEqual([
      'petrov@stock.far acknowledged',
      'sidorov@stock.far refused',
      'petrov@stock.far read',
    ]);
  });

  it('tells of a state by a receipt, whatever the far clock says', async () => {
    const { sender } = await stage().pair();
    const { remoteId, lease } = await neighbour();
    const id = await forward(sender, remoteId, ['petrov'], { receipt: true });
    await log().take(lease, remoteId, 0, MUCH);
    await receive(lease, remoteId, [{ number: 1, home: [{ id, to: 'petrov@stock', state: 'acknowledged', at: 1_000 }] }]);
    expect(await stage().receipts(sender)).toMatchObject([{ id, state: 'acknowledged', at: '1970-01-01T00:00:01.000Z' }]);
  });

  it('believes no state of what was never sent there, or to somebody else', async () => {
    const { sender } = await stage().pair();
    const { remoteId, lease } = await neighbour();
    const other = await neighbour();
    const unsent = await forward(sender, remoteId, ['petrov']);
    const state: StateHome = { id: unsent, to: 'petrov@stock', state: 'acknowledged', at: 1_000 };
    await receive(lease, remoteId, [{ number: 1, home: [state] }]);
    expect(await stateOf(sender, unsent)).toEqual(['queued']);
    await log().take(lease, remoteId, 0, MUCH);
    await receive(other.lease, other.remoteId, [{ number: 1, home: [state] }]);
    expect(await stateOf(sender, unsent)).toEqual(['forwarded']);
  });

  it('withdraws what its sender takes back, unless somebody has acknowledged it or it is of somebody else', async () => {
    const { sender, ivanov } = await stage().pair();
    const { remoteId, lease } = await neighbour();
    const works = [coming(remoteId, ivanov, 1), coming(remoteId, ivanov, 2)];
    const own = await stage().sendOne(sender, ivanov);
    const done = await receive(lease, remoteId, works);
    await stage().acknowledge(ivanov, (done.kind === 'received' ? done.entries[0]?.position : 0) ?? 0);
    const ids = [...works.map(({ append }) => append?.message.id as string), own.message.id];
    await receive(
      lease,
      remoteId,
      ids.map((withdraw, n) => ({ number: 3 + n, withdraw })),
      7,
      { epoch: 7, number: 2 },
    );
    await log().bringHome(lease, remoteId, 100);
    const [entry] = (await log().take(lease, remoteId, 0, MUCH))?.entries ?? [];
    expect(entry?.kind === 'states' && entry.states.map(({ id, state }) => [id, state])).toEqual([
      [ids[0], 'acknowledged'],
      [ids[1], 'withdrawn'],
    ]);
    expect(await stateOf(sender, own.message.id)).not.toContain('withdrawn');
  });

  it('tells senders there what became of messages to a tenant that is deleted', async () => {
    const { tenant, ivanov } = await stage().pair();
    const { remoteId, lease } = await neighbour();
    const works = [1, 2].map((number) => coming(remoteId, ivanov, number));
    await receive(lease, remoteId, works);
    const [first] = await stage().waitingFor(ivanov);
    await stage().acknowledge(ivanov, first?.position as number);
    await stage().store.tenants.delete(tenant.name);
    await log().bringHome(lease, remoteId, 100);
    const [entry] = (await log().take(lease, remoteId, 0, MUCH))?.entries ?? [];
    expect(entry?.kind === 'states' && entry.states.map(({ id, to, state }) => [id, to, state])).toEqual([
      [works[0]?.append?.message.id, `ivanov@${tenant.name}`, 'acknowledged'],
      [works[1]?.append?.message.id, `ivanov@${tenant.name}`, 'refused'],
    ]);
  });

  it('tells senders there what became of messages to a client that is forgotten', async () => {
    const { tenant, ivanov } = await stage().pair();
    const { remoteId, lease } = await neighbour();
    const work = coming(remoteId, ivanov, 1);
    await receive(lease, remoteId, [work]);
    await stage().store.mailboxes.forget(tenant.id, 'ivanov');
    await log().bringHome(lease, remoteId, 100);
    const [entry] = (await log().take(lease, remoteId, 0, MUCH))?.entries ?? [];
    expect(entry).toMatchObject({ kind: 'states', states: [{ id: work.append?.message.id, to: `ivanov@${tenant.name}`, state: 'refused' }] });
  });

  it('refuses what waits when the link is removed, and goes on with its numbers when it is made anew: the other side may know them', async () => {
    const { sender, ivanov } = await stage().pair();
    const { remoteId, lease, link } = await neighbour();
    const waiting = [await forward(sender, remoteId, ['petrov']), await forward(sender, remoteId, ['petrov'])];
    await log().take(lease, remoteId, 0, { entries: 1, bytes: 1 });
    await receive(lease, remoteId, [coming(remoteId, ivanov, 1)]);
    expect(await stage().store.links.remove(link)).toBe(true);
    for (const id of waiting) expect(await stateOf(sender, id)).toEqual(['refused']);

    const again = await neighbour(link);
    expect(await head(again.remoteId)).toMatchObject({ last: 2, acknowledged: 0 });
    expect(await log().cursors(again.remoteId)).toEqual([{ epoch: 7, number: 1 }]);
    const fresh = await forward(sender, again.remoteId, ['petrov']);
    expect(kinds((await log().take(again.lease, again.remoteId, 0, MUCH))?.entries)).toEqual(['void', 'void', fresh]);
  });

  it('lets one work for a link, and fences whoever was before', async () => {
    const { sender } = await stage().pair();
    const { remoteId, lease, link } = await neighbour();
    await forward(sender, remoteId, ['petrov']);
    await log().take(lease, remoteId, 0, MUCH);
    expect(await log().lease(link, 'n2', 60_000, false)).toBeUndefined();
    expect(await log().renew(lease, 60_000)).toBe(true);
    const newer = await log().lease(link, 'n2', 60_000, true);
    expect(newer?.generation).toBeGreaterThan(lease.generation);
    expect(await log().renew(lease, 60_000)).toBe(false);
    await expect(log().take(lease, remoteId, 0, MUCH)).rejects.toBeInstanceOf(Fenced);
    await expect(log().unsend(lease, remoteId, 0)).rejects.toBeInstanceOf(Fenced);
    await expect(log().acknowledge(lease, remoteId, 1)).rejects.toBeInstanceOf(Fenced);
    await expect(log().bringHome(lease, remoteId, 1)).rejects.toBeInstanceOf(Fenced);
    await expect(receive(lease, remoteId, [{ number: 1 }])).rejects.toBeInstanceOf(Fenced);
    expect(await head(remoteId)).toMatchObject({ sent: 1, acknowledged: 0 });
    await log().report(newer as Lease, { connected: true, transport: 'websocket' });
    await log().report(lease, { connected: false });
    const status = async () => (await log().statuses()).find((one) => one.link === link);
    expect(await status()).toMatchObject({ connected: true, node: 'n2', generation: newer?.generation });
    await stage().store.passTime(61_000);
    expect((await status())?.connected).toBe(false);
    expect((await log().lease(link, 'n1', 60_000, false))?.generation).toBe((newer?.generation ?? 0) + 1);
  });
}
