import type { Append, Appended, LogEntry, Mailbox, MessageLog } from '@vestnik/core';
import { expect, it } from 'vitest';
import { entriesOf, type Stage } from './stage.js';

const DAY_MS = 24 * 3600 * 1000;

/** Whether each entry names the one before it, from the start of the tenant's log. */
function expectUnbroken(entries: readonly LogEntry[]): void {
  expect(entries.map((entry) => entry.previous)).toEqual([0, ...entries.slice(0, -1).map((entry) => entry.position)]);
  expect(entries.every((entry) => entry.position > entry.previous)).toBe(true);
}

/** Appends, again and again while somebody else has a tenant's lock for long, as a slow disk may make it. */
async function appendAll(node: MessageLog, batch: readonly Append[]): Promise<void> {
  for (let rest = batch; rest.length > 0; ) {
    const answers = await node.append(rest);
    rest = rest.filter((_, at) => answers[at]?.kind === 'busy');
  }
}

export function appendingContract(stage: () => Stage): void {
  it('gives the entries of a batch growing positions in the order given, each naming the one before', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const petrov = await stage().client(tenant, 'petrov');
    const answers = await stage().log.append([stage().append(sender, [ivanov]), stage().append(sender, [petrov, ivanov]), stage().append(sender, [ivanov])]);
    const entries = answers.flatMap(entriesOf);
    expectUnbroken(entries);
    expect(entries.map((entry) => entry.mailboxId)).toEqual([ivanov.id, petrov.id, ivanov.id, ivanov.id]);
    expect(await stage().whole(tenant)).toEqual(entries);
    expect(await stage().log.head(tenant.id)).toBe(entries.at(-1)?.position);
  });

  it('reads back what was sent, as it was sent', async () => {
    const { sender, ivanov } = await stage().pair();
    const entry = await stage().sendOne(sender, ivanov, { data: '{"long":12345678901234567890,"text":"Ёж \\u0000 😀"}', correlationId: 'A-17', receipt: true });
    expect(await stage().waitingFor(ivanov)).toEqual([entry]);
    expect(entry).toMatchObject({
      kind: 'message',
      to: stage().addressOf(ivanov),
      expiresAt: entry.at + 7 * DAY_MS,
      message: { sentAt: entry.at, senderId: sender.id },
    });
  });

  it('keeps one order in a tenant, whichever node appends', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const { log, otherNode } = stage().store;
    const seen: number[] = [];
    let done = false;
    // A reader that goes on from the last position it saw, as every tail does.
    const reading = (async () => {
      while (!done || (seen.at(-1) ?? 0) < (await log.head(tenant.id))) {
        for (const entry of await log.tail(tenant.id, seen.at(-1) ?? 0, 100)) seen.push(entry.position);
      }
    })();
    const writer = async (node: typeof log) => {
      for (let turn = 0; turn < 25; turn++) await appendAll(node, [stage().append(sender, [ivanov]), stage().append(sender, [ivanov])]);
    };
    await Promise.all([writer(log), writer(otherNode), writer(log), writer(otherNode)]);
    done = true;
    await reading;
    const whole = await stage().whole(tenant);
    expect(whole).toHaveLength(200);
    expectUnbroken(whole);
    expect(seen).toEqual(whole.map((entry) => entry.position));
  });

  it('commits a batch over several tenants at once, each log unbroken, also from two nodes that name them in different order', async () => {
    const [one, two] = [await stage().pair(), await stage().pair()];
    const write = async (node: 'log' | 'otherNode', first: Mailbox, second: Mailbox) => {
      for (let turn = 0; turn < 10; turn++) {
        await appendAll(stage().store[node], [
          stage().append(one.sender, [first]),
          stage().append(one.sender, [second]),
          stage().append(two.sender, [first, second]),
        ]);
      }
    };
    await Promise.all([write('log', one.ivanov, two.ivanov), write('otherNode', two.ivanov, one.ivanov)]);
    for (const { tenant } of [one, two]) {
      const whole = await stage().whole(tenant);
      expect(whole).toHaveLength(40);
      expectUnbroken(whole);
    }
  });

  it('answers the heads of several tenants, and none where there is no tenant', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const empty = await stage().tenant();
    const entry = await stage().sendOne(sender, ivanov);
    expect(await stage().log.heads([tenant.id, empty.id, 2_000_000_000])).toEqual(
      new Map([
        [tenant.id, entry.position],
        [empty.id, 0],
      ]),
    );
  });

  it('refuses a batch of which one message goes to a tenant that is gone, and writes nothing of it', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const gone = { ...ivanov, tenantId: 2_000_000_000 };
    await expect(stage().log.append([stage().append(sender, [ivanov], { key: 'k' }), stage().append(sender, [gone])])).rejects.toThrow();
    expect(await stage().whole(tenant)).toEqual([]);
    const [again] = await stage().log.append([stage().append(sender, [ivanov], { key: 'k' })]);
    expect(again?.kind).toBe('appended');
  });

  it('answers a repeated key as the first time and appends nothing', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const first = stage().append(sender, [ivanov], { key: 'k-1' });
    await stage().log.append([first]);
    const again = await stage().store.otherNode.append([stage().append(sender, [ivanov], { key: 'k-1' }), stage().append(sender, [ivanov])]);
    expect(again[0]).toEqual({ kind: 'duplicate', answer: first.idempotency?.answer });
    expect(again[1]?.kind).toBe('appended');
    expect(await stage().whole(tenant)).toHaveLength(2);
  });

  it('knows a key again within one batch', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const first = stage().append(sender, [ivanov], { key: 'k' });
    const answers = await stage().log.append([
      first,
      stage().append(sender, [ivanov], { key: 'k' }),
      stage().append(sender, [ivanov], { key: 'k', data: '2' }),
    ]);
    expect(answers.map((answer) => answer.kind)).toEqual(['appended', 'duplicate', 'mismatch']);
    expect(answers[1]).toEqual({ kind: 'duplicate', answer: first.idempotency?.answer });
    expect(await stage().whole(tenant)).toHaveLength(1);
  });

  it('refuses a key that was used for another message, and keeps keys of different senders apart', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    await stage().send(sender, ivanov, { key: 'k' });
    const [mismatch, other] = await stage().log.append([
      stage().append(sender, [ivanov], { key: 'k', data: '"another"' }),
      stage().append(ivanov, [sender], { key: 'k' }),
    ]);
    expect(mismatch).toEqual({ kind: 'mismatch' });
    expect(other?.kind).toBe('appended');
    expect(await stage().whole(tenant)).toHaveLength(2);
  });

  it('knows a key for 24 hours, also over midnight, and then takes it anew', async () => {
    const { sender, ivanov } = await stage().pair();
    const send = async () => (await stage().log.append([stage().append(sender, [ivanov], { key: 'k' })]))[0]?.kind;
    expect(await send()).toBe('appended');
    await stage().store.passTime(DAY_MS - 60_000);
    expect(await send()).toBe('duplicate');
    await stage().store.passTime(120_000);
    expect(await send()).toBe('appended');
    expect(await send()).toBe('duplicate');
  });

  it('collapses an older message of the same sender, key and address, and no other', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const petrov = await stage().client(tenant, 'petrov');
    const old = await stage().sendOne(sender, ivanov, { collapseKey: 'price' });
    const others = [
      await stage().sendOne(sender, ivanov, { collapseKey: 'stock' }),
      await stage().sendOne(petrov, ivanov, { collapseKey: 'price' }),
      await stage().sendOne(sender, petrov, { collapseKey: 'price' }),
    ];
    const [newer, collapsed] = await stage().send(sender, ivanov, { collapseKey: 'price' });
    expect(collapsed).toMatchObject({ kind: 'outcome', state: 'collapsed', target: old.position, messageId: old.message.id, mailboxId: ivanov.id });
    expect(await stage().whole(tenant)).toEqual([old, ...others, newer, collapsed]);
    expect((await stage().log.outcome(tenant.id, old.message.id))?.recipients[0]?.state).toBe('collapsed');
  });

  it('collapses twice within one batch, over several recipients', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const petrov = await stage().client(tenant, 'petrov');
    const appends = [1, 2, 3].map(() => stage().append(sender, [ivanov, petrov], { collapseKey: 'price' }));
    const answers = await stage().log.append(appends);
    expect(answers.map((answer) => entriesOf(answer).map((entry) => entry.kind))).toEqual([
      ['message', 'message'],
      ['message', 'message', 'outcome', 'outcome'],
      ['message', 'message', 'outcome', 'outcome'],
    ]);
    expectUnbroken(await stage().whole(tenant));
    for (const client of [ivanov, petrov]) {
      const [message, ...rest] = (await stage().waitingFor(client)).filter((entry) => entry.kind === 'message');
      expect(message?.message.id).toBe(appends[2]?.message.id);
      expect(rest).toEqual([]);
    }
  });

  it('does not collapse what was acknowledged', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const old = await stage().sendOne(sender, ivanov, { collapseKey: 'price' });
    await stage().acknowledge(ivanov, old.position);
    expect(await stage().send(sender, ivanov, { collapseKey: 'price' })).toHaveLength(1);
    expect((await stage().log.outcome(tenant.id, old.message.id))?.recipients[0]?.state).toBe('acknowledged');
  });

  it('leaves out of a batch what touches a locked tenant, with all that comes after it, and lets the others go on', async () => {
    const [locked, second, free] = [await stage().pair(), await stage().pair(), await stage().pair()];
    const release = await stage().store.hold(locked.tenant.id);
    const before = performance.now();
    let answers: Appended[];
    try {
      answers = await stage().log.append([
        stage().append(second.sender, [second.ivanov]),
        stage().append(second.sender, [second.ivanov, locked.ivanov], { key: 'k' }),
        stage().append(second.sender, [second.ivanov]),
        stage().append(free.sender, [free.ivanov]),
      ]);
    } finally {
      await release();
    }
    expect(performance.now() - before).toBeLessThan(1_000);
    expect(answers.map((answer) => answer.kind)).toEqual(['appended', 'busy', 'busy', 'appended']);
    expect(await stage().whole(locked.tenant)).toEqual([]);
    // What was left out has not used up its key.
    const [later] = await stage().log.append([stage().append(second.sender, [second.ivanov, locked.ivanov], { key: 'k' })]);
    expect(later?.kind).toBe('appended');
  });

  it('waits for several locked tenants no longer than for one', async () => {
    const pairs = await Promise.all(Array.from({ length: 20 }, () => stage().pair()));
    const releases = await Promise.all(pairs.map(({ tenant }) => stage().store.hold(tenant.id)));
    const before = performance.now();
    try {
      const answers = await stage().log.append(pairs.map(({ sender, ivanov }) => stage().append(sender, [ivanov])));
      expect(answers.every((answer) => answer.kind === 'busy')).toBe(true);
    } finally {
      await Promise.all(releases.map((release) => release()));
    }
    expect(performance.now() - before).toBeLessThan(800);
  });
}
