import { describe, expect, it } from 'vitest';
import { catchUp } from './catch-up.js';

/** What a node may take more than before while it catches up: its windows, and what the collector has not come to. The queue is 100 MB. */
const MORE_BYTES_MAX = 160 * 1024 * 1024;

describe('a link that was down', () => {
  it('brings 100,000 messages each way, once and in order, and memory stays', { timeout: 20 * 60_000 }, async () => {
    const { memory, rate } = await catchUp(100_000, 1_000);
    const shown = memory.map(({ installation, before, most }) => `${installation} ${mib(before)} before, ${mib(most)} at most`);
    console.info(`${Math.round(rate)} messages a second both ways; ${shown.join('; ')}`);
    for (const { before, most } of memory) expect(most - before).toBeLessThan(MORE_BYTES_MAX);
  });
});

const mib = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;
