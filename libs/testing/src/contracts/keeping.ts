import type { Append, LogEntry, Tenant } from '@vestnik/core';
import { expect, it } from 'vitest';
import { entriesOf, type Stage } from './stage.js';

const DAY_MS = 24 * 3600 * 1000;

export function keepingContract(stage: () => Stage): void {
  /** As the sweep of every second does. */
  async function expire(tenant: Tenant, limit = 100): Promise<LogEntry[]> {
    const entries: LogEntry[] = [];
    for (let more = true; more; ) {
      const page = await stage().log.expireDue(limit);
      entries.push(...page.entries);
      more = page.more;
    }
    return entries.filter((entry) => entry.tenantId === tenant.id);
  }

  it('keeps a scheduled message outside the log until it is due', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const append = await stage().appendWaiting(sender, [ivanov], 60_000, { ttl: 100 });
    expect(await stage().log.append([append])).toEqual([{ kind: 'appended', entries: [] }]);
    const { id } = append.message;
    expect(await stage().whole(tenant)).toEqual([]);
    expect(await stage().log.countScheduled(tenant.id, 10)).toBe(1);
    expect(await stage().log.outcome(tenant.id, id)).toMatchObject({
      deliverAt: append.waiting?.dueAt,
      recipients: [{ address: stage().addressOf(ivanov), state: 'scheduled' }],
    });
    const before = await stage().log.due(100);
    expect(before.sends.map(({ message }) => message.id)).not.toContain(id);
    expect(before.nextDueAt).toBeLessThanOrEqual(append.waiting?.dueAt as number);

    await stage().store.passTime(61_000);
    const send = (await stage().log.due(100)).sends.find(({ message }) => message.id === id);
    expect(send).toMatchObject({ to: [stage().addressOf(ivanov)], ttl: 100, message: { data: append.message.data } });
  });

  it('lets a scheduled message enter the log once, whichever node tries, and read as it was accepted', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const append = await stage().appendWaiting(sender, [ivanov], 1_000, { receipt: true, collapseKey: 'c' });
    await stage().log.append([append]);
    await stage().store.passTime(2_000);
    const send = (await stage().log.due(1_000)).sends.find(({ message }) => message.id === append.message.id);
    const entering: Append = { ...stage().append(sender, [ivanov]), message: send?.message as Append['message'], entering: true };
    const answers = await Promise.all([stage().log.append([entering]), stage().store.otherNode.append([entering])]);
    expect(answers.map(([answer]) => answer?.kind).sort()).toEqual(['appended', 'gone']);
    const entries = answers.flatMap(([answer]) => (answer?.kind === 'appended' ? answer.entries : []));
    expect(entries).toHaveLength(1);
    expect(await stage().whole(tenant)).toEqual(entries);
    expect(await stage().log.countScheduled(tenant.id, 10)).toBe(0);
    expect((await stage().log.outcome(tenant.id, append.message.id))?.recipients).toMatchObject([{ state: 'queued' }]);
  });

  it('keeps what was refused when a scheduled message was due', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const append = await stage().appendWaiting(sender, [ivanov], 1_000);
    await stage().log.append([append]);
    await stage().store.passTime(2_000);
    const refused = '[{"address":"ivanov","state":"refused"}]';
    expect(await stage().log.append([{ ...append, waiting: undefined, entering: true, refused }])).toEqual([{ kind: 'appended', entries: [] }]);
    expect(await stage().log.outcome(tenant.id, append.message.id)).toMatchObject({ refused, recipients: [] });
    expect((await stage().log.due(1_000)).sends.map(({ message }) => message.id)).not.toContain(append.message.id);
  });

  it('withdraws a scheduled message, which then never enters, and still tells what became of it', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const append = await stage().appendWaiting(sender, [ivanov], 1_000);
    await stage().log.append([append]);
    const { id } = append.message;
    const withdrawn = [{ address: stage().addressOf(ivanov), state: 'withdrawn' }];
    expect(await stage().log.withdraw(tenant.id, sender.id, id)).toMatchObject({ outcome: { recipients: withdrawn }, entries: [] });
    await stage().store.passTime(2_000);
    const entering: Append = { ...stage().append(sender, [ivanov]), message: append.message, entering: true };
    expect(await stage().log.append([entering])).toEqual([{ kind: 'gone' }]);
    expect(await stage().log.outcome(tenant.id, id)).toMatchObject({ recipients: withdrawn });
    expect(await stage().whole(tenant)).toEqual([]);
  });

  it('counts the scheduled messages of a tenant up to a limit', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    for (let n = 0; n < 3; n++) await stage().log.append([await stage().appendWaiting(sender, [ivanov], DAY_MS * 400)]);
    expect(await stage().log.countScheduled(tenant.id, 2)).toBe(2);
    expect(await stage().log.countScheduled(tenant.id, 10)).toBe(3);
  });

  it('writes expired for what has a ttl of its own, once, and not for what was acknowledged or has ended', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const acknowledged = await stage().sendOne(sender, ivanov, { ttl: 5 });
    await stage().acknowledge(ivanov, acknowledged.position);
    const ended = await stage().sendOne(sender, ivanov, { ttl: 5 });
    await stage().end(ended, 'read');
    const lost = await stage().sendOne(sender, ivanov, { ttl: 5, receipt: true });
    const lasting = await stage().sendOne(sender, ivanov, { ttl: 500 });
    await stage().store.passTime(6_000);
    const entries = await expire(tenant);
    expect(entries).toMatchObject([
      { kind: 'outcome', state: 'expired', target: lost.position },
      { kind: 'message', message: { type: 'vestnik.receipt' } },
    ]);
    expect(await expire(tenant)).toEqual([]);
    const states = [];
    for (const entry of [acknowledged, ended, lost, lasting]) states.push((await stage().log.outcome(tenant.id, entry.message.id))?.recipients[0]?.state);
    expect(states).toEqual(['acknowledged', 'read', 'expired', 'queued']);
  });

  it('writes expired for what has the default ttl, in pages, past what has a ttl of its own', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const own = await stage().sendOne(sender, ivanov, { ttl: 20 * 24 * 3600 });
    const sent = [];
    for (let n = 0; n < 7; n++) sent.push(await stage().sendOne(sender, ivanov));
    await stage().store.passTime(3 * DAY_MS);
    const later = await stage().sendOne(sender, ivanov);
    expect(await expire(tenant)).toEqual([]);
    await stage().store.passTime(4 * DAY_MS + 1);
    const entries = await expire(tenant, 3);
    expect(entries.map((entry) => (entry.kind === 'outcome' ? entry.target : 0))).toEqual(sent.map(({ position }) => position));
    await stage().store.passTime(3 * DAY_MS);
    expect(await expire(tenant)).toMatchObject([{ target: later.position }]);
    await stage().store.passTime(11 * DAY_MS);
    expect(await expire(tenant)).toMatchObject([{ target: own.position }]);
    expect(await expire(tenant)).toEqual([]);
  });

  it('expires in time what was sent after the tenant’s default ttl was made shorter', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    await stage().send(sender, ivanov);
    const append = stage().append(sender, [ivanov]);
    const [appended] = await stage().log.append([{ ...append, destinations: append.destinations.map((destination) => ({ ...destination, ttl: 60 })) }]);
    const [short] = entriesOf(appended as NonNullable<typeof appended>);
    await stage().store.passTime(61_000);
    expect(await expire(tenant)).toMatchObject([{ state: 'expired', target: short?.position }]);
  });

  it('keeps what was refused as a dead letter, and sends it again as a message of its own', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const petrov = await stage().client(tenant, 'petrov');
    const entry = await stage().sendOne(sender, ivanov, { data: '{"sum":1200.50}', correlationId: 'A-17', receipt: true });
    await stage().end(entry, 'refused', { reason: 'no such order' });
    await stage().end(await stage().sendOne(sender, petrov), 'refused');
    const { items } = await stage().log.listDeadLetters(tenant.id, { limit: 10, client: 'ivanov' });
    expect(items).toMatchObject([
      { client: 'ivanov', messageId: entry.message.id, from: stage().addressOf(sender), data: '{"sum":1200.50}', reason: 'no such order' },
    ]);
    const letter = items[0]?.id as string;
    const first = await stage().log.listDeadLetters(tenant.id, { limit: 1 });
    expect((await stage().log.listDeadLetters(tenant.id, { limit: 1, cursor: first.next })).items[0]?.client).toBe('petrov');

    const stranger = await stage().tenant();
    expect((await stage().log.listDeadLetters(stranger.id, { limit: 10 })).items).toEqual([]);
    expect(await stage().log.replayDeadLetter(stranger.id, letter)).toBeUndefined();
    expect(await stage().log.deleteDeadLetter(stranger.id, letter)).toBe(false);
    expect(await stage().log.replayDeadLetter(tenant.id, 'none')).toBeUndefined();

    const again = await stage().log.replayDeadLetter(tenant.id, letter);
    expect(again?.entries).toMatchObject([
      { mailboxId: ivanov.id, message: { data: '{"sum":1200.50}', correlationId: 'A-17', from: stage().addressOf(sender), receipt: false } },
    ]);
    const [copy] = again?.entries ?? [];
    expect(copy?.kind === 'message' && copy.message.id).not.toBe(entry.message.id);
    expect((await stage().waitingFor(ivanov)).filter(({ kind }) => kind === 'message')).toEqual(again?.entries);
    expect(await stage().log.replayDeadLetter(tenant.id, letter)).toBeUndefined();
    expect((await stage().log.listDeadLetters(tenant.id, { limit: 10, client: 'ivanov' })).items).toEqual([]);
  });

  it('shows a dead letter whole, and sends it again as it was edited', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const entry = await stage().sendOne(sender, ivanov, { data: '{"sum":12.50}', correlationId: 'A-17' });
    await stage().end(entry, 'refused', { reason: 'no such order' });
    const id = (await stage().log.listDeadLetters(tenant.id, { limit: 1 })).items[0]?.id as string;
    expect(await stage().log.findDeadLetter(tenant.id, id)).toMatchObject({
      id,
      client: 'ivanov',
      data: '{"sum":12.50}',
      correlationId: 'A-17',
      sentAt: entry.message.sentAt,
    });
    expect(await stage().log.findDeadLetter((await stage().tenant()).id, id)).toBeUndefined();
    expect(await stage().log.findDeadLetter(tenant.id, 'none')).toBeUndefined();

    const again = await stage().log.replayDeadLetter(tenant.id, id, { type: 'test.mended', data: '{"sum":1.0}' });
    expect(again?.entries).toMatchObject([
      { mailboxId: ivanov.id, message: { type: 'test.mended', data: '{"sum":1.0}', correlationId: 'A-17', from: stage().addressOf(sender) } },
    ]);
    expect((await stage().waitingFor(ivanov)).filter(({ kind }) => kind === 'message')).toEqual(again?.entries);
    expect(await stage().log.outcome(tenant.id, entry.message.id)).toMatchObject({ message: { type: 'test', data: '{"sum":12.50}' } });
  });

  it('sends many dead letters again in their order, as many as are asked for, and only those that fit', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const petrov = await stage().client(tenant, 'petrov');
    const refused = async (to: typeof ivanov, data: string, reason: string) => stage().end(await stage().sendOne(sender, to, { data }), 'refused', { reason });
    for (const data of ['1', '2', '3']) await refused(ivanov, data, 'no such order');
    await refused(petrov, '4', 'no such order');
    await refused(ivanov, '5', 'closed');
    const log = stage().log;
    const count = (which: Parameters<typeof log.countDeadLetters>[1], limit = 10) => log.countDeadLetters(tenant.id, which, limit);
    expect([await count({}), await count({}, 3), await count({ reason: 'no such order' }), await count({ client: 'ivanov' })]).toEqual([5, 3, 4, 4]);
    expect(await count({ client: 'ivanov', reason: 'closed' })).toBe(1);
    expect([await count({ client: 'nobody' }), await count({ reason: 'no such' })]).toEqual([0, 0]);
    const stranger = await stage().pair();
    expect(await log.replayDeadLetters(stranger.tenant.id, {}, 10)).toEqual({ entries: [], replayed: 0 });
    expect(await log.replayDeadLetters(stranger.tenant.id, { client: 'ivanov', reason: 'closed' }, 10)).toEqual({ entries: [], replayed: 0 });

    const first = await log.replayDeadLetters(tenant.id, { client: 'ivanov', reason: 'no such order' }, 2);
    expect(first.replayed).toBe(2);
    const waiting = (await stage().waitingFor(ivanov)).filter((entry) => entry.kind === 'message');
    expect(waiting).toEqual(first.entries);
    expect(waiting.map(({ message }) => message.data)).toEqual(['1', '2']);

    const { items } = await log.listDeadLetters(tenant.id, { limit: 10 });
    const idOf = (data: string) => items.find((letter) => letter.data === data)?.id as string;
    expect((await log.replayDeadLetters(tenant.id, { ids: [idOf('3'), idOf('5'), 'none'], reason: 'closed' }, 10)).replayed).toBe(1);
    expect(await count({})).toBe(2);
    expect(await log.deleteDeadLetters(stranger.tenant.id, { ids: items.map(({ id }) => id) }, 10)).toBe(0);
    expect(await log.deleteDeadLetters(tenant.id, { client: 'petrov' }, 10)).toBe(1);
    expect(await log.deleteDeadLetters(tenant.id, {}, 10)).toBe(1);
    expect(await count({})).toBe(0);
  });

  it('deletes a dead letter once', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    await stage().end(await stage().sendOne(sender, ivanov), 'refused');
    const [letter] = (await stage().log.listDeadLetters(tenant.id, { limit: 10 })).items;
    expect(await stage().log.deleteDeadLetter(tenant.id, letter?.id as string)).toBe(true);
    expect(await stage().log.deleteDeadLetter(tenant.id, letter?.id as string)).toBe(false);
  });

  it('forgets a tenant with all that is its own, and leaves the others theirs', async () => {
    const [one, two] = [await stage().pair(), await stage().pair()];
    const append = stage().append(one.sender, [one.ivanov, two.ivanov], { receipt: true, key: 'k', collapseKey: 'c' });
    await stage().log.append([append, await stage().appendWaiting(one.sender, [two.ivanov], 1_000)]);
    const back = await stage().sendOne(two.sender, one.ivanov, { receipt: true });
    expect(await stage().store.tenants.delete(one.tenant.name)).toBe(true);
    expect(await stage().store.tenants.delete(one.tenant.name)).toBe(false);
    expect(await stage().whole(one.tenant)).toEqual([]);
    expect(await stage().log.heads([one.tenant.id])).toEqual(new Map());
    expect(await stage().log.countScheduled(one.tenant.id, 10)).toBe(0);
    expect(await stage().store.mailboxes.byId(one.ivanov.id)).toBeUndefined();
    expect(await stage().waitingFor(two.ivanov)).toMatchObject([{ message: { id: append.message.id } }]);
    const [left] = await stage().waitingFor(two.ivanov);
    expect(await stage().acknowledge(two.ivanov, left?.position as number)).toEqual([]);
    expect(await stage().log.outcome(two.tenant.id, back.message.id)).toMatchObject({ message: { id: back.message.id }, recipients: [] });
  });
}
