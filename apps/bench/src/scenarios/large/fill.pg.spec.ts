import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningPostgres, startPostgres } from '@vestnik/store/embedded';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Filled, fill } from './fill.js';
import { type OpenLog, openLog } from './open-log.js';
import { type Shape, shapeOf } from './shape.js';

const folder = mkdtempSync(join(tmpdir(), 'vestnik-fill-'));
let postgres: RunningPostgres;
let open: OpenLog;
let shape: Shape;
let filled: Filled;
let counted = 0;

beforeAll(async () => {
  postgres = await startPostgres({ dataDir: folder });
  shape = shapeOf(20_000, Date.now());
  open = await openLog(postgres.url, shape.positionsPerPartition);
  filled = await fill(postgres.url, open.sql, shape, () => undefined);
}, 60_000);
afterAll(async () => {
  await open?.close();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function count(text: string): Promise<number> {
  const row = await open.sql.row<{ count: number }>({ name: `count-${++counted}`, text: `select count(*)::int as count ${text}` });
  return row?.count ?? Number.NaN;
}

describe('a filled log', () => {
  it('holds as many messages as it was asked for, in a chain without a hole up to the head', async () => {
    expect(await count('from vestnik.message')).toBe(20_000);
    expect(await count('from vestnik.log l where l.kind = 0')).toBe(20_000);
    expect(
      await count('from (select l.previous, lag(l.position, 1, 0) over (order by l.position) as before from vestnik.log l) x where x.previous <> x.before'),
    ).toBe(0);
    expect(await open.log.head(filled.tenantId)).toBe(shape.last);
    expect(await count('from vestnik.log l where l.position > (select s.last_value from vestnik.log_position s)')).toBe(0);
  });

  it('has nothing in the partitions of last resort', async () => {
    expect((await count('from vestnik.log_kept')) + (await count('from vestnik.message_kept')) + (await count('from vestnik.cursor_move_kept'))).toBe(0);
  });

  it('has each outcome in the mailbox of a message before it, and one of a message at most', async () => {
    const outcomes = await count('from vestnik.log o where o.kind = 1');
    expect(outcomes).toBe(Math.floor(shape.last / 25));
    expect(
      await count(
        'from vestnik.log o join vestnik.log l on l.position = o.target and l.mailbox_id = o.mailbox_id and l.message_id = o.message_id and l.kind = 0 and l.position < o.position',
      ),
    ).toBe(outcomes);
    expect(await count('from (select o.target from vestnik.log o where o.kind = 1 group by o.target having count(*) > 1) x')).toBe(0);
  });

  it('has swept what expired: nothing up to there waits for anybody', async () => {
    const waiting = `from vestnik.log l where l.kind = 0 and l.expires_at <= vestnik.now_ms() and l.mailbox_id <> ${filled.everyoneId}
      and coalesce((select max(c.acknowledged) from vestnik.client_cursor c where c.client_id = l.mailbox_id), 0) < l.position
      and not exists (select from vestnik.log o where o.target = l.position)`;
    expect(await count(`${waiting} and l.position <= ${shape.sweptTo}`)).toBe(0);
    // What is measured next: something is left to sweep.
    expect(await count(waiting)).toBeGreaterThan(0);
  });
});
