import { describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

const MIB = 1024 * 1024;

describe('a client to which a gigabyte is due and that never reads', () => {
  const one = oneServer();

  it('is closed as too slow after a minute without progress, and its messages stay in the log', { timeout: 300_000 }, async () => {
    const tenant = await one.tenant();
    const data = 'x'.repeat(250 * 1024);
    const slow = await tenant.connect('slow', { window: 10_000 }, { keepFrames: false });
    slow.pause();
    let most = 0;
    for (let times = 0; times < 400; times++) {
      await Promise.all(Array.from({ length: 10 }, () => tenant.send({ to: 'slow', type: 'big', data })));
      most = Math.max(most, await one.server.residentBytes());
    }
    expect(most).toBeLessThan(400 * MIB);
    const quietAt = performance.now();
    while (performance.now() - quietAt < 75_000) {
      const { body } = await tenant.api('GET', '/clients/slow');
      if (Array.isArray(body.sessions) && body.sessions.length === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    slow.resume();
    expect((await slow.closed(20_000)).code).toBe(4408);
    const back = await tenant.connect('slow', { window: 10_000 }, { keepFrames: false });
    let got = 0;
    let last: string | undefined;
    while (got < 4_000) {
      const received = back.messages.splice(0);
      got += received.length;
      last = received.at(-1)?.position ?? last;
      if (last !== undefined) back.notify('ack', { position: last });
      if (got < 4_000) await back.until('more', ({ messages }) => messages.length > 0, 20_000);
    }
    expect(got).toBe(4_000);
  });
});
