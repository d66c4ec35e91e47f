import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EVERY_WAY } from './run.js';
import { survive } from './survive.js';

const MINUTES = 60_000;
const LONG = { topics: true, carriers: EVERY_WAY, patienceMs: 2 * MINUTES, arriveWithinMs: MINUTES } as const;

describe('nothing is lost of topics, whose subscribers come and go, over every transport, for longer', () => {
  it('when the node is killed every three seconds', { timeout: 5 * MINUTES }, async () => {
    const { receivers } = await survive({
      ...LONG,
      messages: 700,
      everyMs: 20,
      dropEvery: 40,
      awayMs: 60,
      meanwhile: async ({ servers: [server] }) => {
        for (let times = 0; times < 8; times++) {
          await delay(3_000);
          await server?.restart('SIGKILL');
        }
      },
    });
    for (const receiver of receivers) expect(Math.max(...receiver.outagesMs)).toBeLessThan(10_000);
  });

  it('when two nodes are killed in turn, and clients are slow', { timeout: 5 * MINUTES }, async () => {
    await survive({
      ...LONG,
      nodes: 2,
      messages: 500,
      everyMs: 25,
      dropEvery: 30,
      window: 6,
      acknowledgeAfterMs: 15,
      meanwhile: async ({ servers }) => {
        for (let times = 0; times < 8; times++) {
          await delay(2_000);
          await servers[times % 2]?.restart('SIGKILL');
        }
      },
    });
  });

  it('when Postgres is killed, restarted and loses connections at random', { timeout: 6 * MINUTES }, async () => {
    await survive({
      ...LONG,
      nodes: 2,
      messages: 500,
      everyMs: 30,
      dropEvery: 30,
      meanwhile: async ({ postgres, servers }) => {
        const lives = servers.map(({ pid }) => pid);
        for (let times = 0; times < 3; times++) {
          await delay(1_000);
          await postgres.kill();
          await postgres.startAgain();
        }
        for (let times = 0; times < 10; times++) {
          await delay(500);
          await postgres.terminateConnections(0.5);
        }
        expect(servers.map(({ pid, running }) => running && pid)).toEqual(lives);
      },
    });
  });

  it('when clients stay away while their subscriptions end and begin', { timeout: 3 * MINUTES }, async () => {
    await survive({ ...LONG, nodes: 2, messages: 400, everyMs: 10, dropEvery: 9, awayMs: 150 });
  });
});
