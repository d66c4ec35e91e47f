import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

const MIB = 1024 * 1024;
/** What is due to the slow reader, in messages of 200 KiB. */
const MESSAGES = 400;

describe('a client that never reads', () => {
  // With a small heap the process breathes less, so that what it holds can be told from what it has not yet thrown away.
  const one = oneServer(() => ({ nodeArguments: ['--max-old-space-size=100'] }));

  it('is not held in memory, harms nobody, and gets everything in order once it reads', async () => {
    const tenant = await one.tenant();
    const data = 'x'.repeat(200 * 1024);
    const send = async (to: string) => {
      for (let times = 0; times < MESSAGES; times += 10) {
        await Promise.all(Array.from({ length: 10 }, (_, at) => tenant.send({ to, type: 'big', data: `${times + at} ${data}` })));
      }
    };
    // The same load to somebody who is away is what the server itself needs for taking messages in.
    await send('away');
    await send('away');
    const residentBefore = await one.server.residentBytes();

    const slow = await tenant.connect('slow', { window: 10_000 }, { keepFrames: false });
    slow.pause();
    await send('slow');
    const quick = await tenant.connect('quick');
    await tenant.send({ to: 'quick', type: 'hello' });
    await quick.received(1);
    await delay(500);
    const grownBytes = (await one.server.residentBytes()) - residentBefore;
    // 80 MB are due; held in memory they would show. What is left is the breathing of the heap.
    expect(grownBytes).toBeLessThan(30 * MIB);

    slow.resume();
    const received = await slow.received(MESSAGES, 60_000);
    expect(new Set(received.map(({ id }) => id)).size).toBe(MESSAGES);
    const tens = received.map((message) => Math.floor(Number((message.data as string).split(' ')[0]) / 10));
    expect(tens).toEqual([...tens].sort((a, b) => a - b));
  }, 120_000);
});
