import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SILENT } from '../ports/log.js';
import type { LogEntry, MessageEntry, ReplayQuery } from '../ports/message-log.js';
import { Feed, type FeedOptions, type FeedOutlet } from './feed.js';
import { Tail } from './tail.js';

const TENANT = 1;
const OWN = 10;
const EVERYONE = 11;
const FOREIGN = 12;

/** A tenant's log of which reads are answered when the test says so, or fail. */
class ScriptedLog {
  readonly entries: LogEntry[] = [];
  readonly reads: { answer: () => void; fail: () => void }[] = [];

  append(mailboxId: number): LogEntry {
    const previous = this.entries.at(-1)?.position ?? 0;
    const position = previous + 1 + (this.entries.length % 3);
    const entry = {
      kind: 'message',
      tenantId: TENANT,
      mailboxId,
      position,
      previous,
      at: 0,
      to: '',
      expiresAt: 0,
      message: { id: `${position}`, data: '1' },
    } as MessageEntry;
    this.entries.push(entry);
    return entry;
  }

  outcome(target: number, session: string | undefined, state: 'read' | 'refused' = 'read'): LogEntry {
    const previous = this.entries.at(-1)?.position ?? 0;
    const entry: LogEntry = {
      kind: 'outcome',
      tenantId: TENANT,
      mailboxId: OWN,
      position: previous + 1,
      previous,
      at: 0,
      state,
      messageId: `${target}`,
      target,
      session,
    };
    this.entries.push(entry);
    return entry;
  }

  replay({ mailboxes, after, upTo, limit }: ReplayQuery): Promise<{ entries: LogEntry[]; scannedTo: number }> {
    const ids = mailboxes.map(({ id }) => id);
    const entries = this.entries.filter(({ mailboxId, position }) => ids.includes(mailboxId) && position > after && position <= upTo).slice(0, limit);
    const scannedTo = entries.length === limit ? (entries.at(-1)?.position ?? after) : upTo;
    return this.later({ entries, scannedTo });
  }

  tail(_tenant: number, after: number, limit: number): Promise<LogEntry[]> {
    return this.later(this.entries.filter(({ position }) => position > after).slice(0, limit));
  }

  private later<Value>(value: Value): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.reads.push({ answer: () => resolve(value), fail: () => reject(new Error('the store is away')) });
    });
  }
}

class Receiving implements FeedOutlet {
  readonly handed: number[] = [];
  readonly retracted: string[] = [];
  choked = false;
  events: string[] = [];
  ready(): boolean {
    return !this.choked;
  }
  message(entry: MessageEntry): void {
    if (this.choked) throw new Error('handed over to a choked socket');
    this.handed.push(entry.position);
  }
  retract(ids: readonly string[]): void {
    this.retracted.push(...ids);
  }
  topic(): void {}
  waiting(): void {
    this.events.push('waiting');
  }
  flowing(): void {
    this.events.push('flowing');
  }
}

function stand(options: Partial<FeedOptions> = {}, before: readonly number[] = []) {
  const log = new ScriptedLog();
  for (const mailboxId of before) log.append(mailboxId);
  const tail = new Tail(TENANT, log.entries.at(-1)?.position ?? 0, log, () => 0, SILENT);
  const outlet = new Receiving();
  const mailboxes = [
    { id: OWN, since: 0 },
    { id: EVERYONE, since: 0 },
  ];
  const feed = new Feed({ clientId: OWN, mailboxes, start: 0, window: 100, session: 's', ...options }, tail, log, () => 0, outlet, SILENT);
  return { log, tail, outlet, feed };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

async function answerAll(log: ScriptedLog): Promise<void> {
  await settle();
  while (log.reads.length > 0) {
    log.reads.shift()?.answer();
    await settle();
  }
}

const own = (log: ScriptedLog, after = 0) =>
  log.entries.filter(({ mailboxId, position }) => mailboxId !== FOREIGN && position > after).map(({ position }) => position);

describe('a feed', () => {
  it('hands over what was there before, then what comes, from memory', async () => {
    const { log, tail, outlet, feed } = stand({}, [OWN, FOREIGN, EVERYONE]);
    feed.start();
    await answerAll(log);
    tail.take(log.append(OWN));
    tail.take(log.append(FOREIGN));
    tail.take(log.append(EVERYONE));
    expect(outlet.handed).toEqual(own(log));
    expect(log.reads).toEqual([]);
  });

  it('reads nothing where nothing was there before', async () => {
    const { log, tail, outlet, feed } = stand();
    feed.start();
    await settle();
    tail.take(log.append(OWN));
    expect(log.reads).toEqual([]);
    expect(outlet.handed).toEqual(own(log));
  });

  it('is not touched by what comes for others while it is behind', async () => {
    const { log, tail, outlet, feed } = stand({ window: 1 });
    feed.start();
    tail.take(log.append(OWN));
    for (let n = 0; n < 10; n++) tail.take(log.append(FOREIGN));
    feed.acknowledged(outlet.handed[0] as number);
    expect(log.reads).toEqual([]);
  });

  it('keeps to its window, says once that more waits, and goes on when there is room', async () => {
    const { log, tail, outlet, feed } = stand({ window: 2 });
    feed.start();
    for (let n = 0; n < 4; n++) tail.take(log.append(OWN));
    expect(outlet.handed).toHaveLength(2);
    expect(outlet.events).toEqual(['waiting']);
    feed.acknowledged(outlet.handed[0] as number);
    await answerAll(log);
    expect(outlet.handed).toHaveLength(3);
    feed.acknowledged(outlet.handed[2] as number);
    await answerAll(log);
    expect(outlet.handed).toEqual(own(log));
    expect(feed.unacknowledged).toBe(1);
  });

  it('hands nothing to a choked socket, and goes on from the log when it has drained', async () => {
    const { log, tail, outlet, feed } = stand();
    feed.start();
    outlet.choked = true;
    for (let n = 0; n < 3; n++) tail.take(log.append(OWN));
    expect(outlet.handed).toEqual([]);
    outlet.choked = false;
    feed.drained();
    await answerAll(log);
    expect(outlet.handed).toEqual(own(log));
  });

  it('goes on where a read failed', async () => {
    const { log, outlet, feed } = stand({}, [OWN, OWN]);
    feed.start();
    log.reads.shift()?.fail();
    await settle();
    expect(outlet.handed).toEqual([]);
    feed.nudge();
    await answerAll(log);
    expect(outlet.handed).toEqual(own(log));
  });

  it('hands over nothing again that another node has handed over, where this one hears of it later', async () => {
    const { log, tail, outlet, feed } = stand({ start: 3 });
    feed.start();
    for (let n = 0; n < 3; n++) tail.take(log.append(OWN));
    expect(outlet.handed).toEqual(own(log, 3));
  });

  it('hands over nothing after it was closed, though a read is under way', async () => {
    const { log, tail, outlet, feed } = stand({}, [OWN]);
    feed.start();
    feed.close();
    await answerAll(log);
    tail.take(log.append(OWN));
    expect(outlet.handed).toEqual([]);
    expect(tail.idle).toBe(true);
  });

  it('tells of outcomes, but not of refusals and not of what its own session did', async () => {
    const { log, tail, outlet, feed } = stand();
    feed.start();
    tail.take(log.append(OWN));
    tail.take(log.outcome(1, 's'));
    tail.take(log.outcome(2, 'other', 'refused'));
    tail.take(log.outcome(3, 'other'));
    expect(outlet.retracted).toEqual(['3']);
    expect(feed.handedUpTo).toBe(log.entries.at(-1)?.position);
  });

  it('has no gap, no repeat and no disorder, and keeps to window and socket, whatever happens in whatever order', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant('append' as const), mailboxId: fc.constantFrom(OWN, OWN, EVERYONE, FOREIGN), here: fc.boolean() }),
      },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('answer' as const), which: fc.nat(3) }) },
      { weight: 1, arbitrary: fc.constant({ kind: 'fail' as const }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('ack' as const), count: fc.integer({ min: 1, max: 4 }) }) },
      { weight: 1, arbitrary: fc.constantFrom({ kind: 'choke' as const }, { kind: 'drain' as const }, { kind: 'poll' as const }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.constantFrom(OWN, EVERYONE, FOREIGN), { maxLength: 6 }),
        fc.nat(8),
        fc.array(step, { maxLength: 60 }),
        async (window, before, resumeAt, steps) => {
          const { log, tail, outlet, feed } = stand({ window, start: Math.min(resumeAt, before.length * 2) }, before);
          const start = feed.at;
          let acknowledged = 0;
          const check = () => {
            expect(outlet.handed).toEqual(own(log, start).slice(0, outlet.handed.length));
            expect(outlet.handed.length - acknowledged).toBeLessThanOrEqual(window);
          };
          const acknowledge = (count: number) => {
            acknowledged = Math.min(acknowledged + count, outlet.handed.length);
            if (acknowledged > 0) feed.acknowledged(outlet.handed[acknowledged - 1] as number);
          };
          const poll = () => {
            tail.grown(log.entries.at(-1)?.position ?? 0);
            feed.nudge();
          };
          feed.start();
          for (const one of steps) {
            if (one.kind === 'append') {
              const entry = log.append(one.mailboxId);
              if (one.here) tail.take(entry);
            } else if (one.kind === 'answer') log.reads.splice(one.which, 1)[0]?.answer();
            else if (one.kind === 'fail') log.reads.shift()?.fail();
            else if (one.kind === 'ack') acknowledge(one.count);
            else if (one.kind === 'choke') outlet.choked = true;
            else if (one.kind === 'drain') {
              outlet.choked = false;
              feed.drained();
            } else poll();
            await settle();
            check();
          }
          outlet.choked = false;
          feed.drained();
          for (let round = 0; round < 200 && outlet.handed.length < own(log, start).length; round++) {
            poll();
            await answerAll(log);
            acknowledge(window);
            check();
          }
          expect(outlet.handed).toEqual(own(log, start));
        },
      ),
      { numRuns: 300 },
    );
  });
});
