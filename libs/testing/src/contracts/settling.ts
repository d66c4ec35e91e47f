import type { MessageEntry, OpeningRequest } from '@vestnik/core';
import { LIMITS } from '@vestnik/protocol';
import { expect, it } from 'vitest';
import { entriesOf, type Stage } from './stage.js';

export function settlingContract(stage: () => Stage): void {
  const stateOf = async (entry: MessageEntry) => (await stage().log.outcome(entry.tenantId, entry.message.id))?.recipients[0]?.state;

  it('moves cursors forward and never back', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const [first, second] = [await stage().sendOne(sender, ivanov), await stage().sendOne(sender, ivanov)];
    expect(await stage().log.openCursor(tenant.id, ivanov.id, '')).toEqual({ acknowledged: 0, delivered: 0 });
    await stage().acknowledge(ivanov, second.position);
    await stage().move({ clientId: ivanov.id, tenantId: tenant.id, device: '', acknowledged: first.position, delivered: first.position });
    expect(await stage().store.otherNode.openCursor(tenant.id, ivanov.id, '')).toEqual({ acknowledged: second.position, delivered: second.position });
  });

  it('moves the cursors of one call to the furthest that each is given', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const sent = [await stage().sendOne(sender, ivanov), await stage().sendOne(sender, ivanov), await stage().sendOne(sender, ivanov)].map(
      (entry) => entry.position,
    );
    await stage().log.openCursor(tenant.id, ivanov.id, '');
    const move = { clientId: ivanov.id, tenantId: tenant.id, device: '' };
    await stage().move({ ...move, acknowledged: sent[0] }, { ...move, acknowledged: sent[1], delivered: sent[2] }, { ...move, acknowledged: sent[0] });
    expect(await stage().log.openCursor(tenant.id, ivanov.id, '')).toEqual({ acknowledged: sent[1], delivered: sent[2] });
  });

  it('starts a new device after what any device of the client has acknowledged', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const [first, second] = [await stage().sendOne(sender, ivanov), await stage().sendOne(sender, ivanov)];
    await stage().acknowledge(ivanov, first.position, 'phone');
    await stage().acknowledge(ivanov, second.position, 'desktop');
    expect(await stage().log.openCursor(tenant.id, ivanov.id, 'tablet')).toEqual({ acknowledged: second.position, delivered: second.position });
    expect(await stage().log.openCursor(tenant.id, ivanov.id, 'phone')).toMatchObject({ acknowledged: first.position });
  });

  it('keeps a client’s devices up to the limit: those that moved last', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const entry = await stage().sendOne(sender, ivanov);
    await stage().log.openCursor(tenant.id, ivanov.id, '');
    for (let n = 0; n < LIMITS.devicesPerClient; n++) {
      await stage().store.passTime(10);
      await stage().log.openCursor(tenant.id, ivanov.id, `device ${n}`);
    }
    await stage().store.passTime(10);
    await stage().acknowledge(ivanov, entry.position, 'device 0');
    await stage().store.passTime(10);
    await stage().log.openCursor(tenant.id, ivanov.id, 'new');
    const devices = (await stage().store.mailboxes.findClient(tenant.id, 'ivanov'))?.devices.map(({ device }) => device);
    expect(devices).toHaveLength(LIMITS.devicesPerClient + 1);
    expect(devices).toEqual(expect.arrayContaining(['', 'device 0', 'new', 'device 2']));
    expect(devices).not.toContain('device 1');
    // One that was forgotten while its session went on is made anew where it has come to, and not lost.
    await stage().move({ clientId: ivanov.id, tenantId: tenant.id, device: 'device 1', acknowledged: entry.position });
    expect((await stage().store.mailboxes.findClient(tenant.id, 'ivanov'))?.devices).toContainEqual(
      expect.objectContaining({ device: 'device 1', acknowledged: entry.position, delivered: entry.position }),
    );
  });

  it('opens sessions together as it would one by one', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const everyone = await stage().everyone(tenant);
    const sent = [await stage().sendOne(sender, everyone)];
    const late = await stage().client(tenant, 'late');
    for (let n = 0; n < 6; n++) sent.push(await stage().sendOne(sender, [ivanov, late, everyone][n % 3] as typeof ivanov, { ttl: n === 5 ? 1 : undefined }));
    await stage().acknowledge(ivanov, sent[1]?.position as number, 'phone');
    await stage().end(sent[1] as MessageEntry, 'read');
    await stage().end(sent[2] as MessageEntry, 'withdrawn');
    await stage().store.passTime(2_000);
    const upTo = await stage().log.head(tenant.id);
    const request = { tenantId: tenant.id, everyoneId: everyone.id, upTo };
    const requests: OpeningRequest[] = [
      { ...request, clientId: ivanov.id, since: ivanov.since, device: 'phone' },
      { ...request, clientId: late.id, since: late.since, device: '' },
      { ...request, clientId: ivanov.id, since: ivanov.since, device: '', given: 0 },
      { ...request, clientId: ivanov.id, since: ivanov.since, device: 'new' },
    ];
    const openings = await stage().log.open(requests, 1_000);
    const alone = [];
    for (const { clientId, device, given, since } of requests) {
      const cursor = await stage().log.openCursor(tenant.id, clientId, device);
      const start = given ?? cursor.acknowledged;
      const mailboxes = [
        { id: clientId, since: 0 },
        { id: everyone.id, since },
      ];
      const ids = mailboxes.map(({ id }) => id);
      alone.push({
        ...cursor,
        start,
        missed: await stage().log.countWaiting({ tenantId: tenant.id, clientId, mailboxes, after: start, upTo }, 1_000),
        droppedTo: await stage().log.droppedUpTo(tenant.id, ids),
        outcomes: (await stage().log.outcomesSince(tenant.id, ids, start, upTo)).length > 0,
        topics: [],
      });
    }
    expect(openings).toEqual(alone);
    expect(openings.map(({ missed, outcomes }) => `${missed} ${outcomes}`)).toEqual(['2 true', '2 false', '3 false', '2 true']);
    expect((await stage().log.open(requests, 1)).map(({ missed }) => missed)).toEqual([1, 1, 1, 1]);
  });

  it('leaves no cursor behind for a client that was forgotten', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const entry = await stage().sendOne(sender, ivanov);
    await stage().store.mailboxes.forget(tenant.id, 'ivanov');
    await stage().move({ clientId: ivanov.id, tenantId: tenant.id, device: '', acknowledged: entry.position });
    expect(await stage().log.openCursor(tenant.id, ivanov.id, '')).toEqual({ acknowledged: 0, delivered: 0 });
  });

  it('sends one receipt when a message is acknowledged, by whichever devices, and one more when it is read', async () => {
    const { sender, ivanov } = await stage().pair();
    const plain = await stage().sendOne(sender, ivanov);
    const entry = await stage().sendOne(sender, ivanov, { receipt: true, correlationId: 'A-17' });
    const receipts = await stage().acknowledge(ivanov, entry.position, 'phone');
    expect(receipts).toMatchObject([
      { kind: 'message', mailboxId: sender.id, to: stage().addressOf(sender), message: { type: 'vestnik.receipt', senderId: 0 } },
    ]);
    await stage().acknowledge(ivanov, entry.position, 'desktop');
    await stage().acknowledge(ivanov, entry.position + 1, 'phone');
    const acknowledged = {
      id: entry.message.id,
      recipient: stage().addressOf(ivanov),
      state: 'acknowledged',
      at: expect.any(String),
      device: 'phone',
      correlationId: 'A-17',
    };
    expect(await stage().receipts(sender)).toEqual([acknowledged]);
    const { entries } = await stage().end(entry, 'read', { device: 'desktop' });
    expect(entries.map(({ kind }) => kind)).toEqual(['outcome', 'message']);
    await stage().end(entry, 'read');
    await stage().end(plain, 'read');
    expect(await stage().receipts(sender)).toEqual([acknowledged, { ...acknowledged, state: 'read', device: 'desktop' }]);
  });

  it.each(['read', 'refused', 'expired', 'collapsed', 'withdrawn'] as const)(
    'sends one receipt where the first word is %s, and none after it',
    async (state) => {
      const { sender, ivanov } = await stage().pair();
      const entry = await stage().sendOne(sender, ivanov, { receipt: true });
      await stage().end(entry, state, { reason: 'because' });
      await stage().acknowledge(ivanov, entry.position);
      await stage().end(entry, 'read');
      expect(await stage().receipts(sender)).toEqual([expect.objectContaining({ id: entry.message.id, state, reason: 'because' })]);
    },
  );

  it('sends receipts over the border of a tenant, to the sender’s', async () => {
    const [one, two] = [await stage().pair(), await stage().pair()];
    const entry = await stage().sendOne(one.sender, two.ivanov, { receipt: true });
    const [receipt] = await stage().acknowledge(two.ivanov, entry.position);
    expect(receipt).toMatchObject({
      tenantId: one.tenant.id,
      mailboxId: one.sender.id,
      message: { from: `vestnik@${one.tenant.name}.${stage().store.installation}` },
    });
    expect(await stage().whole(one.tenant)).toEqual([receipt]);
    expect(await stage().receipts(one.sender)).toMatchObject([{ recipient: stage().addressOf(two.ivanov), state: 'acknowledged' }]);
  });

  it('sends a receipt to nobody where the sender was forgotten', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const entry = await stage().sendOne(sender, ivanov, { receipt: true });
    await stage().store.mailboxes.forget(tenant.id, 'server');
    expect(await stage().acknowledge(ivanov, entry.position)).toEqual([]);
    expect(await stateOf(entry)).toBe('acknowledged');
  });

  it('lets the first recorded outcome win, also between two nodes', async () => {
    const { sender, ivanov } = await stage().pair();
    const entry = await stage().sendOne(sender, ivanov);
    const { log, otherNode } = stage().store;
    const both = await Promise.all([log.recordOutcomes([stage().outcome(entry, 'refused')]), otherNode.recordOutcomes([stage().outcome(entry, 'withdrawn')])]);
    expect(both[0]?.states).toEqual(both[1]?.states);
    expect(both.flatMap(({ entries }) => entries)).toHaveLength(1);
    expect(await stateOf(entry)).toBe(both[0]?.states[0]);
    const again = await stage().log.recordOutcomes([stage().outcome(entry, 'read'), stage().outcome(entry, 'expired')]);
    expect(again).toEqual({ states: [both[0]?.states[0], both[0]?.states[0]], entries: [] });
  });

  it('counts what a cursor covers as acknowledged already; only read comes after it', async () => {
    const { sender, ivanov } = await stage().pair();
    const entry = await stage().sendOne(sender, ivanov);
    await stage().acknowledge(ivanov, entry.position, 'phone');
    expect(await stage().end(entry, 'withdrawn')).toEqual({ states: ['acknowledged'], entries: [] });
    expect(await stage().end(entry, 'refused')).toEqual({ states: ['acknowledged'], entries: [] });
    expect(await stateOf(entry)).toBe('acknowledged');
    expect((await stage().end(entry, 'read')).states).toEqual(['read']);
    expect(await stateOf(entry)).toBe('read');
  });

  it('does not let an acknowledgement change what has ended', async () => {
    const { sender, ivanov } = await stage().pair();
    const entry = await stage().sendOne(sender, ivanov);
    await stage().end(entry, 'refused', { reason: 'no room' });
    await stage().acknowledge(ivanov, entry.position);
    expect((await stage().log.outcome(ivanov.tenantId, entry.message.id))?.recipients).toMatchObject([{ state: 'refused', reason: 'no room' }]);
  });

  it('lets an outcome for everyone stand against a later one of a client, unless that had acknowledged before', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const [petrov, everyone] = [await stage().client(tenant, 'petrov'), await stage().everyone(tenant)];
    const entry = await stage().sendOne(sender, everyone);
    await stage().acknowledge(petrov, entry.position);
    await stage().store.passTime(5);
    await stage().end(entry, 'withdrawn');
    await stage().store.passTime(5);
    expect((await stage().end(entry, 'read', { mailboxId: ivanov.id })).states).toEqual(['withdrawn']);
    expect((await stage().end(entry, 'read', { mailboxId: petrov.id })).states).toEqual(['read']);
    expect((await stage().log.outcome(tenant.id, entry.message.id))?.counts).toEqual({ withdrawn: 2, read: 1 });
  });

  it('tells of each device how far it has come with a message, and when', async () => {
    const { sender, ivanov } = await stage().pair();
    const entry = await stage().sendOne(sender, ivanov);
    const recipients = async () => (await stage().log.outcome(ivanov.tenantId, entry.message.id))?.recipients;
    const place = { tenantId: ivanov.tenantId, mailboxId: ivanov.id, position: entry.position, address: stage().addressOf(ivanov) };
    expect(await recipients()).toEqual([{ ...place, state: 'queued', at: entry.at, queuedAt: entry.at, devices: [] }]);
    await stage().log.openCursor(ivanov.tenantId, ivanov.id, 'desktop');
    await stage().move({ clientId: ivanov.id, tenantId: ivanov.tenantId, device: 'desktop', delivered: entry.position });
    expect(await recipients()).toMatchObject([{ ...place, state: 'delivered', at: expect.any(Number), devices: [{ device: 'desktop', state: 'delivered' }] }]);
    await stage().acknowledge(ivanov, entry.position, 'phone');
    const [told] = (await recipients()) ?? [];
    expect(told).toMatchObject({ state: 'acknowledged', at: told?.devices[1]?.at });
    expect(told?.devices).toEqual([
      { device: 'desktop', state: 'delivered', at: expect.any(Number), attempts: 1 },
      { device: 'phone', state: 'acknowledged', at: expect.any(Number), attempts: 1 },
    ]);
  });

  it('counts the clients of a message to everyone by state, and names them by pages', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const everyone = await stage().everyone(tenant);
    const [anna, boris] = [await stage().client(tenant, 'Анна'), await stage().client(tenant, 'Борис')];
    const [shared] = (await stage().send(sender, [everyone, ivanov])) as [MessageEntry];
    await stage().client(tenant, 'came later');
    await stage().acknowledge(ivanov, shared.position);
    await stage().end(shared, 'read', { mailboxId: anna.id });
    await stage().log.openCursor(tenant.id, boris.id, '');
    await stage().move({ clientId: boris.id, tenantId: tenant.id, device: '', delivered: shared.position });
    const whole = await stage().log.outcome(tenant.id, shared.message.id);
    expect(whole?.counts).toEqual({ acknowledged: 1, read: 1, delivered: 1, queued: 1 });
    expect(whole?.recipients.map(({ address }) => address)).toEqual([stage().addressOf(everyone), stage().addressOf(ivanov)]);

    const named: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await stage().log.recipients(tenant.id, shared.message.id, { limit: 2, cursor });
      named.push(...(page?.items.map(({ address, state }) => `${address.split('@')[0]} ${state}`) ?? []));
      expect(page?.items.length).toBeLessThanOrEqual(2);
      cursor = page?.next;
    } while (cursor !== undefined);
    expect(named.sort()).toEqual(['ivanov queued', 'ivanov acknowledged', 'server queued', 'Анна read', 'Борис delivered'].sort());
  });

  it('shows a foreign tenant its own recipients only, and a stranger nothing', async () => {
    const [one, two, three] = [await stage().pair(), await stage().pair(), await stage().pair()];
    const append = { ...stage().append(one.sender, [one.ivanov, two.ivanov]), refused: '[{"address":"x"}]' };
    await stage().log.append([append]);
    const { id } = append.message;
    expect((await stage().log.outcome(one.tenant.id, id))?.recipients.map(({ address }) => address)).toEqual(
      [one.ivanov, two.ivanov].map((to) => stage().addressOf(to)),
    );
    expect((await stage().log.outcome(one.tenant.id, id))?.refused).toBe('[{"address":"x"}]');
    const foreign = await stage().log.outcome(two.tenant.id, id);
    expect(foreign?.recipients.map(({ address }) => address)).toEqual([stage().addressOf(two.ivanov)]);
    expect(foreign?.refused).toBeUndefined();
    expect(await stage().log.outcome(three.tenant.id, id)).toBeUndefined();
    expect(await stage().log.recipients(three.tenant.id, id, { limit: 10 })).toBeUndefined();
    expect(await stage().log.outcome(one.tenant.id, stage().newId())).toBeUndefined();
  });

  it('withdraws from all that have not acknowledged it, for its sender only', async () => {
    const [one, two] = [await stage().pair(), await stage().pair()];
    const petrov = await stage().client(one.tenant, 'petrov');
    const append = stage().append(one.sender, [one.ivanov, petrov, two.ivanov], { receipt: true });
    const [appended] = await stage().log.append([append]);
    const [first] = entriesOf(appended as NonNullable<typeof appended>);
    await stage().acknowledge(one.ivanov, first?.position as number);
    const { id } = append.message;
    expect(await stage().log.withdraw(one.tenant.id, petrov.id, id)).toBeUndefined();
    expect(await stage().log.withdraw(two.tenant.id, undefined, id)).toBeUndefined();
    const done = await stage().log.withdraw(one.tenant.id, one.sender.id, id);
    expect(done?.outcome.recipients.map(({ state }) => state)).toEqual(['acknowledged', 'withdrawn', 'withdrawn']);
    expect(done?.entries.map(({ kind }) => kind)).toEqual(['outcome', 'message', 'outcome', 'message']);
    expect((await stage().log.withdraw(one.tenant.id, undefined, id))?.entries).toEqual([]);
    expect((await stage().receipts(one.sender)).map(({ state }) => state)).toEqual(['acknowledged', 'withdrawn', 'withdrawn']);
  });

  it('withdraws from everyone', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const everyone = await stage().everyone(tenant);
    const entry = await stage().sendOne(sender, everyone);
    const done = await stage().log.withdraw(tenant.id, sender.id, entry.message.id);
    expect(done?.entries).toMatchObject([{ kind: 'outcome', state: 'withdrawn', mailboxId: everyone.id }]);
    expect(done?.outcome.counts).toEqual({ withdrawn: 2 });
    expect((await stage().waitingFor(ivanov, [everyone])).map(({ kind }) => kind)).toEqual(['outcome']);
  });
}
