import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { survive } from './survive.js';

const MINUTES = 60_000;

const LONG = { patienceMs: 2 * MINUTES, arriveWithinMs: MINUTES } as const;

describe('nothing is lost, for longer', () => {
  it('when the node is killed every three seconds', { timeout: 5 * MINUTES }, async () => {
    const outcome = await survive({
      ...LONG,
      messages: 800,
      everyMs: 20,
      dropEvery: 60,
      meanwhile: async ({ servers: [server] }) => {
        for (let times = 0; times < 8; times++) {
          await delay(3_000);
          await server?.restart('SIGKILL');
        }
      },
    });
    for (const receiver of outcome.receivers) expect(Math.max(...receiver.outagesMs)).toBeLessThan(10_000);
  });

  it('when two nodes are killed in turn', { timeout: 5 * MINUTES }, async () => {
    await survive({
      ...LONG,
      nodes: 2,
      messages: 800,
      everyMs: 15,
      dropEvery: 30,
      meanwhile: async ({ servers }) => {
        for (let times = 0; times < 8; times++) {
          await delay(2_000);
          await servers[times % 2]?.restart('SIGKILL');
        }
      },
    });
  });

  it('when two nodes are frozen in turn, each for six seconds', { timeout: 5 * MINUTES }, async () => {
    await survive({
      ...LONG,
      nodes: 2,
      messages: 400,
      everyMs: 20,
      meanwhile: async ({ servers }) => {
        for (let times = 0; times < 3; times++) {
          await delay(1_000);
          servers[times % 2]?.signal('SIGSTOP');
          await delay(6_000);
          servers[times % 2]?.signal('SIGCONT');
        }
      },
    });
  });

  it('when Postgres is killed, restarted, stopped for 30 seconds and loses connections at random', { timeout: 6 * MINUTES }, async () => {
    await survive({
      ...LONG,
      nodes: 2,
      messages: 600,
      everyMs: 40,
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
        await postgres.stop();
        await delay(30_000);
        await postgres.startAgain();
        await delay(5_000);
        expect(servers.map(({ pid, running }) => running && pid)).toEqual(lives);
      },
    });
  });
});
