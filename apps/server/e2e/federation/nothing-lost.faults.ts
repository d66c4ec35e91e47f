import { setTimeout as delay } from 'node:timers/promises';
import { linkConnected, linkSeen, type PipeFaults, type TestServer, untilAsked } from '@vestnik/testing';
import { describe, expect, it } from 'vitest';
import { surviveLinks } from './run-links.js';
import type { TwoHouses } from './two-houses.js';

const MINUTES = 60_000;
const LONG = { patienceMs: 3 * MINUTES, arriveWithinMs: 3 * MINUTES } as const;
/** A link that is silent is found out in 40 s; it is told to the store within a few more. */
const FOUND_WITHIN_MS = 50_000;

/** Resolves when an end says that it is not connected any more. */
function found(server: TestServer, link: string): Promise<unknown> {
  return untilAsked(`${server.installation} has found out`, async () => !(await linkSeen(server, link)).connected, FOUND_WITHIN_MS, 250);
}

async function bothConnected({ hq, branch, link }: TwoHouses): Promise<void> {
  await Promise.all([linkConnected(hq, link.accepting, 2 * MINUTES), linkConnected(branch, link.inviting, 2 * MINUTES)]);
}

describe('nothing is lost between two installations, for longer', () => {
  it.each(['up', 'down'] as const)('when the line is silent one way, %s, which both ends find out in 40 s', { timeout: 10 * MINUTES }, async (direction) => {
    await surviveLinks({
      ...LONG,
      messages: 300,
      everyMs: 200,
      meanwhile: async (run) => {
        const { hq, branch, proxy, link, accepted } = run;
        await accepted(50);
        proxy.harm({ silence: 'lost' }, direction);
        await Promise.all([found(hq, link.accepting), found(branch, link.inviting)]);
        proxy.heal();
        await bothConnected(run);
      },
    });
  });

  it('when the line is reset every two seconds', { timeout: 10 * MINUTES }, async () => {
    await surviveLinks({
      ...LONG,
      messages: 1_000,
      everyMs: 30,
      dropEvery: 50,
      meanwhile: async ({ proxy }) => {
        for (let times = 0; times < 30; times++) {
          await delay(2_000);
          proxy.reset();
        }
      },
    });
  });

  it('when the line is up for a second and down for a second', { timeout: 10 * MINUTES }, async () => {
    await surviveLinks({
      ...LONG,
      messages: 1_000,
      everyMs: 30,
      meanwhile: async (run) => {
        const { proxy } = run;
        for (let times = 0; times < 30; times++) {
          await delay(1_000);
          proxy.refuse();
          proxy.reset();
          await delay(1_000);
          proxy.heal();
        }
        await bothConnected(run);
      },
    });
  });

  it.each<[string, PipeFaults]>([
    ['sliced into bytes', { sliceBytes: 1 }],
    ['slow and uneven', { delayMs: 80, jitterMs: 120, sliceBytes: 900 }],
    ['narrow', { bytesPerSecond: 60_000 }],
  ])('when the line is %s', { timeout: 10 * MINUTES }, async (_what, faults) => {
    await surviveLinks({
      ...LONG,
      messages: 250,
      everyMs: 60,
      meanwhile: async ({ proxy, handedOver }) => {
        proxy.harm(faults);
        await handedOver(200, 2 * MINUTES);
        proxy.heal();
      },
    });
  });

  it.each(['up', 'down'] as const)('when only acknowledgements are lost, again and again, %s', { timeout: 10 * MINUTES }, async (direction) => {
    await surviveLinks({
      ...LONG,
      messages: 500,
      everyMs: 30,
      meanwhile: async (run) => {
        for (let times = 0; times < 6; times++) {
          await bothConnected(run);
          run.proxy.harm({ silence: 'lost' }, direction);
          await run.proxy.until('something is lost', ({ lostBytes }) => lostBytes > times * 2_000, MINUTES);
          await delay(1_500);
          // A stream with a hole in it is reset.
          run.proxy.heal();
        }
        await bothConnected(run);
      },
    });
  });

  it('when nodes and Postgres are killed at both ends in turn, again and again', { timeout: 15 * MINUTES }, async () => {
    await surviveLinks({
      ...LONG,
      messages: 1_200,
      everyMs: 40,
      dropEvery: 60,
      apart: true,
      meanwhile: async ({ hq, branch, postgres }) => {
        for (let times = 0; times < 3; times++) {
          for (const [server, base] of [
            [hq, postgres.hq],
            [branch, postgres.branch],
          ] as const) {
            await delay(2_000);
            await server.restart('SIGKILL');
            await delay(2_000);
            await base.kill();
            await base.startAgain();
            await delay(1_000);
            await base.terminateConnections(0.7);
          }
        }
        expect([hq.running, branch.running]).toEqual([true, true]);
      },
    });
  });
});
