import { afterEach, describe, expect, it } from 'vitest';
import { assertNothingWrong, check, type Verdict } from '../checker/check.js';
import { MemoryRecorder } from '../checker/recorder.js';
import { ask } from '../http.js';
import { TestTenant } from '../test-tenant.js';
import { untilAsked } from '../until.js';
import { LoadReceiver } from './receiver.js';
import { LoadSender } from './sender.js';
import { TinyBus, type TinyFaults } from './tiny-bus.js';

const MESSAGES = 60;

describe('senders, receivers and the checker together', () => {
  const cleanUp: (() => void | Promise<void>)[] = [];
  afterEach(async () => {
    for (const done of cleanUp.splice(0).reverse()) await done();
  });

  async function run(faults: TinyFaults): Promise<{ verdict: Verdict; senders: LoadSender[]; receivers: LoadReceiver[] }> {
    const bus = await TinyBus.start(faults);
    cleanUp.push(() => bus.close());
    const node = { url: bus.url, installation: 'hq', api: (method: string, path: string, body?: unknown) => ask(`${bus.url}${path}`, { method, body }) };
    const tenant = await TestTenant.withKey(node, 't');
    const recorder = new MemoryRecorder();
    const receivers = ['ivanov', 'petrov'].map(
      (client, at) => new LoadReceiver({ client, places: [tenant], recorder, dropsBefore: (message, session) => session < 8 && message === 5 + at }),
    );
    for (const receiver of receivers) {
      await receiver.start();
      cleanUp.push(() => receiver.stop());
    }
    const to = (message: number) => (message % 5 === 0 ? receivers.map(({ address }) => address) : [receivers[message % 2]?.address ?? '']);
    const common = { places: [tenant], recorder, to, repeats: (message: number) => message % 3 === 0 };
    const senders = [
      new LoadSender({ ...common, name: 'http', sender: 'server@t.hq', over: { kind: 'http' } }),
      new LoadSender({ ...common, name: 'socket', sender: 'writer@t.hq', over: { kind: 'socket', client: 'writer', atOnce: 4 } }),
    ];
    await Promise.all(senders.map((sender) => sender.run(MESSAGES)));
    await untilAsked(
      'all has arrived',
      async () => check(recorder.observations).counts.lost === 0,
      faults.loses === undefined && faults.holdsBack === undefined ? 10_000 : 1_500,
      20,
    ).catch(() => {});
    return { verdict: check(recorder.observations), senders, receivers };
  }

  it('find nothing wrong with a bus that keeps its promise, though connections drop and keys are used twice', async () => {
    const { verdict, senders, receivers } = await run({});
    assertNothingWrong(verdict);
    expect(verdict.counts).toMatchObject({ attempted: 2 * MESSAGES, accepted: 2 * MESSAGES });
    expect(senders.map(({ accepted }) => accepted)).toEqual([MESSAGES, MESSAGES]);
    for (const { outagesMs } of receivers) expect(outagesMs.length).toBe(7);
  });

  it('repeat what was not answered, and find it stored once', async () => {
    const { verdict, senders } = await run({ silentAfter: (number) => number % 7 === 0 });
    assertNothingWrong(verdict);
    expect(senders[0]?.unanswered).toBeGreaterThan(0);
  });

  it.each<[string, TinyFaults, keyof Verdict['counts']]>([
    ['loses a message', { loses: (number) => number === 20 }, 'lost'],
    ['ignores keys', { ignoresKeys: true }, 'seenTwice'],
    ['swaps two messages', { holdsBack: (number) => number % 10 === 0 }, 'outOfOrder'],
    ['forgets acknowledgements', { forgetsAcknowledgements: true }, 'afterAcknowledgement'],
  ])('find out a bus that %s', async (_what, faults, count) => {
    expect((await run(faults)).verdict.counts[count]).toBeGreaterThan(0);
  });
});
