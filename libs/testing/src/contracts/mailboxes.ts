import { expect, it } from 'vitest';
import type { Stage } from './stage.js';

export function mailboxesContract(stage: () => Stage): void {
  const mailboxes = () => stage().store.mailboxes;

  it('makes a client once, however many ask at the same time, and says who was known', async () => {
    const tenant = await stage().tenant();
    const all = await Promise.all([1, 2, 3].map(() => mailboxes().ensure(tenant.id, 'client', ['ivanov', 'Ёжик'])));
    expect(new Set(all.flat().map(({ mailbox }) => mailbox.id)).size).toBe(2);
    expect((await mailboxes().ensure(tenant.id, 'client', ['Ёжик', 'new', 'Ёжик'])).map(({ known, mailbox }) => `${mailbox.name} ${known}`)).toEqual([
      'Ёжик true',
      'new false',
      'Ёжик true',
    ]);
  });

  it('finds by name and by id, and keeps tenants and kinds apart', async () => {
    const [one, two] = [await stage().tenant(), await stage().tenant()];
    const ivanov = await stage().client(one, 'ivanov');
    expect(await mailboxes().find(one.id, 'client', ['nobody', 'ivanov'])).toEqual([undefined, ivanov]);
    expect(await mailboxes().find(two.id, 'client', ['ivanov'])).toEqual([undefined]);
    expect(await mailboxes().find(one.id, 'topic', ['ivanov'])).toEqual([undefined]);
    expect(await mailboxes().byId(ivanov.id)).toEqual(ivanov);
    expect(mailboxes().cached(one.id, 'client', 'ivanov')).toEqual(ivanov);
  });

  it('begins a client where the tenant’s log stands', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const entry = await stage().sendOne(sender, ivanov);
    expect((await stage().client(tenant, 'late')).since).toBe(entry.position);
  });

  it('refuses a mailbox of a tenant that is gone', async () => {
    await expect(mailboxes().ensure(2_000_000_000, 'client', ['ivanov'])).rejects.toThrow();
  });

  it('lists clients by name in pages, and searches in names and titles', async () => {
    const tenant = await stage().tenant();
    await mailboxes().ensure(tenant.id, 'client', ['b_1', 'Анна', 'a', 'b1', 'Z', '𝐀', '\uffe6']);
    await mailboxes().ensure(tenant.id, 'topic', ['topic']);
    await mailboxes().setTitle(tenant.id, 'a', 'Anna 100%');
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await mailboxes().listClients(tenant.id, { limit: 3, cursor });
      names.push(...page.items.map(({ name }) => name));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(names).toEqual(['Z', 'a', 'b1', 'b_1', 'Анна', '\uffe6', '𝐀']);
    const search = async (search: string) => (await mailboxes().listClients(tenant.id, { limit: 10, search })).items.map(({ name }) => name);
    expect(await search('b_')).toEqual(['b_1']);
    expect(await search('ANNA')).toEqual(['a']);
    expect(await search('0%')).toEqual(['a']);
  });

  it('sets and takes away a title', async () => {
    const tenant = await stage().tenant();
    await stage().client(tenant, 'ivanov');
    expect(await mailboxes().setTitle(tenant.id, 'ivanov', 'Иванов И. И.')).toBe(true);
    expect(await mailboxes().findClient(tenant.id, 'ivanov')).toMatchObject({ title: 'Иванов И. И.', devices: [] });
    expect(await mailboxes().setTitle(tenant.id, 'ivanov', undefined)).toBe(true);
    expect((await mailboxes().findClient(tenant.id, 'ivanov'))?.title).toBeUndefined();
    expect(await mailboxes().setTitle(tenant.id, 'nobody', 'x')).toBe(false);
  });

  it('revokes a client’s tokens as of now, and lets other nodes know', async () => {
    const tenant = await stage().tenant();
    await stage().client(tenant, 'ivanov');
    const version = await stage().store.tenants.version();
    const now = await stage().log.now();
    expect(await mailboxes().revoke(tenant.id, 'ivanov')).toBe(true);
    expect((await mailboxes().find(tenant.id, 'client', ['ivanov']))[0]?.revokedBefore).toBeGreaterThanOrEqual(now);
    expect(await stage().store.tenants.version()).toBeGreaterThan(version);
    expect(await mailboxes().revoke(tenant.id, 'nobody')).toBe(false);
  });

  it('keeps when clients were seen last, never an earlier time, and what their positions say', async () => {
    const tenant = await stage().tenant();
    const [ivanov, petrov, nobody] = [await stage().client(tenant, 'ivanov'), await stage().client(tenant, 'petrov'), await stage().client(tenant, 'nobody')];
    await mailboxes().seen([
      { id: petrov.id, at: 5_000 },
      { id: ivanov.id, at: 7_000 },
    ]);
    await mailboxes().seen([
      { id: ivanov.id, at: 6_000 },
      { id: 2_000_000_000, at: 1 },
    ]);
    expect(await mailboxes().lastSeen([ivanov.id, petrov.id, nobody.id])).toEqual(
      new Map([
        [ivanov.id, 7_000],
        [petrov.id, 5_000],
      ]),
    );
    expect((await mailboxes().findClient(tenant.id, 'ivanov'))?.seenAt).toBe(7_000);
    expect((await mailboxes().listClients(tenant.id, { limit: 10 })).items.map(({ seenAt }) => seenAt)).toEqual([7_000, undefined, 5_000]);
    const now = await stage().log.now();
    await stage().log.openCursor(tenant.id, petrov.id, '');
    await stage().log.openCursor(tenant.id, nobody.id, 'vestnik-webhook');
    const seen = await mailboxes().lastSeen([petrov.id, nobody.id]);
    expect(seen.get(petrov.id)).toBeGreaterThanOrEqual(now);
    expect(seen.has(nobody.id)).toBe(false);
  });

  it('forgets a client: its cursors and dead letters go, what was sent to it alone is blank, and other nodes get to know', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const alone = await stage().sendOne(sender, ivanov, { data: '"secret"' });
    const [, shared] = await stage().send(sender, [ivanov, sender], { data: '"shared"' });
    await stage().end(alone, 'refused');
    await stage().acknowledge(ivanov, alone.position);
    const version = await stage().store.tenants.version();
    expect(await mailboxes().forget(tenant.id, 'ivanov')).toBe(true);
    expect(await mailboxes().forget(tenant.id, 'ivanov')).toBe(false);
    // A node that went on with the old mailbox would send where nobody reads.
    expect(await stage().store.tenants.version()).toBeGreaterThan(version);
    expect(await mailboxes().findClient(tenant.id, 'ivanov')).toBeUndefined();
    expect((await stage().log.outcome(tenant.id, alone.message.id))?.message.data).toBe('null');
    expect(await stage().waitingFor(sender)).toMatchObject([{ position: shared?.position, message: { data: '"shared"' } }]);
    expect((await stage().log.listDeadLetters(tenant.id, { limit: 10 })).items).toEqual([]);
    const again = await stage().client(tenant, 'ivanov');
    expect(again.id).not.toBe(ivanov.id);
    expect(await stage().waitingFor(again)).toEqual([]);
    expect(await stage().log.openCursor(tenant.id, again.id, '')).toEqual({ acknowledged: 0, delivered: 0 });
  });
}
