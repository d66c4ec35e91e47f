import type { Append, Mailbox } from '@vestnik/core';
import { expect, it } from 'vitest';
import type { Stage } from './stage.js';

/** What a sender is told of messages that waited for their time, and of how often others were handed over. */
export function schedulingContract(stage: () => Stage): void {
  const entering = (append: Append, to: readonly Mailbox[], refused?: string): Append => ({
    ...append,
    destinations: to.flatMap((mailbox) => stage().append(mailbox, [mailbox]).destinations),
    waiting: undefined,
    entering: true,
    refused,
  });

  it('sends a receipt for each recipient of a scheduled message that is withdrawn, once', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const petrov = await stage().client(tenant, 'petrov');
    const append = await stage().appendWaiting(sender, [ivanov, petrov], 1_000, { receipt: true, correlationId: 'A-17' });
    const silent = await stage().appendWaiting(sender, [ivanov], 1_000);
    await stage().log.append([append, silent]);
    const { id } = append.message;
    const withdrawn = await stage().log.withdraw(tenant.id, sender.id, id);
    const receipts = [ivanov, petrov].map((client) => ({ id, recipient: stage().addressOf(client), state: 'withdrawn', correlationId: 'A-17' }));
    expect(withdrawn?.entries).toMatchObject([{ mailboxId: sender.id }, { mailboxId: sender.id }]);
    expect(await stage().receipts(sender)).toMatchObject(receipts);
    expect((await stage().log.withdraw(tenant.id, sender.id, id))?.entries).toEqual([]);
    expect((await stage().log.withdraw(tenant.id, sender.id, silent.message.id))?.entries).toEqual([]);
    expect(await stage().receipts(sender)).toHaveLength(2);
    const [first] = await stage().whole(tenant);
    expect(first).toMatchObject({
      kind: 'message',
      to: stage().addressOf(sender),
      message: { type: 'vestnik.receipt', from: expect.stringMatching(/^vestnik@t\d+\.hq$/) },
    });
  });

  it('sends a receipt for each recipient that did not take a scheduled message when it was due', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const refused = JSON.stringify([{ address: 'x@gone.hq', state: 'refused', error: { type: 'recipient-refused', detail: 'no' } }]);
    const [some, none] = [
      await stage().appendWaiting(sender, [ivanov], 1_000, { receipt: true }),
      await stage().appendWaiting(sender, [ivanov], 1_000, { receipt: true, correlationId: 'B' }),
    ];
    await stage().log.append([some, none, await stage().appendWaiting(sender, [ivanov], 1_000)]);
    await stage().store.passTime(2_000);
    await stage().log.append([entering(some, [ivanov], refused), entering(none, [], refused)]);
    expect(await stage().receipts(sender)).toMatchObject([
      { id: some.message.id, recipient: 'x@gone.hq', state: 'refused', reason: 'recipient-refused' },
      { id: none.message.id, recipient: 'x@gone.hq', state: 'refused', reason: 'recipient-refused', correlationId: 'B' },
    ]);
    // One final state each: the recipient that took it has its own receipt.
    const [entry] = (await stage().whole(tenant)).filter((one) => one.kind === 'message' && one.message.id === some.message.id);
    await stage().acknowledge(ivanov, entry?.position as number);
    expect((await stage().receipts(sender)).map(({ id, state }) => [id === some.message.id, state])).toEqual([
      [true, 'refused'],
      [false, 'refused'],
      [true, 'acknowledged'],
    ]);
    const heads = await stage().log.heads([tenant.id]);
    expect(heads.get(tenant.id)).toBe((await stage().whole(tenant)).at(-1)?.position);
  });

  it('lets a scheduled message be withdrawn or enter, not both, whoever is first', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    for (let n = 0; n < 10; n++) {
      const append = await stage().appendWaiting(sender, [ivanov], 0, { receipt: true });
      await stage().log.append([append]);
      const [[entered], withdrawn] = await Promise.all([
        stage().store.otherNode.append([entering(append, [ivanov])]),
        stage().log.withdraw(tenant.id, sender.id, append.message.id),
      ]);
      expect(entered?.kind).toMatch(/^(appended|gone)$/);
      expect(withdrawn?.outcome.recipients).toMatchObject([{ state: 'withdrawn' }]);
      expect((await stage().receipts(sender)).filter(({ id }) => id === append.message.id)).toMatchObject([{ state: 'withdrawn' }]);
    }
  });

  it('counts how often each device was handed a message', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const [one, two, three] = [await stage().sendOne(sender, ivanov), await stage().sendOne(sender, ivanov), await stage().sendOne(sender, ivanov)];
    for (const device of ['', 'phone']) await stage().log.openCursor(tenant.id, ivanov.id, device);
    await stage().move(
      { clientId: ivanov.id, tenantId: tenant.id, device: '', delivered: three.position },
      { clientId: ivanov.id, tenantId: tenant.id, device: 'phone', acknowledged: one.position, delivered: two.position },
    );
    await stage().log.handedAgain([
      { clientId: ivanov.id, device: '', first: one.position, last: two.position },
      { clientId: ivanov.id, device: '', first: two.position, last: three.position },
      { clientId: ivanov.id, device: 'phone', first: two.position, last: two.position },
      { clientId: sender.id, device: '', first: one.position, last: three.position },
    ]);
    const attempts = async (id: string) =>
      (await stage().log.outcome(tenant.id, id))?.recipients[0]?.devices.map((device) => `${device.device} ${device.attempts}`);
    expect([await attempts(one.message.id), await attempts(two.message.id), await attempts(three.message.id)]).toEqual([
      [' 2', 'phone 1'],
      [' 3', 'phone 2'],
      [' 2'],
    ]);
  });
}
