import type { Sql } from '@vestnik/store';
import type { Filled } from './fill.js';
import type { Shape } from './shape.js';

/** A client, and a position after which so many messages wait for it. */
export interface Behind {
  readonly clientId: number;
  readonly after: number;
}

const NTH_LAST = {
  name: 'bench-nth-last',
  text: 'select l.position from vestnik.log l where l.mailbox_id = $1 and l.kind = 0 and l.position <= $2 order by l.position desc offset $3 limit 1',
};

/** Clients that were sent so many messages in the last half of the time to live; the busier, the fewer there are. */
export async function clientsBehind(sql: Sql, shape: Shape, filled: Filled, messages: number): Promise<Behind[]> {
  if (messages === 0) {
    // Not of the busiest: they would have been sent something since.
    return Array.from({ length: 10 }, (_, n) => ({ clientId: filled.firstClient + Math.floor((shape.present * (n + 0.5)) / 10), after: shape.last - 1_000 }));
  }
  // A client's share falls with the power -2/3 of its rank: see `chance` in the shape.
  const ranks = shape.clients * (shape.messages / (12 * shape.clients * messages)) ** 1.5;
  const ids = new Set(Array.from({ length: 10 }, (_, n) => filled.firstClient + (n % 2) + Math.floor((ranks * n) / 10)));
  const found: Behind[] = [];
  for (const clientId of ids) {
    const row = await sql.row<{ position: number }>(NTH_LAST, [clientId, shape.last, messages]);
    if (row !== undefined && row.position > shape.sweptTo + shape.last / 100) found.push({ clientId, after: row.position });
  }
  if (found.length === 0) throw new Error(`no client was sent ${messages} messages that still live`);
  return found;
}
