import { check, LoadReceiver, LoadSender, MemoryRecorder, type TestServerOptions, untilAsked, type Verdict } from '@vestnik/testing';
import { backUp, restore, twoHouses } from './two-houses.js';

export interface RestoreOutcome {
  /** Of what the head office sends to the branch: before the backup, after it, and after it was put back. */
  readonly verdict: Verdict;
  /** What the head office is handed again of what the branch had sent after the backup. */
  readonly again: readonly { readonly label: string; readonly redelivered: boolean }[];
  /** What the branch had sent after the backup. */
  readonly sentAfterBackup: readonly string[];
  readonly log: string;
}

const MESSAGES = 60;

/** The base of the head office is put back to an older state, while the branch goes on. */
export async function playRestore(server?: TestServerOptions, arriveWithinMs = 20_000): Promise<RestoreOutcome> {
  const houses = await twoHouses({ server });
  const { hq, branch } = houses;
  const recorder = new MemoryRecorder();
  let receiver: LoadReceiver | undefined;
  try {
    const [accounting, warehouse] = await Promise.all([
      hq.createTenant('accounting', { accepts: ['*@*.branch-7'] }),
      branch.createTenant('warehouse', { accepts: ['*@*.hq'] }),
    ]);
    receiver = new LoadReceiver({ client: 'petrov', places: [warehouse], recorder });
    await receiver.start();
    const send = async (part: number) => {
      const to = [warehouse.address('petrov')];
      await new LoadSender({
        name: `part-${part}`,
        sender: accounting.address('server'),
        places: [accounting],
        recorder,
        to: () => to,
        over: { kind: 'http' },
      }).run(MESSAGES);
    };
    const arrived = () => untilAsked('all has arrived', async () => check(recorder.observations).counts.lost === 0, arriveWithinMs, 50);

    // By a secret that is in the backup.
    await accounting.token('ivanov');
    await send(1);
    await arrived();
    await backUp(houses);
    await send(2);
    const before = await accounting.connect('ivanov', { device: 'd', window: 1_000 });
    const sentAfterBackup = Array.from({ length: MESSAGES }, (_, at) => `back-${at}`);
    for (const label of sentAfterBackup) await warehouse.send({ to: accounting.address('ivanov'), type: 'load', data: { label } });
    await before.received(MESSAGES, 20_000);
    before.terminate();
    await arrived();
    await restore(houses);
    await send(3);
    await arrived().catch(() => {});
    const after = await accounting.connect('ivanov', { device: 'd', window: 1_000 });
    await after.received(MESSAGES, arriveWithinMs).catch(() => {});
    const again = after.messages.map(({ data, redelivered }) => ({ label: (data as { label: string }).label, redelivered: redelivered === true }));
    after.terminate();
    return { verdict: check(recorder.observations), again, sentAfterBackup, log: `${hq.log}\n${branch.log}` };
  } finally {
    await receiver?.stop();
    await houses.close();
  }
}
