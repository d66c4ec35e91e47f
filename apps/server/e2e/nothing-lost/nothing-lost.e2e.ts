import { assertNothingWrong, describeCounts } from '@vestnik/testing';
import { describe, expect, it } from 'vitest';
import { type RunOutcome, runLoad } from './run.js';

function expectNothingWrong(outcome: RunOutcome, messages: number): void {
  console.info(describeCounts(outcome.verdict.counts));
  expect(outcome.failures).toEqual([]);
  assertNothingWrong(outcome.verdict);
  expect(outcome.verdict.counts.attempted).toBe(messages);
  expect(outcome.verdict.counts.accepted).toBe(messages);
}

describe('nothing is lost', () => {
  it('when nothing goes wrong but clients drop their connections', async () => {
    const outcome = await runLoad({ messages: 100, dropEvery: 17 });
    expectNothingWrong(outcome, 600);
    expect(outcome.receivers.every(({ outagesMs }) => outagesMs.length > 0)).toBe(true);
  });

  it('when the node is killed under load, and clients are back within ten seconds', async () => {
    const outcome = await runLoad({
      messages: 150,
      dropEvery: 40,
      meanwhile: async ({ servers: [server], accepted }) => {
        for (const after of [150, 450]) {
          await accepted(after);
          await server?.restart('SIGKILL');
        }
      },
    });
    expectNothingWrong(outcome, 900);
    for (const receiver of outcome.receivers) {
      expect(receiver.outagesMs.length).toBeGreaterThanOrEqual(2);
      expect(Math.max(...receiver.outagesMs)).toBeLessThan(10_000);
    }
  });

  it('with two nodes, one of which is killed', async () => {
    const outcome = await runLoad({
      nodes: 2,
      messages: 120,
      dropEvery: 25,
      meanwhile: async ({ servers, accepted }) => {
        await accepted(200);
        await servers[1]?.restart('SIGKILL');
      },
    });
    expectNothingWrong(outcome, 720);
  });

  it('when all of Postgres is killed under load', async () => {
    const outcome = await runLoad({
      messages: 100,
      meanwhile: async ({ postgres, servers, accepted }) => {
        await accepted(150);
        const lives = servers.map(({ pid }) => pid);
        await postgres.kill();
        await postgres.startAgain();
        await accepted(300);
        expect(servers.map(({ pid, running }) => running && pid)).toEqual(lives);
      },
    });
    expectNothingWrong(outcome, 600);
  });
});
