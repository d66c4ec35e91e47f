import { beforeEach, expect, it } from 'vitest';
import { ManualClock } from '../memory/manual-clock.js';
import type { LogEntry, OutcomeEntry } from '../ports/message-log.js';
import type { HappeningFilter } from './happenings.js';
import { Observer } from './observer.js';
import { type Seen, Watch } from './watch.js';

let clock: ManualClock;
let observer: Observer;
let lookedUp: number[];
beforeEach(() => {
  clock = new ManualClock();
  lookedUp = [];
  const mailboxes = {
    byId: async (id: number) => {
      lookedUp.push(id);
      return { id, tenantId: 1, kind: 'client' as const, name: `client-${id}`, since: 0 };
    },
  };
  observer = new Observer('hq', mailboxes, { byId: () => ({ id: 1, name: 'sales' }) as never }, clock);
});

function watch(filter: HappeningFilter): { seen: Seen[] } {
  const seen: Seen[] = [];
  observer.watch(new Watch(filter, clock, (told) => seen.push(told)));
  return { seen };
}

/** As many outcomes as if all that waits had expired at once. @param mailboxOf the nth one's mailbox */
function outcomes(count: number, mailboxOf: (nth: number) => number): LogEntry[] {
  return Array.from(
    { length: count },
    (_, nth) =>
      ({ kind: 'outcome', state: 'expired', tenantId: 1, mailboxId: mailboxOf(nth), messageId: `m-${nth}`, position: nth }) as unknown as OutcomeEntry,
  );
}

it('looks up no recipient that nobody is shown', async () => {
  watch({ kinds: ['call'] });
  watch({ tenantIds: [2] });
  observer.committed(outcomes(1_000, (nth) => nth + 1));
  await clock.run(1_000);
  expect(lookedUp).toEqual([]);
});

it('looks up few recipients at once, however many messages end together', async () => {
  const { seen } = watch({});
  observer.committed(outcomes(1_000, (nth) => nth + 1));
  expect(lookedUp.length).toBeLessThanOrEqual(10);
  await clock.run(1_000);
  expect(lookedUp.length).toBeLessThanOrEqual(10);
  const told = seen.flatMap(({ happenings }) => happenings);
  expect(told).toHaveLength(50);
  expect(seen.reduce((sum, { skipped }) => sum + skipped, 0)).toBe(950);
});

it('looks one recipient up once, and names it each time', async () => {
  const { seen } = watch({});
  observer.committed(outcomes(20, () => 7));
  await clock.run(1_000);
  expect(lookedUp).toEqual([7]);
  expect(new Set(seen.flatMap(({ happenings }) => happenings.map(({ to }) => to)))).toEqual(new Set(['client-7@sales.hq']));
});
