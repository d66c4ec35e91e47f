import { describe, expect, it } from 'vitest';
import { EVERY_WAY } from './run.js';
import { survive } from './survive.js';

const ONE = { tenants: ['sales'], topics: true, carriers: EVERY_WAY } as const;

describe('nothing is lost of topics, whose subscribers come and go, over every transport', () => {
  it('when clients drop their connections, stay away and come back over another transport', async () => {
    const { receivers } = await survive({ ...ONE, tenants: ['sales', 'accounting'], messages: 60, everyMs: 5, dropEvery: 12, awayMs: 80 });
    expect(Math.min(...receivers.map(({ sessions }) => sessions))).toBeGreaterThanOrEqual(EVERY_WAY.length);
  });

  it('when clients are slow, and their subscriptions end and begin before they have come so far', async () => {
    await survive({ ...ONE, messages: 60, everyMs: 15, window: 3, acknowledgeAfterMs: 25 });
  });

  it('when the node is killed under load', async () => {
    await survive({
      ...ONE,
      messages: 80,
      dropEvery: 20,
      meanwhile: async ({ servers: [server], accepted }) => {
        await accepted(100);
        await server?.restart('SIGKILL');
      },
    });
  });

  it('with two nodes, one of which is killed, while polls and acknowledgements go to either', async () => {
    await survive({
      ...ONE,
      nodes: 2,
      messages: 80,
      everyMs: 5,
      dropEvery: 15,
      meanwhile: async ({ servers, accepted }) => {
        await accepted(80);
        await servers[1]?.restart('SIGKILL');
      },
    });
  });

  it('when all of Postgres is killed under load', async () => {
    await survive({
      ...ONE,
      messages: 80,
      dropEvery: 15,
      meanwhile: async ({ postgres, accepted }) => {
        await accepted(100);
        await postgres.kill();
        await postgres.startAgain();
      },
    });
  });
});
