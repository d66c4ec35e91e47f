import { TestServer, untilAsked } from '@vestnik/testing';
import { expect, it } from 'vitest';
import { surviveLinks } from '../federation/run-links.js';
import { takesOver } from './nodes.js';

it('takes over from a node that dials and is killed, and from one that was stopped for 30 s and comes back as a zombie', async () => {
  await surviveLinks({
    messages: 1_500,
    everyMs: 80,
    patienceMs: 120_000,
    meanwhile: async ({ branch, link, handedOver }) => {
      const second = await TestServer.join(branch);
      try {
        const before = second.log.length;
        await branch.kill();
        // Its lease runs for 20 s.
        await takesOver(second, link.inviting, second, before, 60_000);
        await branch.startAgain();
        await handedOver(40);
        const [awake, stopped] = [branch.log.length, second.log.length];
        second.signal('SIGSTOP');
        await takesOver(branch, link.inviting, branch, awake, 90_000);
        await handedOver(40);
        second.signal('SIGCONT');
        await untilAsked('the zombie has noticed', async () => second.log.slice(stopped).includes('a link is not connected any more'), 60_000);
        await handedOver(40);
        expect(second.log.slice(stopped)).not.toContain('"level":50');
        await takesOver(branch, link.inviting, branch, awake, 60_000);
      } finally {
        await second.close();
      }
    },
  });
});
