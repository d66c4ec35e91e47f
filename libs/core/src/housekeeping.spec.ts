import { beforeEach, describe, expect, it } from 'vitest';
import { Housekeeping, type HousekeepingParts } from './housekeeping.js';
import { ManualClock } from './memory/index.js';
import type { LogEntry } from './ports/message-log.js';
import { Lines } from './spec/memory-house.js';

let clock: ManualClock;
let lines: Lines;
let store: { offset: number; away: boolean; expired: number; pages: LogEntry[][] };
let committed: LogEntry[];
let calls: Record<string, number>;
let pending: (() => void)[];
let housekeeping: Housekeeping;

beforeEach(() => {
  clock = new ManualClock();
  lines = new Lines();
  store = { offset: 0, away: false, expired: 0, pages: [] };
  committed = [];
  calls = {};
  pending = [];
  const count = (name: string) => {
    calls[name] = (calls[name] ?? 0) + 1;
  };
  housekeeping = new Housekeeping({
    delivery: {
      tick: () => count('tick'),
      poll: () => {
        count('poll');
        return new Promise<void>((resolve) => pending.push(resolve));
      },
      readEpochs: async () => count('epochs'),
      committed: (entries: readonly LogEntry[]) => void committed.push(...entries),
    },
    tenants: { refresh: async () => count('tenants') },
    scheduled: { enterDue: async () => count('scheduled') },
    messageLog: {
      now: async () => {
        if (store.away) throw new Error('away');
        return clock.monotonic() + store.offset;
      },
      expireDue: async () => {
        store.expired++;
        return { entries: store.pages.shift() ?? [], more: store.pages.length > 0 };
      },
    },
    clock,
    log: lines,
  } as unknown as HousekeepingParts);
  housekeeping.start();
});

const seconds = (count: number) => clock.run(count * 1_000);

describe('housekeeping', () => {
  it('does its rounds every second, and stops', async () => {
    await seconds(3);
    expect(calls).toMatchObject({ tick: 3, tenants: 3, scheduled: 3 });
    expect(store.expired).toBe(3);
    housekeeping.stop();
    await seconds(3);
    expect(calls).toMatchObject({ tick: 3 });
    expect(clock.waiting).toBe(0);
  });

  it('begins no task anew while it is under way', async () => {
    await seconds(3);
    expect(calls.poll).toBe(1);
    pending.shift()?.();
    await seconds(1);
    expect(calls.poll).toBe(2);
  });

  it('expires all that is due, page by page, and hands it to the sessions', async () => {
    store.pages = [[{ position: 1 } as LogEntry], [{ position: 2 } as LogEntry], []];
    await seconds(1);
    expect(committed).toEqual([{ position: 1 }, { position: 2 }]);
  });

  it.each([
    ['forward', 3_600_000],
    ['back', -3_600_000],
  ])('lets nothing expire while the clock of the database has jumped %s, and says so once', async (_direction, jump) => {
    await seconds(2);
    const before = store.expired;
    store.offset += jump;
    await seconds(30);
    expect(store.expired).toBe(before);
    expect(lines.lines.filter((line) => line.startsWith('error'))).toHaveLength(1);
    store.offset -= jump;
    await seconds(2);
    expect(store.expired).toBe(before + 2);
    expect(lines.lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
  });

  it('takes no notice of a clock that drifts, or of a store that was away for long', async () => {
    for (let n = 0; n < 10; n++) {
      store.offset += 30_000;
      await seconds(1);
    }
    store.away = true;
    await seconds(600);
    store.away = false;
    await seconds(1);
    expect(store.expired).toBe(11);
    expect(lines.lines.filter((line) => line.startsWith('error'))).toEqual([]);
  });
});
