import { describe, expect, it } from 'vitest';
import { SILENT } from '../ports/log.js';
import type { LogEntry, MessageEntry } from '../ports/message-log.js';
import { Tail } from './tail.js';

const entry = (position: number, previous: number, mailboxId = 1): LogEntry =>
  ({ kind: 'message', tenantId: 1, mailboxId, position, previous, at: 0, to: '', expiresAt: 0, message: { id: `${position}`, data: '1' } }) as MessageEntry;

/** A tail at 10 with one listener, and a log whose reads wait for the test. */
function stand(log: LogEntry[] = []) {
  const seen: number[] = [];
  const reads: { after: number; answer: () => void; fail: () => void }[] = [];
  const tail = new Tail(
    1,
    10,
    {
      tail: (_tenant, after, limit) =>
        new Promise((resolve, reject) => {
          const answer = () => resolve(log.filter(({ position }) => position > after).slice(0, limit));
          reads.push({ after, answer, fail: () => reject(new Error('away')) });
        }),
    },
    () => 0,
    SILENT,
  );
  const listener = { arrived: ({ entry: { position } }: { entry: LogEntry }) => void seen.push(position) };
  tail.add(1, listener);
  return { tail, seen, reads, listener };
}

const settle = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

describe('a tail', () => {
  it('takes an entry from memory where the one before is the one it has seen last', () => {
    const { tail, seen, reads } = stand();
    tail.take(entry(11, 10));
    tail.take(entry(14, 11));
    expect(seen).toEqual([11, 14]);
    expect(reads).toEqual([]);
  });

  it('reads the log where one came between: another node has committed it', async () => {
    const { tail, seen, reads } = stand([entry(11, 10), entry(12, 11), entry(13, 12)]);
    tail.take(entry(12, 11));
    expect(seen).toEqual([]);
    reads[0]?.answer();
    await settle();
    expect(seen).toEqual([11, 12, 13]);
  });

  it('takes no entry twice', async () => {
    const { tail, seen } = stand();
    tail.take(entry(11, 10));
    tail.take(entry(11, 10));
    tail.take(entry(9, 8));
    tail.grown(11);
    await settle();
    expect(seen).toEqual([11]);
  });

  it('keeps the order of entries that arrive while it catches up', async () => {
    const log = [entry(11, 10), entry(12, 11)];
    const { tail, seen, reads } = stand(log);
    tail.grown(11);
    log.push(entry(13, 12));
    tail.take(entry(13, 12));
    expect(seen).toEqual([]);
    for (; reads.length > 0; await settle()) reads.shift()?.answer();
    expect(seen).toEqual([11, 12, 13]);
    tail.take(entry(14, 13));
    expect(seen.at(-1)).toBe(14);
  });

  it('reads one page after another', async () => {
    const log = Array.from({ length: 2_500 }, (_, at) => entry(11 + at, 10 + at));
    const { tail, seen, reads } = stand(log);
    tail.grown(2_510);
    let pages = 0;
    for (; reads.length > 0; await settle(), pages++) reads.shift()?.answer();
    expect(pages).toBe(3);
    expect(seen).toEqual(log.map(({ position }) => position));
  });

  it('tries again at the next word, where a read failed or what was spoken of is not there yet', async () => {
    const log: LogEntry[] = [];
    const { tail, seen, reads } = stand(log);
    tail.grown(11);
    reads.shift()?.answer();
    await settle();
    tail.grown(11);
    reads.shift()?.fail();
    await settle();
    log.push(entry(11, 10));
    tail.grown(11);
    reads.shift()?.answer();
    await settle();
    expect(seen).toEqual([11]);
  });

  it('calls only those whose mailbox it is', () => {
    const { tail, seen } = stand();
    tail.take(entry(11, 10, 2));
    tail.take(entry(12, 11, 1));
    expect(seen).toEqual([12]);
  });

  it('is idle when nobody hangs on it, and nobody is about to', () => {
    const { tail, listener } = stand();
    tail.add(1, listener);
    expect(tail.idle).toBe(false);
    tail.remove(1, listener);
    tail.remove(1, listener);
    expect(tail.idle).toBe(true);
    tail.hold();
    expect(tail.idle).toBe(false);
  });
});
