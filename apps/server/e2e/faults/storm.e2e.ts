import { describe, it } from 'vitest';
import { oneServer } from '../one-server.js';
import { storm } from './storm.js';

describe('many clients cut off at once', () => {
  const one = oneServer();

  it('are all back and caught up, in order, while sends go on', async () => {
    await storm(await one.tenant(), { clients: 300, messages: 5, withinMs: 15_000 });
  });
});
