import { fill } from '../scenarios/large/fill.js';
import { openLog } from '../scenarios/large/open-log.js';
import { shapeOf } from '../scenarios/large/shape.js';
import { enrich } from './enrich.js';
import { furnish } from './furnish.js';

export interface FillOptions {
  readonly url: string;
  readonly messages: number;
  readonly clients: number;
}

/** Fills an empty database with what an installation has after sixty days, so that pages for administrators can be tried and timed on it. */
export async function fillDatabase({ url, messages, clients }: FillOptions, tell: (line: string) => void): Promise<void> {
  const shape = { ...shapeOf(messages, Date.now()), clients, present: Math.floor(clients * 0.96) };
  const open = await openLog(url, shape.positionsPerPartition);
  try {
    const filled = await fill(url, open.sql, shape, tell);
    await enrich(url, filled, tell);
    await furnish(url, filled, shape, tell);
    tell(`done: ${messages.toLocaleString('en')} messages, ${clients.toLocaleString('en')} clients`);
  } finally {
    await open.close();
  }
}
