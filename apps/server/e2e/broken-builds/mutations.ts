import { type Counts, overLongPoll, overServerSentEvents } from '@vestnik/testing';
import type { RunOptions } from '../nothing-lost/run.js';
import type { Mutation } from './build-copy.js';

/** A build that is broken on purpose, the run that shows it, and what the checker must count, any of these. */
export interface BrokenBuild extends Mutation {
  readonly run: RunOptions;
  readonly counted: readonly (keyof Counts)[];
}

/** So that a run against a broken build ends soon after what can arrive has arrived. */
const SHORT = { arriveWithinMs: 2_500, patienceMs: 15_000 } as const;

/** Subscriptions end and begin while their subscribers are away. */
const AWAY = { topics: true, everyMs: 5, dropEvery: 9, awayMs: 120 } as const;
/** Subscriptions end and begin while their subscribers are behind. */
const BEHIND = { topics: true, everyMs: 15, window: 3, acknowledgeAfterMs: 25 } as const;

/** Found in a moment, so that they run with every test. */
export const QUICK: readonly BrokenBuild[] = [
  {
    name: 'lets duplicates through',
    changes: [{ file: 'libs/store/dist/migrations/0008-outboxes.js', find: 'if p_keyed then', replace: 'if false then' }],
    run: { ...SHORT, messages: 20 },
    counted: ['seenTwice'],
  },
  {
    name: 'finds clients without looking at their tenant',
    changes: [
      { file: 'libs/store/dist/mailboxes/mailbox-cache.js', find: 'this.places.get(tenantId * 3 + KINDS[kind])', replace: 'this.places.get(KINDS[kind])' },
      {
        file: 'libs/store/dist/mailboxes/mailbox-cache.js',
        find: 'this.places.set(mailbox.tenantId * 3 + KINDS[mailbox.kind], place)',
        replace: 'this.places.set(KINDS[mailbox.kind], place)',
      },
      { file: 'libs/core/dist/sending/resolve.js', find: 'tenantId: resolved.tenant.id,', replace: 'tenantId: resolved.mailbox.tenantId,' },
    ],
    run: { ...SHORT, messages: 20 },
    counted: ['unexpected'],
  },
];

/** Found in a run with faults. */
export const SLOW: readonly BrokenBuild[] = [
  {
    name: 'answers before the commit',
    changes: [
      {
        file: 'libs/core/dist/sending/intake.js',
        find: 'this.queue.push(tenantId, { append, resolve, reject, since });',
        replace: `this.queue.push(tenantId, { append, resolve: () => {}, reject: () => {}, since });
            resolve({ kind: 'appended', entries: [] });`,
      },
    ],
    run: {
      ...SHORT,
      messages: 300,
      meanwhile: async ({ servers: [server], accepted }) => {
        for (const after of [200, 500, 800, 1_100]) {
          await accepted(after);
          await server?.restart('SIGKILL');
        }
      },
    },
    counted: ['lost'],
  },
  {
    name: 'moves the cursor over messages that were not acknowledged',
    changes: [{ file: 'libs/core/dist/delivery/cursors.js', find: 'cursor.acknowledged = position;', replace: 'cursor.acknowledged = position + 25;' }],
    run: { ...SHORT, messages: 100, dropEvery: 7 },
    counted: ['lost'],
  },
  {
    name: 'moves the position over a message that it does not hand over',
    changes: [
      {
        file: 'libs/core/dist/delivery/feed.js',
        find: 'this.furthest = entry.position;\n            this.outlet.message(',
        replace: 'this.furthest = entry.position;\n            if (entry.position % 50 !== 0) this.outlet.message(',
      },
    ],
    run: { ...SHORT, messages: 60 },
    counted: ['lost'],
  },
  {
    name: 'gives out positions without the tenant’s lock',
    changes: [
      {
        file: 'libs/store/dist/migrations/0008-outboxes.js',
        find: 'v_busy int[] := vestnik.lock_tenants(p_tenants, 50);',
        replace: "v_busy int[] := '{}';",
      },
    ],
    run: { ...SHORT, nodes: 2, messages: 250, dropEvery: 30 },
    counted: ['lost', 'outOfOrder', 'repeatedInSession'],
  },
  {
    name: 'pushes from memory without looking at what came before',
    changes: [
      { file: 'libs/core/dist/delivery/tail.js', find: 'if (entry.previous !== this.position || this.catchingUp) {', replace: 'if (this.catchingUp) {' },
    ],
    run: { ...SHORT, nodes: 2, messages: 150 },
    counted: ['lost', 'outOfOrder'],
  },
  {
    name: 'does not wait for the disk',
    changes: [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the text of a program
      { file: 'libs/store/dist/log/sql.js', find: '-c synchronous_commit=${options.synchronousCommit}', replace: '-c synchronous_commit=off' },
    ],
    run: {
      ...SHORT,
      // The WAL writer takes its time, as it may.
      postgres: { wal_writer_delay: '10000' },
      messages: 150,
      meanwhile: async ({ postgres, accepted }) => {
        for (const after of [200, 500]) {
          await accepted(after);
          await postgres.kill();
          await postgres.startAgain();
        }
      },
    },
    counted: ['lost'],
  },
  {
    name: 'reads a page of the log to its end for topics that the client was subscribed to at its beginning',
    changes: [{ file: 'libs/core/dist/delivery/feed.js', find: 'turned = topics !== this.topics;', replace: 'turned = false;' }],
    run: { ...SHORT, ...BEHIND, messages: 100 },
    counted: ['lost', 'unexpected'],
  },
  {
    name: 'hands over nothing of a subscription that ended while its client was away',
    changes: [{ file: 'libs/store/dist/topics/postgres-subscriptions.js', find: 'x.until > k.ended_after', replace: 'false' }],
    run: { ...SHORT, ...AWAY, messages: 120 },
    counted: ['lost'],
  },
  {
    name: 'goes on with a topic after its end',
    changes: [{ file: 'libs/core/dist/delivery/feed.js', find: 'if (ended === undefined)', replace: 'if (true)' }],
    run: { ...SHORT, topics: true, messages: 60 },
    counted: ['unexpected'],
  },
  {
    name: 'takes + for any number of levels',
    changes: [{ file: 'libs/store/dist/topics/topic-expression.js', find: "'[^/]+'", replace: "'.+'" }],
    run: { ...SHORT, ...AWAY, messages: 60 },
    counted: ['unexpected'],
  },
  {
    name: 'begins a stream of events at the newest instead of after Last-Event-ID',
    changes: [
      {
        file: 'libs/transports/dist/http-clients/events.js',
        find: 'const position = lastId ?? after;',
        replace: `const tail = lastId && (await edge.delivery.tail(principal.tenant.id));
        const position = tail ? edge.delivery.epochs.format(tail.position) : after;`,
      },
    ],
    run: { ...SHORT, carriers: [overServerSentEvents], messages: 60, everyMs: 5, dropEvery: 9 },
    counted: ['lost'],
  },
  {
    name: 'acknowledges the page of a poll that it is handing over',
    changes: [
      {
        file: 'libs/transports/dist/long-poll/polls.js',
        find: 'answerJson(response, 200, text);',
        replace: `void poll.live?.ack(JSON.parse(text).position, false);
            answerJson(response, 200, text);`,
      },
    ],
    run: { ...SHORT, carriers: [overLongPoll], messages: 60, everyMs: 5, dropEvery: 9 },
    counted: ['lost'],
  },
];
