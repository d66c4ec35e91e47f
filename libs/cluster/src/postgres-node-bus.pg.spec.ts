import { type Clock, type Log, type NodeMessage, SILENT, type Timer } from '@vestnik/core';
import { TestPostgres } from '@vestnik/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PostgresNodeBus } from './postgres-node-bus.js';

let postgres: TestPostgres;
let url: string;
const buses: PostgresNodeBus[] = [];

beforeAll(async () => {
  postgres = await TestPostgres.start();
  url = postgres.url;
});

afterEach(async () => {
  await Promise.all(buses.splice(0).map((bus) => bus.close()));
});

afterAll(() => postgres.close());

const SECRET = Buffer.alloc(32, 7);

/** Real time, twenty times as fast: a heartbeat every 100 ms. */
const SPEED = 20;
const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now() * SPEED,
  after: (delayMs, then) => timer(setTimeout(then, delayMs / SPEED)),
  every: (periodMs, then) => timer(setInterval(then, periodMs / SPEED)),
};

function timer(handle: NodeJS.Timeout): Timer {
  return { cancel: () => clearTimeout(handle) };
}

/** A node that keeps what it was told. */
class Node {
  readonly received: NodeMessage[] = [];
  readonly events: string[] = [];
  connected: boolean[] = [];
  /** Fails the next connection after it was made. */
  failNext = false;
  readonly bus: PostgresNodeBus;
  private readonly watchers = new Set<() => void>();

  constructor(
    readonly nodeId: string,
    readonly log: Log = SILENT,
  ) {
    this.bus = new PostgresNodeBus({
      url,
      nodeId,
      secret: SECRET,
      clock,
      log,
      onConnected: async (alone) => {
        this.connected.push(alone);
        this.changed();
        if (this.failNext) {
          this.failNext = false;
          throw new Error('the store is away');
        }
      },
    });
    buses.push(this.bus);
    this.bus.subscribe((message) => {
      this.received.push(message);
      this.changed();
    });
    this.bus.onNodeJoined((node) => {
      this.events.push(`${node} joined`);
      this.changed();
    });
    this.bus.onNodeGone((node) => {
      this.events.push(`${node} gone`);
      this.changed();
    });
  }

  static async start(nodeId: string): Promise<Node> {
    const node = new Node(nodeId);
    await node.bus.start();
    return node;
  }

  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition()) return;
        this.watchers.delete(look);
        resolve();
      };
      this.watchers.add(look);
      look();
    });
  }

  private changed(): void {
    for (const look of this.watchers) look();
  }
}

/** Two nodes that have heard of each other. */
async function pair(): Promise<[Node, Node]> {
  const one = await Node.start('one');
  const two = await Node.start('two');
  await Promise.all([one.until(() => one.bus.others() === 1), two.until(() => two.bus.others() === 1)]);
  return [one, two];
}

const grown = (position: number): NodeMessage => ({ kind: 'grown', heads: [[1, position]] });
const transient = (params: string): NodeMessage => ({ kind: 'transient', tenantId: 1, mailboxId: 2, params });

describe('nodes over Postgres', () => {
  it('know who is the only one', async () => {
    const [one, two] = await pair();
    expect([one.connected, two.connected]).toEqual([[true], [false]]);
  });

  it('hear each other in order, and not themselves', async () => {
    const [one, two] = await pair();
    for (let n = 0; n < 500; n++) one.bus.publish(grown(n));
    await two.until(() => two.received.length === 500);
    expect(two.received).toEqual(Array.from({ length: 500 }, (_, n) => grown(n)));
    expect(one.received).toEqual([]);
  });

  it.each([
    ['Latin', 'x'.repeat(300_000)],
    ['Cyrillic', 'Ж'.repeat(50_000)],
    ['quotes and backslashes', '"\\'.repeat(20_000)],
    ['pairs of surrogates', '😀'.repeat(20_001)],
    ['three bytes a character', '李'.repeat(20_000)],
  ])('hear what is larger than a notification: %s', async (_what, text) => {
    const [one, two] = await pair();
    one.bus.publish(transient(JSON.stringify({ data: text })));
    one.bus.publish(grown(1));
    await two.until(() => two.received.length === 2);
    expect(two.received).toEqual([transient(JSON.stringify({ data: text })), grown(1)]);
  });

  it('tell nobody else in the database', async () => {
    const [one, two] = await pair();
    const stranger = new pg.Client({ connectionString: url });
    await stranger.connect();
    try {
      const heard: string[] = [];
      stranger.on('notification', ({ payload }) => heard.push(payload ?? ''));
      await stranger.query('listen vestnik_nodes');
      one.bus.publish(transient('{"data":"swordfish"}'));
      await two.until(() => two.received.length === 1);
      await stranger.query('select');
      expect(heard.length).toBeGreaterThan(0);
      for (const payload of heard) {
        expect(payload).not.toContain('swordfish');
        expect(Buffer.from(payload.split('.')[2] ?? '', 'base64').toString('latin1')).not.toContain('swordfish');
      }

      // Nor is anything taken from anybody else: what was said is not taken again, and what never was is not taken at all.
      for (const payload of [
        ...heard,
        '',
        'null',
        '[]',
        '{"node":"two"}',
        '{"node":"evil","kind":"hello"}',
        '{"node":"evil","kind":"message","message":{"kind":"close-session","session":"s","slug":"replaced"}}',
        '{"node":"evil","kind":"part","id":1,"at":4000000000,"of":1,"text":"null"}',
        'evil.1.AAAA',
        `evil.1.${Buffer.alloc(64).toString('base64')}`,
        heard[0]?.replace(/^one\.\d+/, 'one.999999') ?? '',
        heard[0]?.replace(/^one/, 'two') ?? '',
      ]) {
        await stranger.query('select pg_notify($1, $2)', ['vestnik_nodes', payload]);
      }
      one.bus.publish(grown(1));
      await two.until(() => two.received.length === 2);
      expect(two.received).toEqual([transient('{"data":"swordfish"}'), grown(1)]);
      expect([one.bus.others(), two.bus.others()]).toEqual([1, 1]);
    } finally {
      await stranger.end();
    }
  });

  it('know when one has said goodbye', async () => {
    const [one, two] = await pair();
    await two.bus.close();
    await one.until(() => one.bus.others() === 0);
    expect(one.events).toEqual(['two joined', 'two gone']);
  });

  it('come back when their connection is cut, and hear each other again, once', async () => {
    const [one, two] = await pair();
    await terminate();
    await two.until(() => two.connected.length === 2);
    await one.until(() => one.connected.length === 2);
    // What was said meanwhile is lost: each is asked for all of it as if it had just joined.
    await one.until(() => one.events.filter((event) => event === 'two joined').length > 1);
    await two.until(() => two.events.filter((event) => event === 'one joined').length > 1);
    one.bus.publish(grown(7));
    await two.until(() => two.received.length > 0);
    one.bus.publish(grown(8));
    await two.until(() => two.received.length > 1);
    expect(two.received).toEqual([grown(7), grown(8)]);
  });

  it('hear everything once though coming back failed half way', async () => {
    const [one, two] = await pair();
    two.failNext = true;
    await terminate();
    await two.until(() => two.connected.length === 3);
    await one.until(() => one.connected.length === 2);
    for (let n = 0; n < 3; n++) one.bus.publish(grown(n));
    await two.until(() => two.received.length >= 3 && two.received.some((message) => message.kind === 'grown' && message.heads[0]?.[1] === 2));
    expect(two.received).toEqual([grown(0), grown(1), grown(2)]);
    expect(await listening()).toBe(2);
  });
});

async function ask<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Cuts the connections of all nodes. */
async function terminate(): Promise<void> {
  await ask(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'vestnik-node'`);
}

async function listening(): Promise<number> {
  return (await ask(`select pid from pg_stat_activity where application_name = 'vestnik-node'`)).length;
}
