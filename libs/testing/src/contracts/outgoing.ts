import type { Append, Mailbox, StagedMessage, Tenant } from '@vestnik/core';
import { expect, it } from 'vitest';
import type { Stage } from './stage.js';

/** What every stage of messages that were sent from SQL promises, together with the log that they go to. */
export function outgoingContract(stage: () => Stage): void {
  const outgoing = () => stage().store.outgoing;
  const texts = (count: number) => Array.from({ length: count }, (_, n) => `{"to":"ivanov","type":"t","data":${n}}`);

  async function staged(count: number): Promise<{ tenant: Tenant; sender: Mailbox; ivanov: Mailbox; ids: string[]; page: StagedMessage[]; upTo: number }> {
    const pair = await stage().pair();
    const ids = await stage().store.stage(pair.tenant, 'server', texts(count));
    await outgoing().start(() => undefined);
    const upTo = (await outgoing().tenants()).find(({ tenantId }) => tenantId === pair.tenant.id)?.upTo as number;
    return { ...pair, ids, upTo, page: await outgoing().page(pair.tenant.id, 0, upTo, 1_000) };
  }

  function take(from: Mailbox, to: Mailbox, one: StagedMessage, first: StagedMessage, key?: string): Append {
    const append = stage().append(from, [to], { data: String((JSON.parse(one.text) as { data: number }).data), key });
    return { ...append, message: { ...append.message, id: one.id }, staged: { number: one.number, first: first.number } };
  }

  const whole = async (tenant: Tenant) => (await stage().whole(tenant)).flatMap((entry) => (entry.kind === 'message' ? [entry.message.data] : []));
  const left = async (tenant: Tenant) => (await outgoing().page(tenant.id, 0, Number.MAX_SAFE_INTEGER, 1_000)).map(({ id }) => id);

  it('hands out what was staged, in order, in pages, and no further than to a number', async () => {
    const { tenant, ids, page, upTo } = await staged(5);
    expect(page.map(({ id }) => id)).toEqual(ids);
    expect(page.map(({ text }) => text)).toEqual(texts(5));
    expect(page[0]).toMatchObject({ tenantId: tenant.id, client: 'server', broadcast: false });
    expect(page.at(-1)?.number).toBe(upTo);
    const [later] = await stage().store.stage(tenant, 'server', texts(1));
    expect((await outgoing().page(tenant.id, 0, upTo, 3)).map(({ id }) => id)).toEqual(ids.slice(0, 3));
    expect((await outgoing().page(tenant.id, page[2]?.number as number, upTo, 3)).map(({ id }) => id)).toEqual(ids.slice(3));
    expect((await outgoing().page(tenant.id, upTo, Number.MAX_SAFE_INTEGER, 3)).map(({ id }) => id)).toEqual([later]);
  });

  it('lets each message go once, with the append that stores it', async () => {
    const { tenant, sender, ivanov, page, ids } = await staged(2);
    const appends = page.map((one) => take(sender, ivanov, one, page[0] as StagedMessage));
    expect((await stage().log.append([appends[0] as Append])).map(({ kind }) => kind)).toEqual(['appended']);
    expect(await left(tenant)).toEqual([ids[1]]);
    const both = await Promise.all([stage().store.otherNode.append(appends), stage().log.append(appends)]);
    expect(both.flatMap((answers) => answers.map(({ kind }) => kind)).sort()).toEqual(['appended', 'gone', 'gone', 'gone']);
    expect(await whole(tenant)).toEqual(['0', '1']);
    expect(await left(tenant)).toEqual([]);
  });

  it('lets none go past one that stays behind', async () => {
    const { tenant, sender, ivanov, page } = await staged(4);
    const appends = page.map((one) => take(sender, ivanov, one, page[0] as StagedMessage));
    expect((await stage().log.append([appends[0], appends[2], appends[3]] as Append[])).map(({ kind }) => kind)).toEqual(['appended', 'gone', 'gone']);
    expect((await stage().log.append(appends.slice(1))).map(({ kind }) => kind)).toEqual(['appended', 'appended', 'appended']);
    expect(await whole(tenant)).toEqual(['0', '1', '2', '3']);
  });

  it('keeps what comes out busy', async () => {
    const { tenant, sender, ivanov, page, ids } = await staged(1);
    const append = take(sender, ivanov, page[0] as StagedMessage, page[0] as StagedMessage);
    const release = await stage().store.hold(tenant.id);
    expect((await stage().log.append([append])).map(({ kind }) => kind)).toEqual(['busy']);
    await release();
    expect(await left(tenant)).toEqual(ids);
    expect((await stage().log.append([append])).map(({ kind }) => kind)).toEqual(['appended']);
    expect(await left(tenant)).toEqual([]);
  });

  it('keeps one whose key was used until it is written down what became of it', async () => {
    const { tenant, sender, ivanov, page, ids } = await staged(2);
    const [first, second] = page as [StagedMessage, StagedMessage];
    const answers = await stage().log.append([take(sender, ivanov, first, first, 'k'), take(sender, ivanov, second, first, 'k')]);
    expect(answers.map(({ kind }) => kind)).toEqual(['appended', 'mismatch']);
    expect(await left(tenant)).toEqual([ids[1]]);
    const refused = JSON.stringify([{ address: 'ivanov', state: 'refused', error: { type: 'idempotency-mismatch' } }]);
    await stage().log.append([{ ...take(sender, ivanov, second, first), destinations: [], refused }]);
    expect(await left(tenant)).toEqual([]);
    expect(await stage().log.outcome(tenant.id, second.id)).toMatchObject({ refused, recipients: [] });
  });

  it('lets one go that can neither be sent nor written down', async () => {
    const { tenant, page } = await staged(1);
    await outgoing().discard(tenant.id, page[0]?.number as number);
    expect(await left(tenant)).toEqual([]);
  });
}
