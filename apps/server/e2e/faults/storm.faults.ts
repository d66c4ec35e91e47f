import { describe, it } from 'vitest';
import { oneServer } from '../one-server.js';
import { storm } from './storm.js';

describe('five thousand clients cut off at once', () => {
  const one = oneServer();

  it('are all back and caught up, in order, while sends go on', { timeout: 300_000 }, async () => {
    await storm(await one.tenant(), { clients: 5_000, messages: 3, withinMs: 120_000 });
  });
});
