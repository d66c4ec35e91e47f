import {
  type Carrier,
  check,
  LoadReceiver,
  LoadSender,
  LoadSubscriber,
  MemoryRecorder,
  type Observation,
  overLongPoll,
  overServerSentEvents,
  overWebSocket,
  TestPostgres,
  TestServer,
  type TestServerOptions,
  type TestTenant,
  untilAsked,
  type Verdict,
} from '@vestnik/testing';

/** A run of senders and receivers against real nodes, while something goes wrong. */
export interface RunOptions {
  readonly nodes?: number;
  readonly tenants?: readonly string[];
  /** In each tenant. */
  readonly clients?: number;
  /** In each tenant, for each sender. */
  readonly messages: number;
  /** Between two messages of one sender. */
  readonly everyMs?: number;
  /** What goes wrong meanwhile; it resolves when it has done its worst, and everything is up again. */
  readonly meanwhile?: (run: Running) => Promise<void>;
  /** Receivers drop their first connections before the so many-th message of each. */
  readonly dropEvery?: number;
  readonly window?: number;
  /** How long receivers take before they acknowledge. */
  readonly acknowledgeAfterMs?: number;
  /** How long receivers stay away after each loss of a connection, up to twice that. */
  readonly awayMs?: number;
  /** How receivers connect: another way each time. They resume in turn from where they were, and from what they had acknowledged. */
  readonly carriers?: readonly Carrier[];
  /** Most messages go to topics, whose subscribers come and go. */
  readonly topics?: boolean;
  readonly server?: TestServerOptions;
  /** Settings of Postgres. */
  readonly postgres?: Readonly<Record<string, string>>;
  /** How long the last messages may take to arrive after everything is up. */
  readonly arriveWithinMs?: number;
  /** Gives up on a message after this long. */
  readonly patienceMs?: number;
}

/** What `meanwhile` may lay hands on. */
export interface Running {
  readonly postgres: TestPostgres;
  readonly servers: readonly TestServer[];
  readonly senders: readonly LoadSender[];
  readonly receivers: readonly LoadReceiver[];
  readonly observations: readonly Observation[];
  /** Resolves as soon as so many messages were accepted in all. */
  accepted(count: number): Promise<void>;
}

export interface RunOutcome {
  readonly verdict: Verdict;
  readonly observations: readonly Observation[];
  readonly senders: readonly LoadSender[];
  readonly receivers: readonly LoadReceiver[];
  readonly subscribers: readonly LoadSubscriber[];
  /** What senders or faults threw. */
  readonly failures: readonly string[];
  readonly log: string;
}

/** The transports that receivers change between. */
export const EVERY_WAY: readonly Carrier[] = [overWebSocket, overServerSentEvents, overLongPoll];

/** Connections that each receiver drops at most. */
const DROPS = 10;

const CLIENTS = ['ivanov', 'petrov', 'Иванов Иван', 'desk-7', 'night.shift', 'branch_9'];

const TOPICS = ['orders/eu', 'orders/us', 'orders/eu/de', 'stock/eu', 'Новости'];

/** What the clients are subscribed to, in the order of {@link CLIENTS}: always, and now and then. Some messages fit several of them. */
const SUBSCRIPTIONS: readonly { readonly keeps: readonly string[]; readonly changes: readonly string[] }[] = [
  { keeps: ['orders/eu', 'Новости'], changes: ['orders/us'] },
  { keeps: ['orders/#'], changes: ['+/eu', 'Новости'] },
  { keeps: [], changes: ['orders/+', 'orders/eu', '+/eu'] },
  { keeps: [], changes: ['#'] },
];

/**
 * Several tenants with clients of the same names, senders over HTTP and over sockets, single recipients, lists and
 * `*`, keys used twice, topics; receivers that resume and acknowledge. Judged by the checker alone.
 */
export async function runLoad(options: RunOptions): Promise<RunOutcome> {
  const { nodes = 1, clients = 4, tenants: tenantNames = ['sales', 'accounting'], window = 32 } = options;
  const postgres = await TestPostgres.start({ settings: options.postgres });
  const servers: TestServer[] = [];
  const receivers: LoadReceiver[] = [];
  const senders: LoadSender[] = [];
  const subscribers: LoadSubscriber[] = [];
  try {
    const databaseUrl = await postgres.createDatabase();
    const first = await TestServer.start({ ...options.server, databaseUrl });
    servers.push(first);
    while (servers.length < nodes) servers.push(await TestServer.join(first, options.server));
    const recorder = new MemoryRecorder();
    const { observations } = recorder;
    const dropEvery = options.dropEvery ?? 0;

    for (const name of tenantNames) {
      const tenant = await first.createTenant(name);
      const places = servers.map((server) => tenant.at(server));
      // Another node learns of a new tenant and its key a little later.
      for (const place of places) await untilAsked('the tenant is known', async () => (await place.api('GET', '/clients')).status === 200);
      const names = CLIENTS.slice(0, clients);
      const mine = names.map((client, at) => {
        return new LoadReceiver({
          client,
          places: rotated(places, at),
          recorder,
          window,
          acknowledgesAfterMs: options.acknowledgeAfterMs,
          awayMs: options.awayMs,
          ...(options.carriers === undefined ? {} : { carriers: rotated(options.carriers, at), resumes: (session: number) => session % 2 === 0 }),
          ...(dropEvery > 0 ? { dropsBefore: (message: number, session: number) => session <= DROPS && message === dropEvery + at } : {}),
        });
      });
      receivers.push(...mine);
      await Promise.all(mine.map((receiver) => receiver.start()));
      if (options.topics === true) {
        const here = SUBSCRIPTIONS.slice(0, clients).map(
          (wanted, at) =>
            new LoadSubscriber({ client: names[at] as string, receiver: mine[at] as LoadReceiver, places: rotated(places, at), recorder, ...wanted }),
        );
        await Promise.all(here.map((subscriber) => subscriber.begin()));
        subscribers.push(...here);
      }
      senders.push(...sendersOf(tenant, places, mine, names, recorder, options));
    }

    const failures: string[] = [];
    const noted = (what: string) => (error: unknown) => {
      failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    };
    const sending = Promise.all(senders.map((sender) => sender.run(options.messages).catch(noted('a sender'))));
    const subscribing = Promise.all(subscribers.map((subscriber) => subscriber.run().catch(noted('a subscriber'))));
    const running: Running = {
      postgres,
      servers,
      senders,
      receivers,
      observations,
      accepted: async (count) => {
        await untilAsked(`${count} messages accepted`, async () => senders.reduce((sum, sender) => sum + sender.accepted, 0) >= count, 60_000, 5);
      },
    };
    await options.meanwhile?.(running).catch(noted('the fault'));
    await sending;
    for (const subscriber of subscribers) subscriber.stop();
    await subscribing;
    const { arriveWithinMs = 20_000 } = options;
    await untilAsked('all has arrived', async () => check(observations).counts.lost === 0, arriveWithinMs, 100).catch(() => {});
    // Whatever comes late and twice has a moment to do so.
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { verdict: check(observations), observations, senders, receivers, subscribers, failures, log: servers.map(({ log }) => log).join('\n') };
  } finally {
    for (const sender of senders) sender.stop();
    for (const subscriber of subscribers) subscriber.stop();
    await Promise.all(receivers.map((receiver) => receiver.stop()));
    await Promise.all(servers.map((server) => server.close()));
    await postgres.close();
  }
}

function sendersOf(
  tenant: TestTenant,
  places: readonly TestTenant[],
  receivers: readonly LoadReceiver[],
  names: readonly string[],
  recorder: MemoryRecorder,
  options: RunOptions,
): LoadSender[] {
  const addresses = names.map((name) => tenant.address(name));
  const stands = receivers.map(({ address }) => address);
  const topics = TOPICS.map((topic) => `#${topic}@${tenant.name}.${tenant.node.installation}`);
  const at = (message: number) => {
    const all = options.topics === true && message % 7 !== 6 ? topics : addresses;
    return all[message % all.length] as string;
  };
  const common = { recorder, patienceMs: options.patienceMs, everyMs: options.everyMs, stands };
  return [
    new LoadSender({
      ...common,
      name: `${tenant.name}-http`,
      sender: tenant.address('server'),
      places,
      to: (message) => {
        if (message % 10 === 9) return [`*@${tenant.name}.${tenant.node.installation}`];
        if (message % 10 === 4) return addresses.slice(0, 2);
        return [at(message)];
      },
      repeats: (message) => message % 4 === 1,
      over: { kind: 'http' },
    }),
    new LoadSender({
      ...common,
      name: `${tenant.name}-http-2`,
      sender: tenant.address('server'),
      places: rotated(places, 1),
      to: (message) => [at(message)],
      over: { kind: 'http' },
    }),
    new LoadSender({
      ...common,
      name: `${tenant.name}-socket`,
      sender: tenant.address('writer'),
      places: rotated(places, 1),
      to: (message) => [at(message >> 2)],
      repeats: (message) => message % 16 === 7,
      over: { kind: 'socket', client: 'writer', atOnce: 8 },
    }),
  ];
}

function rotated<Item>(items: readonly Item[], by: number): Item[] {
  return items.map((_item, at) => items[(at + by) % items.length] as Item);
}
