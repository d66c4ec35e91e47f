import { Problem } from '@vestnik/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../memory/index.js';
import type { CursorMove, HandedAgain, LogEntry } from '../ports/message-log.js';
import { Lines } from '../spec/memory-house.js';
import { type ClientCursor, Cursors } from './cursors.js';

interface Write {
  readonly moves: readonly CursorMove[];
  readonly sync: boolean;
  readonly done: (receipts?: LogEntry[]) => void;
  readonly fail: (error: unknown) => void;
}

/** What the store says of a cursor when a session opens. */
const OPENED = { acknowledged: 5, delivered: 7 };

let clock: ManualClock;
let writes: Write[];
let committed: LogEntry[];
let again: HandedAgain[];
let lines: Lines;
let cursors: Cursors;
let cursor: ClientCursor;

beforeEach(async () => {
  clock = new ManualClock();
  writes = [];
  committed = [];
  again = [];
  lines = new Lines();
  cursors = new Cursors(
    {
      moveCursors: (moves, sync) =>
        new Promise((resolve, reject) => {
          writes.push({ moves: moves.map((move) => ({ ...move })), sync, done: (receipts = []) => resolve(receipts), fail: reject });
        }),
      handedAgain: async (ranges) => void again.push(...ranges),
    },
    { committed: (entries) => void committed.push(...entries) },
    clock,
    lines,
  );
  cursor = await cursors.use(1, 10, '', OPENED);
});

/** Whether a promise has settled. */
async function stateOf(promise: Promise<unknown>): Promise<string> {
  let state = 'waiting';
  promise.then(
    () => {
      state = 'kept';
    },
    (error: unknown) => {
      state = error instanceof Problem ? error.slug : String(error);
    },
  );
  await clock.run(0);
  return state;
}

const full = () => new Problem('storage-full', 'no room');

describe('moving cursors', () => {
  it('gathers what was handed over, and may lose it', async () => {
    for (const position of [8, 9, 10]) cursors.delivered(cursor, position);
    expect(writes).toEqual([]);
    await clock.run(650);
    expect(writes).toHaveLength(1);
    expect(writes[0]).toMatchObject({ sync: false, moves: [{ clientId: 10, device: '', acknowledged: 5, delivered: 10 }] });
  });

  it('gathers acknowledgements that nobody waits for, and loses none: a repeated one is answered by the same write', async () => {
    for (const position of [8, 9, 10]) cursors.acknowledge(cursor, position);
    expect(writes).toEqual([]);
    await clock.run(150);
    expect(writes).toHaveLength(1);
    expect(writes[0]).toMatchObject({ sync: true, moves: [{ clientId: 10, device: '', acknowledged: 10, delivered: 10 }] });
    cursors.acknowledge(cursor, 10);
    const repeated = cursors.flushed();
    expect(await stateOf(repeated)).toBe('waiting');
    writes[0]?.done();
    await repeated;
    expect(writes).toHaveLength(1);
  });

  it('leaves what was only handed over to the acknowledgement that follows it', async () => {
    const other = cursors.use(1, 11, '', OPENED);
    cursors.delivered(cursor, 9);
    cursors.delivered(other, 9);
    cursors.acknowledge(cursor, 9);
    await clock.run(150);
    expect(writes.map(({ moves }) => moves)).toEqual([[expect.objectContaining({ clientId: 10, acknowledged: 9, delivered: 9 })]]);
    writes[0]?.done();
    await clock.run(500);
    expect(writes[1]?.moves).toEqual([expect.objectContaining({ clientId: 11, acknowledged: 5, delivered: 9 })]);
  });

  it('answers only after the commit', async () => {
    cursors.acknowledge(cursor, 9);
    const answer = cursors.flushed();
    expect(await stateOf(answer)).toBe('waiting');
    expect(writes[0]).toMatchObject({ sync: true, moves: [{ acknowledged: 9, delivered: 9 }] });
    writes[0]?.done();
    expect(await stateOf(answer)).toBe('kept');
  });

  it('merges what comes while a write is under way into the next one', async () => {
    cursors.acknowledge(cursor, 8);
    const first = cursors.flushed();
    cursors.acknowledge(cursor, 9);
    const second = cursors.flushed();
    cursors.acknowledge(cursor, 10);
    const third = cursors.flushed();
    writes[0]?.done();
    expect([await stateOf(first), await stateOf(second)]).toEqual(['kept', 'waiting']);
    expect(writes).toHaveLength(2);
    expect(writes[1]).toMatchObject({ sync: true, moves: [{ acknowledged: 10 }] });
    writes[1]?.done();
    expect([await stateOf(second), await stateOf(third)]).toEqual(['kept', 'kept']);
  });

  it('never moves back, and answers at once where there is nothing to write', async () => {
    cursors.acknowledge(cursor, 4);
    cursors.delivered(cursor, 6);
    expect(await stateOf(cursors.flushed())).toBe('kept');
    expect(writes).toEqual([]);
  });

  it('takes the receipts that were written to the sessions', async () => {
    cursors.acknowledge(cursor, 9);
    const answer = cursors.flushed();
    const receipt = { kind: 'message', position: 11 } as LogEntry;
    writes[0]?.done([receipt]);
    await answer;
    expect(committed).toEqual([receipt]);
  });
});

describe('a store that has no room', () => {
  it('is asked again until it has; the answer waits', async () => {
    cursors.acknowledge(cursor, 9);
    const answer = cursors.flushed();
    writes[0]?.fail(full());
    expect(await stateOf(answer)).toBe('waiting');
    await clock.run(500);
    writes[1]?.done();
    expect(await stateOf(answer)).toBe('kept');
  });

  it('is told of after 10 s, and the move is kept and written when there is room', async () => {
    cursors.acknowledge(cursor, 9);
    const answer = cursors.flushed();
    let told = stateOf(answer);
    for (let second = 0; second < 11; second += 0.5) {
      writes.at(-1)?.fail(full());
      await clock.run(500);
      if (second < 9) expect(await stateOf(answer)).toBe('waiting');
    }
    told = stateOf(answer);
    expect(await told).toBe('storage-full');
    writes.at(-1)?.done();
    await clock.run(0);
    expect(writes.at(-1)?.moves).toMatchObject([{ acknowledged: 9 }]);
    expect(await stateOf(cursors.flushed())).toBe('kept');
  });

  it('holds up nobody for ever: an error that nobody expected is told at once and logged', async () => {
    cursors.acknowledge(cursor, 9);
    const answer = cursors.flushed();
    writes[0]?.fail(new Error('a bug'));
    expect(await stateOf(answer)).toBe('Error: a bug');
    expect(lines.lines).toContain('error cursors could not be written');
  });
});

describe('a cursor', () => {
  it('is opened once for all sessions of a device, and told to all of them when it moves', async () => {
    const moves: number[] = [];
    const again = await cursors.use(1, 10, '', OPENED);
    expect(again).toBe(cursor);
    const stop = again.onMove((position) => moves.push(position));
    cursors.acknowledge(cursor, 9);
    stop();
    cursors.acknowledge(cursor, 10);
    expect(moves).toEqual([9]);
  });

  it('is forgotten with its last session, but not before it is written', async () => {
    cursors.acknowledge(cursor, 9);
    cursors.release(cursor);
    expect(await cursors.use(1, 10, '', OPENED)).toBe(cursor);
    cursors.release(cursor);
    await clock.run(150);
    writes[0]?.done();
    await clock.run(0);
    expect(await cursors.use(1, 10, '', OPENED)).not.toBe(cursor);
  });

  it('is written before the node ends', async () => {
    cursors.delivered(cursor, 9);
    const closing = cursors.close();
    writes[0]?.done();
    expect(await stateOf(closing)).toBe('kept');
  });

  it('among many is written in batches, all of them before the answer', async () => {
    const many = await Promise.all(Array.from({ length: 1_500 }, (_, client) => cursors.use(1, 100 + client, '', OPENED)));
    for (const one of many) cursors.acknowledge(one, 9);
    const answer = cursors.flushed();
    writes[0]?.done();
    expect(await stateOf(answer)).toBe('waiting');
    writes[1]?.done();
    expect(await stateOf(answer)).toBe('kept');
    expect(writes.map(({ moves }) => moves.length)).toEqual([1_000, 500]);
  });

  it('write what a session was handed again as one range, and what comes after the write as another', async () => {
    let range = cursors.handedAgain(cursor, 6, undefined);
    range = cursors.handedAgain(cursor, 7, range);
    await clock.run(1_000);
    writes.shift()?.done();
    await clock.run(0);
    expect(again).toEqual([{ clientId: 10, device: '', first: 6, last: 7 }]);
    range = cursors.handedAgain(cursor, 9, range);
    expect(range).toMatchObject({ first: 9, last: 9 });
    await clock.run(1_000);
    writes.shift()?.done();
    await clock.run(0);
    expect(again.slice(1)).toEqual([{ clientId: 10, device: '', first: 9, last: 9 }]);
  });
});
