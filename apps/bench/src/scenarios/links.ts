import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { connectAll } from '../load/connect-all.js';
import { HttpPublisher } from '../load/http-publisher.js';
import { latencies } from '../load/measure.js';
import { SingleFile } from '../load/single-file.js';
import { Tally } from '../load/tally.js';
import { cpuSeconds, residentKiB } from '../processes/usage.js';
import { FAR, type LinkedProducts, startLinked } from '../product/linked-products.js';
import { sendBatch, sendOne } from '../product/product-requests.js';
import { type Product, startProduct } from '../product/product-server.js';
import { ProductSession } from '../product/product-session.js';
import { median } from '../report/summary.js';
import type { Cell, Figures, Scenario, Stage, Surroundings } from '../scenario.js';
import { building, Closing } from './closing.js';
import { insertSingly } from './raw-postgres.js';

const BATCH = 100;
const BATCHES_IN_FLIGHT = 4;
/** Of those that are sent one at a time. */
const MESSAGES_A_TURN = 100;
/** So long what was sent may take to get there. */
const TIMEOUT_MS = 300_000;

/** Two installations on one machine with a link between them. */
export const links: Scenario = {
  name: 'links',
  title: 'Links between installations, 200 bytes of JSON',
  figures: [
    'rate',
    'acceptRate',
    'p50',
    'p99',
    'hereP50',
    'addedMs',
    'addedCommits',
    'cpuPer100k',
    'farCpuPer100k',
    'residentMiB',
    'farResidentMiB',
    'residentBeforeMiB',
    'farResidentBeforeMiB',
  ],
  compared: ['rate'],
  notes: [
    `Sent by HTTP in batches of ${BATCH} with ${BATCHES_IN_FLIGHT} in flight. “Per second” is over the time from the first request until all of it is on disk where it belongs: at one installation when it was answered, through a link when the far installation has acknowledged it on its disk. “Accepted” is the rate of the answers.`,
    'Acknowledged: recipients are connected, and have acknowledged all; through a link their acknowledgements have come home.',
    'Catch-up: the link was paused while the messages were accepted; “per second” is from its resumption until all have been acknowledged there. RSS is the most that was seen meanwhile; before: with all of them in the queue.',
    'One at a time: p50 is to the arrival at a live client there. Added: above the same at the sending installation; in commits: divided by what one row takes to commit to the same Postgres, in the same round.',
    'Both installations, two Postgres and the load generator share the cores: the sending installation has one of its own, the far one has that of the load generator.',
  ],
  prepare: (surroundings) => {
    const closing = new Closing();
    return building(closing, () => prepare(surroundings, closing));
  },
};

async function prepare(surroundings: Surroundings, closing: Closing): Promise<Stage> {
  const clients = surroundings.quick ? 200 : 1_000;
  const waiting = surroundings.quick ? 10_000 : 100_000;
  const single = await startProduct('single', surroundings);
  closing.after(() => single.stop());
  const linked = await startLinked(surroundings, closing);
  const pool = new pg.Pool({ connectionString: await surroundings.database.create('bench_links_raw'), max: 1 });
  closing.after(() => pool.end());
  const singleTokens = await known(single, clients);
  const farTokens = await known(linked.far, clients);

  const accepting = 'nobody connected';
  const acknowledging = 'acknowledged';
  const catchingUp = `catch-up of ${waiting.toLocaleString('en')}`;
  const one = 'one installation';
  const through = 'through a link';
  const sent = (condition: string, side: string, isFloor: boolean, measure: () => Promise<Figures>): Cell => ({ condition, side, isFloor, measure });
  const { durations } = surroundings;
  // From when it is first asked on.
  const forAWhile = () => {
    let over: number | undefined;
    return () => {
      over ??= performance.now() + durations.warmUpMs + durations.windowMs;
      return performance.now() >= over;
    };
  };
  const singleRoute: Route = { from: single, clients };
  const linkRoute: Route = { from: linked.near, clients, linked };

  return {
    cells: [
      sent(accepting, one, true, () => sendAll(singleRoute, forAWhile())),
      sent(accepting, through, false, () => sendAll(linkRoute, forAWhile())),
      sent(acknowledging, one, true, () => sendAcknowledged(singleRoute, single, singleTokens, forAWhile())),
      sent(acknowledging, through, false, () => sendAcknowledged(linkRoute, linked.far, farTokens, forAWhile())),
      sent(catchingUp, one, true, () => {
        const tally = new Tally();
        return sendAll({ ...singleRoute, tally }, () => tally.sent >= waiting);
      }),
      sent(catchingUp, through, false, () => catchUp({ ...linkRoute, linked }, waiting)),
      sent('one at a time', through, false, () => added(linked, pool, surroundings)),
    ],
    close: () => closing.close(),
  };
}

/** From where messages are sent, and whether they go through the link. */
interface Route {
  readonly from: Product;
  readonly clients: number;
  readonly linked?: LinkedProducts;
  readonly tally?: Tally;
}

/** Each client was there once, so that its messages wait for it. */
async function known(product: Product, clients: number): Promise<readonly string[]> {
  const tokens = await product.tokens(clients);
  const sessions = await connectAll(clients, (index) => ProductSession.open({ port: product.port, token: tokens[index] as string }));
  await Promise.all(sessions.map(({ socket }) => socket.cut()));
  return tokens;
}

/** Sends until it is over, and waits until all is on disk where it belongs; or until something else is so, too. */
async function sendAll(route: Route, isOver: () => boolean, alsoUntil: (sent: number) => Promise<unknown> = async () => undefined): Promise<Figures> {
  const { from, clients, linked, tally = new Tally() } = route;
  const request = () => sendBatch({ key: from.key, durable: true }, BATCH, linked === undefined ? undefined : FAR);
  const publisher = new HttpPublisher({ port: from.port, connections: BATCHES_IN_FLIGHT, request, messages: BATCH, clients, tally });
  const far = linked?.far.process.pid ?? from.process.pid;
  const before = { near: cpuSeconds(from.process.pid), far: cpuSeconds(far) };
  const begun = performance.now();
  await publisher.run(isOver);
  const answered = performance.now();
  if (linked !== undefined) await drained(linked);
  await alsoUntil(tally.sent);
  const seconds = (performance.now() - begun) / 1000;
  const used = { near: cpuSeconds(from.process.pid) - before.near, far: cpuSeconds(far) - before.far };
  return {
    rate: tally.sent / seconds,
    acceptRate: tally.sent / ((answered - begun) / 1000),
    cpuPer100k: (used.near / tally.sent) * 100_000,
    residentMiB: residentKiB(from.process.pid) / 1024,
    ...(linked === undefined ? {} : { farCpuPer100k: (used.far / tally.sent) * 100_000, farResidentMiB: residentKiB(far) / 1024 }),
  };
}

/** As above, to recipients that are connected and acknowledge. */
async function sendAcknowledged(route: Route, at: Product, tokens: readonly string[], isOver: () => boolean): Promise<Figures> {
  let acknowledged = 0;
  const onAcknowledged = (messages: number): void => {
    acknowledged += messages;
  };
  const sessions = await connectAll(tokens.length, (index) => ProductSession.open({ port: at.port, token: tokens[index] as string, onAcknowledged }));
  try {
    // What waited for them comes first.
    await quiet(() => acknowledged);
    if (route.linked !== undefined) await drained(route.linked);
    const before = acknowledged;
    return await sendAll(route, isOver, async (sent) => {
      await soon(
        async () => acknowledged - before >= sent,
        () => `${acknowledged - before} of ${sent} were acknowledged`,
      );
      await soon(
        async () => ((await route.linked?.onTheWayHome()) ?? 0) === 0,
        () => 'not all acknowledgements have come home',
      );
    });
  } finally {
    await Promise.all(sessions.map(({ socket }) => socket.cut()));
  }
}

async function catchUp(route: Route & { readonly linked: LinkedProducts }, waiting: number): Promise<Figures> {
  const { linked, from } = route;
  const tally = new Tally();
  await linked.pause();
  const { linked: _linked, ...rest } = route;
  const request = () => sendBatch({ key: from.key, durable: true }, BATCH, FAR);
  const publisher = new HttpPublisher({ port: from.port, connections: BATCHES_IN_FLIGHT, request, messages: BATCH, clients: rest.clients, tally });
  const accepting = performance.now();
  await publisher.run(() => tally.sent >= waiting);
  const acceptRate = tally.sent / ((performance.now() - accepting) / 1000);
  const pids = { near: from.process.pid, far: linked.far.process.pid };
  const resident = () => ({ near: residentKiB(pids.near) / 1024, far: residentKiB(pids.far) / 1024 });
  const before = { ...resident(), nearCpu: cpuSeconds(pids.near), farCpu: cpuSeconds(pids.far) };
  const most = { near: 0, far: 0 };
  const begun = performance.now();
  await linked.resume();
  await drained(linked, () => {
    const now = resident();
    most.near = Math.max(most.near, now.near);
    most.far = Math.max(most.far, now.far);
  });
  const seconds = (performance.now() - begun) / 1000;
  return {
    rate: tally.sent / seconds,
    acceptRate,
    cpuPer100k: ((cpuSeconds(pids.near) - before.nearCpu) / tally.sent) * 100_000,
    farCpuPer100k: ((cpuSeconds(pids.far) - before.farCpu) / tally.sent) * 100_000,
    residentMiB: most.near,
    farResidentMiB: most.far,
    residentBeforeMiB: before.near,
    farResidentBeforeMiB: before.far,
  };
}

/** What a link adds to the way of one message, measured in turn with the same at one installation and with a commit. */
async function added({ near, far }: LinkedProducts, pool: pg.Pool, { durations, quick }: Surroundings): Promise<Figures> {
  const turns = quick ? 2 : 10;
  const kind = { key: near.key, durable: true };
  const ways = await Promise.all(
    [near, far].map(async (at) => {
      const file = new SingleFile();
      const [token] = await at.tokens(1);
      const session = await ProductSession.open({ port: at.port, token: token as string, onMessage: () => file.arrived(), onAcknowledged: () => undefined });
      const request = sendOne(kind, at === near ? undefined : FAR);
      request.setClient(0, 0);
      return { file, session, request, times: [] as number[] };
    }),
  );
  // What waited for them comes first.
  await delay(1_000);
  const commits: number[] = [];
  for (let turn = 0; turn <= turns; turn++) {
    const commit = await insertSingly(pool, { warmUpMs: 0, windowMs: durations.windowMs / turns });
    // The first turn is to warm up.
    if (turn > 0) commits.push(commit.p50 as number);
    for (const { file, request, times } of ways) {
      const taken = await file.run(near.port, request, MESSAGES_A_TURN);
      if (turn > 0) times.push(...taken);
    }
  }
  for (const { session } of ways) await session.socket.cut();
  const [here, there] = ways.map(({ times }) => latencies(Float64Array.from(times).sort()));
  const addedMs = (there?.p50 as number) - (here?.p50 as number);
  return { ...there, hereP50: here?.p50 as number, addedMs, addedCommits: addedMs / median(commits) };
}

/** Resolves when the far installation has all of it. */
function drained(linked: LinkedProducts, meanwhile: () => void = () => undefined): Promise<void> {
  let left = 0;
  return soon(
    async () => {
      meanwhile();
      left = await linked.queue();
      return left === 0;
    },
    () => `${left} messages are not there yet`,
  );
}

/** Resolves when a count has not moved for a second. */
async function quiet(count: () => number): Promise<void> {
  for (let before = -1; before !== count(); await delay(1_000)) before = count();
}

async function soon(isSo: () => Promise<boolean>, describe: () => string): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not within ${TIMEOUT_MS / 1000} s: ${describe()}`);
    await delay(50);
  }
}
