import { randomBytes } from 'node:crypto';
import { assertNothingWrong, check, LoadReceiver, MemoryRecorder, type TestServer, type TestTenant, untilAsked } from '@vestnik/testing';
import { expect } from 'vitest';
import { cut, mend, twoHouses } from './two-houses.js';

export interface CatchUp {
  /** Resident memory of each process in bytes: before anything was sent, and the most while it caught up. */
  readonly memory: readonly { readonly installation: string; readonly before: number; readonly most: number }[];
  /** Messages a second, both ways together. */
  readonly rate: number;
}

const CLIENTS = ['ivanov', 'petrov', 'sidorov', 'desk-7'];
const BATCH = 500;

/**
 * The line is cut, so many messages are accepted at each end for the other one, the line is mended, and all of them arrive
 * once and in order, as the checker judges.
 */
export async function catchUp(messages: number, dataBytes: number): Promise<CatchUp> {
  const houses = await twoHouses({ apart: true });
  const recorder = new MemoryRecorder();
  const receivers: LoadReceiver[] = [];
  try {
    const { hq, branch } = houses;
    const [accounting, warehouse] = await Promise.all([
      hq.createTenant('accounting', { accepts: ['*@*.branch-7'] }),
      branch.createTenant('warehouse', { accepts: ['*@*.hq'] }),
    ]);
    for (const tenant of [accounting, warehouse])
      for (const client of CLIENTS) receivers.push(new LoadReceiver({ client, places: [tenant], recorder, window: 1_000 }));
    await Promise.all(receivers.map((receiver) => receiver.start()));
    await cut(houses);
    await Promise.all([fill(accounting, warehouse, messages, dataBytes, recorder), fill(warehouse, accounting, messages, dataBytes, recorder)]);

    const before = await Promise.all([hq, branch].map((server) => server.residentBytes()));
    const watch = new MemoryWatch([hq, branch]);
    const beganAt = performance.now();
    await mend(houses, 120_000);
    const seen = () => receivers.reduce((sum, receiver) => sum + receiver.seen.size, 0);
    await untilAsked('all has arrived', async () => seen() >= messages * 2, 15 * 60_000, 200);
    const seconds = (performance.now() - beganAt) / 1_000;
    await watch.stop();
    assertNothingWrong(check(recorder.observations));
    expect(seen()).toBe(messages * 2);
    return {
      memory: [hq, branch].map(({ installation }, at) => ({ installation, before: before[at] as number, most: watch.most[at] as number })),
      rate: (messages * 2) / seconds,
    };
  } finally {
    await Promise.all(receivers.map((receiver) => receiver.stop()));
    await houses.close();
  }
}

async function fill(from: TestTenant, to: TestTenant, messages: number, dataBytes: number, recorder: MemoryRecorder): Promise<void> {
  const filling = randomBytes(Math.ceil(dataBytes / 2)).toString('hex');
  for (let first = 0; first < messages; first += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, messages - first) }, (_, at) => ({
      label: `${from.name}-${first + at}`,
      to: to.address(CLIENTS[(first + at) % CLIENTS.length] as string),
    }));
    for (const one of batch) recorder.record({ kind: 'send', label: one.label, sender: from.address('server'), to: [one.to] });
    const body = { messages: batch.map((one) => ({ to: one.to, type: 'load', data: { label: one.label, filling } })) };
    const answer = await from.api('POST', '/messages/batch', body);
    const results = answer.body.results as readonly { readonly id?: string }[] | undefined;
    for (const [at, one] of batch.entries()) {
      const id = results?.[at]?.id;
      if (id === undefined) throw new Error(`not accepted: ${answer.status} ${JSON.stringify(results?.[at] ?? answer.text).slice(0, 300)}`);
      recorder.record({ kind: 'answer', label: one.label, id, recipients: [one.to] });
    }
  }
}

/** The most that processes have had resident, looked at four times a second. */
class MemoryWatch {
  readonly most: number[];
  #stopped = false;
  readonly #loop: Promise<void>;

  constructor(private readonly servers: readonly TestServer[]) {
    this.most = servers.map(() => 0);
    this.#loop = this.#watch();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loop;
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      for (const [at, server] of this.servers.entries()) this.most[at] = Math.max(this.most[at] as number, await server.residentBytes());
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
