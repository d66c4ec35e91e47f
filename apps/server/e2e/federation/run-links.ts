import {
  assertNothingWrong,
  check,
  describeCounts,
  LoadReceiver,
  LoadSender,
  MemoryRecorder,
  type Observation,
  type TestTenant,
  untilAsked,
  type Verdict,
} from '@vestnik/testing';
import { expect } from 'vitest';
import { ReceiptBook } from './receipt-book.js';
import { type TwoHouses, type TwoHousesOptions, twoHouses } from './two-houses.js';

/** A run of senders and receivers at both ends of a link, while something goes wrong. */
export interface LinkRunOptions extends TwoHousesOptions {
  /** For each sender; there are two at each end. */
  readonly messages: number;
  /** Between two messages of one sender. */
  readonly everyMs?: number;
  /** What goes wrong meanwhile; it resolves when it has done its worst, and everything is up and healed again. */
  readonly meanwhile?: (run: LinkRunning) => Promise<void>;
  /** Receivers drop their first connections before the so many-th message of each. */
  readonly dropEvery?: number;
  /** How long the last messages, and receipts, may take to arrive after everything is up. */
  readonly arriveWithinMs?: number;
  readonly patienceMs?: number;
}

/** What `meanwhile` may lay hands on. */
export interface LinkRunning extends TwoHouses {
  readonly observations: readonly Observation[];
  /** Resolves as soon as so many messages were accepted in all. */
  accepted(count: number): Promise<void>;
  /** Resolves as soon as so many more messages were handed over than when it is called. */
  handedOver(more: number, withinMs?: number): Promise<void>;
}

export interface LinkRunOutcome {
  readonly verdict: Verdict;
  /** What receipts did not say, or said twice or wrongly, one sentence each. */
  readonly receipts: readonly string[];
  /** What the ends say of each other that they may not have reason to: that history was lost, or that rules were broken. */
  readonly complaints: readonly string[];
  /** What senders or faults threw. */
  readonly failures: readonly string[];
  readonly log: string;
}

const CLIENTS = ['ivanov', 'Иванов Иван', 'desk-7'];
const DROPS = 10;
const COMPLAINTS = /.*(?:restored from a backup|are not kept here any more|broke the rules|could not be stored, and is refused).*/g;

/**
 * A tenant at each end with clients of the same names; over HTTP and over a socket both write to the other end and to their
 * own, to single recipients and to lists of both, with keys used twice, and ask for receipts. Judged by the checker alone.
 */
export async function runLinks(options: LinkRunOptions): Promise<LinkRunOutcome> {
  const houses = await twoHouses(options);
  const receivers: LoadReceiver[] = [];
  const senders: LoadSender[] = [];
  const books: { readonly sender: string; readonly book: ReceiptBook }[] = [];
  const recorder = new MemoryRecorder();
  const { observations } = recorder;
  try {
    const [accounting, warehouse] = await Promise.all([
      houses.hq.createTenant('accounting', { accepts: ['*@*.branch-7'] }),
      houses.branch.createTenant('warehouse', { accepts: ['*@*.hq'] }),
    ]);
    for (const tenant of [accounting, warehouse]) {
      for (const [at, client] of CLIENTS.entries()) {
        const { dropEvery = 0 } = options;
        receivers.push(
          new LoadReceiver({
            client,
            places: [tenant],
            recorder,
            ...(dropEvery > 0 ? { dropsBefore: (message: number, session: number) => session <= DROPS && message === dropEvery + at } : {}),
          }),
        );
      }
      for (const client of ['server', 'writer']) books.push({ sender: tenant.address(client), book: new ReceiptBook(tenant, client) });
    }
    await Promise.all(receivers.map((receiver) => receiver.start()));
    for (const { book } of books) book.start();
    senders.push(...sendersOf(accounting, warehouse, recorder, options), ...sendersOf(warehouse, accounting, recorder, options));

    const failures: string[] = [];
    const noted = (what: string) => (error: unknown) => {
      failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    };
    const sending = Promise.all(senders.map((sender) => sender.run(options.messages).catch(noted('a sender'))));
    const seen = () => receivers.reduce((sum, receiver) => sum + receiver.seen.size, 0);
    const running: LinkRunning = {
      ...houses,
      observations,
      accepted: async (count) => {
        await untilAsked(`${count} messages accepted`, async () => senders.reduce((sum, sender) => sum + sender.accepted, 0) >= count, 60_000, 5);
      },
      handedOver: async (more, withinMs = 60_000) => {
        const before = seen();
        await untilAsked(`${more} more messages handed over`, async () => seen() >= before + more, withinMs, 20);
      },
    };
    await options.meanwhile?.(running).catch(noted('the fault'));
    await sending;
    const { arriveWithinMs = 30_000 } = options;
    const receipts = () => wrongReceipts(observations, books);
    await untilAsked('all has arrived', async () => check(observations).counts.lost === 0 && receipts().length === 0, arriveWithinMs, 200).catch(() => {});
    // Whatever comes late and twice has a moment to do so.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const log = `${houses.hq.log}\n${houses.branch.log}`;
    return { verdict: check(observations), receipts: receipts(), complaints: log.match(COMPLAINTS) ?? [], failures, log };
  } finally {
    for (const sender of senders) sender.stop();
    await Promise.all([...receivers.map((receiver) => receiver.stop()), ...books.map(({ book }) => book.stop())]);
    await houses.close();
  }
}

/** Runs the load and expects that all was accepted at last, that nothing went wrong, and that each receipt came home once. */
export async function surviveLinks(options: LinkRunOptions): Promise<LinkRunOutcome> {
  const outcome = await runLinks(options);
  const { counts } = outcome.verdict;
  console.info(describeCounts(counts));
  expect(outcome.failures).toEqual([]);
  assertNothingWrong(outcome.verdict);
  expect(outcome.receipts.slice(0, 10)).toEqual([]);
  expect(outcome.complaints).toEqual([]);
  expect(counts.attempted).toBe(options.messages * 4);
  expect(counts.accepted).toBe(counts.attempted);
  return outcome;
}

function sendersOf(from: TestTenant, to: TestTenant, recorder: MemoryRecorder, options: LinkRunOptions): LoadSender[] {
  const there = CLIENTS.map((client) => to.address(client));
  const here = from.address(CLIENTS[0] as string);
  const at = (message: number) => there[message % there.length] as string;
  const common = { recorder, places: [from], everyMs: options.everyMs, patienceMs: options.patienceMs, receipt: true };
  return [
    new LoadSender({
      ...common,
      name: `${from.name}-http`,
      sender: from.address('server'),
      to: (message) => (message % 10 === 9 ? [...there, here] : message % 10 === 4 ? [here] : [at(message)]),
      repeats: (message) => message % 8 === 1,
      over: { kind: 'http' },
    }),
    new LoadSender({
      ...common,
      name: `${from.name}-socket`,
      sender: from.address('writer'),
      to: (message) => [at(message >> 2)],
      over: { kind: 'socket', client: 'writer', atOnce: 8 },
    }),
  ];
}

/** Each recipient that a message was accepted for acknowledges it, and its sender is told so once. */
function wrongReceipts(observations: readonly Observation[], books: readonly { readonly sender: string; readonly book: ReceiptBook }[]): string[] {
  const senders = new Map<string, string>();
  const wrong: string[] = [];
  const judged = new Set<string>();
  for (const observation of observations) {
    if (observation.kind === 'send') senders.set(observation.label, observation.sender);
    if (observation.kind !== 'answer' || judged.has(observation.label)) continue;
    judged.add(observation.label);
    const book = books.find(({ sender }) => sender === senders.get(observation.label))?.book;
    for (const recipient of observation.recipients) {
      const told = book?.told(observation.id, recipient) ?? [];
      if (told.length !== 1 || told[0] !== 'acknowledged') wrong.push(`${observation.label} to ${recipient}: ${told.join(', ') || 'no receipt'}`);
    }
  }
  return wrong;
}
