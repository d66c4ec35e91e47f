import { setTimeout as delay } from 'node:timers/promises';
import { linkConnected } from '@vestnik/testing';
import { describe, it } from 'vitest';
import { surviveLinks } from './run-links.js';

describe('nothing is lost between two installations', () => {
  it('when the line is cut, resets, lets bytes through one by one and loses acknowledgements', { timeout: 120_000 }, async () => {
    await surviveLinks({
      messages: 400,
      everyMs: 15,
      dropEvery: 40,
      meanwhile: async ({ proxy, accepted }) => {
        await accepted(100);
        for (let times = 0; times < 4; times++) {
          proxy.reset();
          await delay(400);
        }
        proxy.harm({ sliceBytes: 7, jitterMs: 2 });
        await delay(1_000);
        // What the branch says is lost: it has what it was sent, and the head office does not know.
        proxy.harm({ silence: 'lost' }, 'up');
        await delay(1_500);
        proxy.heal();
        for (let times = 0; times < 2; times++) {
          proxy.refuse();
          proxy.reset();
          await delay(1_000);
          proxy.heal();
          await delay(1_000);
        }
      },
    });
  });

  it('when nodes and Postgres are killed at either end', { timeout: 120_000 }, async () => {
    await surviveLinks({
      messages: 350,
      everyMs: 15,
      apart: true,
      meanwhile: async ({ hq, branch, postgres, link, accepted }) => {
        await accepted(100);
        await branch.restart('SIGKILL');
        await accepted(300);
        await postgres.branch.kill();
        await postgres.branch.startAgain();
        await linkConnected(branch, link.inviting, 30_000).catch(() => undefined);
        await accepted(600);
        await hq.restart('SIGKILL');
        await accepted(800);
        await postgres.hq.kill();
        await postgres.hq.startAgain();
      },
    });
  });
});
