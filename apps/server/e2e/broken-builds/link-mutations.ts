import { setTimeout as delay } from 'node:timers/promises';
import { playRestore } from '../federation/restored.js';
import { type LinkRunOptions, runLinks } from '../federation/run-links.js';
import type { Mutation } from './build-copy.js';

/** A build whose links are broken on purpose, and the run over two installations that shows it. */
export interface BrokenLinks extends Mutation {
  /** @returns what was found to be wrong, one sentence each */
  readonly play: (program: string) => Promise<readonly string[]>;
}

/** So that a run against a broken build ends soon after what can arrive has arrived. */
const SHORT = { arriveWithinMs: 10_000, patienceMs: 30_000 } as const;

const faultsOf = async (program: string, options: LinkRunOptions) => {
  const { verdict, complaints } = await runLinks({ ...SHORT, ...options, server: { program } });
  return [...verdict.faults, ...complaints];
};

export const LINKS: readonly BrokenLinks[] = [
  {
    name: 'acknowledges what came over a link before it is committed',
    changes: [
      {
        file: 'libs/federation/dist/link/receiver.js',
        find: 'return storeMore({ ...receiver, queue: [...receiver.queue, one], hole: receiver.hole?.told === 0 ? receiver.hole : undefined });',
        replace: `const [next, effects] = storeMore({ ...receiver, queue: [...receiver.queue, one], hole: undefined });
    return [next, [tellOne({ ...receiver, cursors: new Map([[frame.epoch, last]]) }, frame.epoch), ...effects]];`,
      },
    ],
    play: (program) =>
      faultsOf(program, {
        messages: 250,
        everyMs: 5,
        apart: true,
        meanwhile: async ({ postgres, branch, accepted }) => {
          for (const after of [150, 300, 450]) {
            await accepted(after);
            // What is acknowledged cannot be stored meanwhile.
            await postgres.branch.kill();
            await delay(500);
            await branch.kill();
            await postgres.branch.startAgain();
            await branch.startAgain();
          }
        },
      }),
  },
  {
    name: 'moves the cursor of a link in a transaction of its own',
    changes: [
      {
        file: 'libs/store/dist/links/receive.js',
        find: 'const rows = batch.length === 0 ? [] : await run(APPEND_TEXT',
        replace: `await run('select vestnik.receive_end($1, $2, $3, $4)', [remoteId, epoch, last, '[]']);
        await run('commit');
        await run('begin');
        const rows = batch.length === 0 ? [] : await run(APPEND_TEXT`,
      },
    ],
    play: (program) =>
      faultsOf(program, {
        messages: 400,
        everyMs: 5,
        apart: true,
        meanwhile: async ({ postgres }) => {
          for (let times = 0; times < 25; times++) {
            await delay(100);
            await postgres.branch.terminateConnections(0.7);
          }
        },
      }),
  },
  {
    name: 'takes bundles whose signature is not good',
    changes: [{ file: 'libs/federation/dist/link/links.js', find: '!isSigned(packet, this.verifier)', replace: 'false' }],
    // A good build takes nothing of this, and nothing more: what is lost is another matter.
    play: async (program) => {
      const found = await faultsOf(program, {
        messages: 40,
        everyMs: 10,
        arriveWithinMs: 2_000,
        meanwhile: async ({ proxy, accepted }) => {
          proxy.harm({ alter: forged }, 'down');
          await accepted(80);
        },
      });
      return found.filter((fault) => fault.startsWith('unexpected'));
    },
  },
  {
    name: 'goes on with the old epoch, and so with its numbers, after a restore',
    changes: [
      {
        file: 'libs/store/dist/log/epochs.js',
        find: 'if (!alone && !shorter && last !== undefined && last.timeline === timeline)',
        replace: 'if (last !== undefined)',
      },
    ],
    play: async (program) => (await playRestore({ program }, 8_000)).verdict.faults,
  },
];

/** Another label, of the same length, in messages that pass by. */
export function forged(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll('accounting-http-', 'accounting-htTp-'), 'latin1');
}
