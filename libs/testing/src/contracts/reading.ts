import type { LogEntry, Mailbox } from '@vestnik/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ids, type Stage } from './stage.js';

export function readingContract(stage: () => Stage): void {
  /** Reads all pages. */
  async function pages(client: Mailbox, others: readonly Mailbox[], limit: number, after = 0): Promise<LogEntry[][]> {
    const upTo = await stage().log.head(client.tenantId);
    const mailboxes = stage().mailboxesOf(client, others);
    const found: LogEntry[][] = [];
    let at = after;
    while (at < upTo) {
      const { entries, scannedTo } = await stage().log.replay({ tenantId: client.tenantId, clientId: client.id, mailboxes, after: at, upTo, limit });
      expect(scannedTo).toBeGreaterThan(at);
      expect(entries.every((entry) => entry.position > at && entry.position <= scannedTo)).toBe(true);
      found.push(entries);
      at = scannedTo;
    }
    return found;
  }

  it('merges a client’s mailboxes in the order of the log, and gives nobody what is for others', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const [petrov, everyone] = [await stage().client(tenant, 'petrov'), await stage().everyone(tenant)];
    const sent = [
      await stage().sendOne(sender, ivanov),
      await stage().sendOne(sender, everyone),
      await stage().sendOne(sender, petrov),
      await stage().sendOne(sender, ivanov),
    ];
    expect(await stage().waitingFor(ivanov, [everyone])).toEqual([sent[0], sent[1], sent[3]]);
    expect(await stage().waitingFor(petrov, [everyone])).toEqual([sent[1], sent[2]]);
    expect(await stage().waitingFor(ivanov, [everyone], sent[0]?.position)).toEqual([sent[1], sent[3]]);
  });

  it('reads no other tenant’s mailboxes', async () => {
    const [one, two] = [await stage().pair(), await stage().pair()];
    const entry = await stage().sendOne(one.sender, one.ivanov);
    const query = { tenantId: two.tenant.id, clientId: two.ivanov.id, mailboxes: [{ id: one.ivanov.id, since: 0 }], after: 0, upTo: entry.position, limit: 10 };
    expect((await stage().log.replay(query)).entries).toEqual([]);
    expect(await stage().log.locate(two.tenant.id, [one.ivanov.id], [entry.message.id])).toEqual(new Map());
  });

  it('gives a client nothing that everyone was sent before it was known', async () => {
    const { tenant, sender } = await stage().pair();
    const everyone = await stage().everyone(tenant);
    await stage().send(sender, everyone);
    const late = await stage().client(tenant, 'late');
    const after = await stage().sendOne(sender, everyone);
    expect(await stage().waitingFor(late, [everyone])).toEqual([after]);
  });

  it('hides messages that have an outcome for the client or for its mailbox, and gives the outcomes', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const [petrov, everyone] = [await stage().client(tenant, 'petrov'), await stage().everyone(tenant)];
    const direct = await stage().sendOne(sender, ivanov);
    const shared = await stage().sendOne(sender, everyone);
    const kept = await stage().sendOne(sender, ivanov);
    const { entries: withdrawn } = await stage().end(direct, 'withdrawn');
    const { entries: read } = await stage().end(shared, 'read', { mailboxId: ivanov.id, session: 's1', device: 'phone' });
    expect(await stage().waitingFor(ivanov, [everyone])).toEqual([kept, ...withdrawn, ...read]);
    expect(read[0]).toMatchObject({ kind: 'outcome', state: 'read', session: 's1', device: 'phone', target: shared.position });
    expect(await stage().waitingFor(petrov, [everyone])).toEqual([shared]);
  });

  it('hides what has expired, at once', async () => {
    const { sender, ivanov } = await stage().pair();
    await stage().send(sender, ivanov, { ttl: 10 });
    const lasting = await stage().sendOne(sender, ivanov, { ttl: 1000 });
    await stage().store.passTime(11_000);
    expect(await stage().waitingFor(ivanov)).toEqual([lasting]);
  });

  it('ends a page at its count, having looked at all up to its last row', async () => {
    const { sender, ivanov } = await stage().pair();
    const sent = [];
    for (let n = 0; n < 5; n++) sent.push(await stage().sendOne(sender, ivanov));
    await stage().end(sent[1] as (typeof sent)[0], 'withdrawn');
    const found = await pages(ivanov, [], 2);
    expect(found.map((page) => page.length)).toEqual([1, 2, 2]);
    expect(ids(found.flat())).toEqual(ids([sent[0], sent[2], sent[3], sent[4]] as LogEntry[]));
  });

  it('says that it has looked up to the end where a page is not full', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const petrov = await stage().client(tenant, 'petrov');
    await stage().send(sender, ivanov);
    const last = await stage().sendOne(sender, petrov);
    const query = { tenantId: tenant.id, clientId: ivanov.id, mailboxes: [{ id: ivanov.id, since: 0 }], after: 0, upTo: last.position, limit: 100 };
    expect((await stage().log.replay(query)).scannedTo).toBe(last.position);
  });

  it('ends a page at a mebibyte of data, with at least one message in it', async () => {
    const { sender, ivanov } = await stage().pair();
    const data = JSON.stringify('я'.repeat(200_000));
    const sent = [];
    for (let n = 0; n < 4; n++) sent.push(await stage().sendOne(sender, ivanov, { data: n === 3 ? JSON.stringify('x'.repeat(2_000_000)) : data }));
    const found = await pages(ivanov, [], 100);
    expect(found.map((page) => page.length)).toEqual([3, 1]);
    expect(ids(found.flat())).toEqual(ids(sent));
  });

  it('skips nothing and repeats nothing, whatever the page size', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const [petrov, everyone] = [await stage().client(tenant, 'petrov'), await stage().everyone(tenant)];
    const appends = Array.from({ length: 60 }, (_, n) => stage().append(sender, [[ivanov, petrov, everyone][n % 3] as Mailbox]));
    await stage().log.append(appends);
    const whole = await stage().waitingFor(ivanov, [everyone]);
    for (const entry of whole) if (entry.kind === 'message' && entry.position % 4 === 0) await stage().end(entry, 'withdrawn', { mailboxId: entry.mailboxId });
    const expected = await stage().waitingFor(ivanov, [everyone]);
    expect(expected.length).toBeGreaterThan(30);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 70 }), fc.nat({ max: 60 }), async (limit, skip) => {
        const after = skip === 0 ? 0 : (whole[skip % whole.length]?.position ?? 0);
        const found = (await pages(ivanov, [everyone], limit, after)).flat();
        expect(found).toEqual(expected.filter((entry) => entry.position > after));
      }),
      { numRuns: 15 },
    );
  });

  it('counts what waits as replay would give it, up to a limit, however much before it has ended', async () => {
    const { sender, ivanov } = await stage().pair();
    const sent = [];
    for (let n = 0; n < 8; n++) sent.push(await stage().sendOne(sender, ivanov));
    for (const entry of sent.slice(0, 5)) await stage().end(entry, 'withdrawn');
    const upTo = await stage().log.head(ivanov.tenantId);
    const query = { tenantId: ivanov.tenantId, clientId: ivanov.id, mailboxes: [{ id: ivanov.id, since: 0 }], after: 0, upTo };
    expect(await stage().log.countWaiting(query, 1000)).toBe(3);
    expect(await stage().log.countWaiting(query, 3)).toBe(3);
    expect(await stage().log.countWaiting(query, 2)).toBe(2);
    expect(await stage().log.countWaiting({ ...query, after: sent[6]?.position ?? 0 }, 1000)).toBe(1);
    expect(await stage().log.countWaiting({ ...query, mailboxes: [] }, 1000)).toBe(0);
  });

  it('tells the outcomes after a position that concern messages up to it', async () => {
    const { sender, ivanov } = await stage().pair();
    const seen = await stage().sendOne(sender, ivanov);
    const later = await stage().sendOne(sender, ivanov);
    const { entries: first } = await stage().end(seen, 'withdrawn');
    await stage().end(later, 'withdrawn');
    const upTo = await stage().log.head(ivanov.tenantId);
    expect(await stage().log.outcomesSince(ivanov.tenantId, [ivanov.id], seen.position, upTo)).toEqual(first);
    expect(await stage().log.outcomesSince(ivanov.tenantId, [ivanov.id], upTo, upTo)).toEqual([]);
    expect(await stage().log.outcomesSince(ivanov.tenantId, [sender.id], seen.position, upTo)).toEqual([]);
  });

  it('locates messages in a client’s own mailbox and in everyone’s', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const [petrov, everyone] = [await stage().client(tenant, 'petrov'), await stage().everyone(tenant)];
    const own = (await stage().send(sender, [petrov, ivanov]))[1] as LogEntry;
    const shared = await stage().sendOne(sender, everyone);
    const foreign = await stage().sendOne(sender, petrov);
    const wanted = [...ids([own]), shared.message.id, foreign.message.id, stage().newId()];
    expect(await stage().log.locate(tenant.id, [ivanov.id, everyone.id], wanted)).toEqual(
      new Map([
        [wanted[0], own],
        [wanted[1], shared],
      ]),
    );
  });

  it('counts the direct messages that wait unacknowledged: no receipts, and nothing that has ended', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const sent = [];
    for (let n = 0; n < 6; n++) sent.push(await stage().sendOne(sender, ivanov, { receipt: n === 0 }));
    await stage().acknowledge(ivanov, sent[0]?.position as number, 'phone');
    await stage().end(sent[1] as (typeof sent)[0], 'withdrawn');
    await stage().send(sender, ivanov, { ttl: 1, collapseKey: 'c' });
    await stage().send(sender, ivanov, { collapseKey: 'c' });
    const quiet = await stage().client(tenant, 'quiet');
    const counts = () => stage().log.countUnacknowledged([ivanov.id, quiet.id, sender.id], 100);
    expect(await counts()).toEqual(
      new Map([
        [ivanov.id, 5],
        [quiet.id, 0],
        [sender.id, 0],
      ]),
    );
    expect((await stage().log.countUnacknowledged([ivanov.id], 2)).get(ivanov.id)).toBe(2);
  });
}
