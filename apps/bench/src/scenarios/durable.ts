import pg from 'pg';
import { connectAll } from '../load/connect-all.js';
import { HttpPublisher } from '../load/http-publisher.js';
import { latencies, measureDeliveries } from '../load/measure.js';
import { openPeerSocket } from '../load/peer-clients.js';
import { peerPush } from '../load/peer-requests.js';
import type { Publisher } from '../load/publisher.js';
import { Tally } from '../load/tally.js';
import { startPeer } from '../processes/server-process.js';
import { sendBatch, sendOne } from '../product/product-requests.js';
import { startProduct } from '../product/product-server.js';
import { ProductSession } from '../product/product-session.js';
import { SocketPublisher } from '../product/socket-publisher.js';
import type { Cell, Figures, Scenario, Stage, Surroundings } from '../scenario.js';
import { building, Closing } from './closing.js';
import { insertBatches, insertSingly } from './raw-postgres.js';

const IN_FLIGHT = [1, 64, 256] as const;
const BATCH = 100;
const BATCHES_IN_FLIGHT = 4;

/** Durable push: on disk before the answer, delivered, acknowledged by the client, and the acknowledgement on disk. */
export const durable: Scenario = {
  name: 'durable',
  title: 'Durable push, 200 bytes of JSON',
  figures: ['rate', 'answerP50', 'p50', 'p99', 'p999', 'cpuPer100k', 'databaseCpuPer100k', 'residentMiB', 'loadBusy'],
  compared: ['rate', 'answerP50', 'p50'],
  notes: [
    'Vestnik: on disk before the answer, delivered, acknowledged by the client, and the acknowledgement on disk; only that counts. One insert a request: on disk before the answer, and delivered.',
    'Answer: from the start of the request to its answer. p50 and the others: to the arrival at the client. For Postgres alone: the time of one commit.',
    'In batches of 100, the number in flight is of messages. All sides use one Postgres; it and the load generator share the core that the server does not have.',
  ],
  prepare: (surroundings) => {
    const closing = new Closing();
    return building(closing, () => prepare(surroundings, closing));
  },
};

/** Connections that the floor has to the database: as one writes it first, and with the pool that `pg` makes by default. */
const FLOOR_POOLS = [1, 10] as const;

const conditionOf = (inFlight: number): string => `${inFlight} in flight`;

async function prepare(surroundings: Surroundings, closing: Closing): Promise<Stage> {
  const clients = surroundings.quick ? 200 : 1_000;
  const cells: Cell[] = [];
  for (const pool of FLOOR_POOLS) cells.push(...(await floorCells(surroundings, closing, clients, pool)));
  cells.push(...(await productCells(surroundings, closing, clients)));
  cells.push(...(await postgresCells(surroundings, closing)));
  return { cells, close: () => closing.close() };
}

/** What is measured at every number in flight: how the server is sent to, and where its deliveries are counted. */
interface Way {
  readonly pid: number;
  readonly tally: Tally;
  readonly publisher: Publisher;
  readonly answers: Tally;
  readonly delivered?: () => number;
}

async function measure(way: Way, { durations, database }: Surroundings): Promise<Figures> {
  const figures = await measureDeliveries({ ...way, durations, databaseCpu: database.cpuSeconds });
  return { ...figures, answerP50: latencies(way.answers.takeLatencies()).p50 as number };
}

async function floorCells(surroundings: Surroundings, closing: Closing, clients: number, pool: number): Promise<Cell[]> {
  const url = await surroundings.database.create(`bench_insert_${pool}`);
  const floor = await startPeer('insert-each', surroundings.cores, { arguments: [String(pool)], environment: { DATABASE_URL: url } });
  closing.after(() => floor.process.stop());
  const tally = new Tally();
  await connectAll(clients, (index) => openPeerSocket(floor.port, index, (number) => tally.arrived(number)));

  const cells: Cell[] = [];
  for (const inFlight of IN_FLIGHT) {
    const answers = new Tally();
    const options = { port: floor.port, connections: inFlight, request: peerPush, messages: 1, clients, tally };
    const publisher = new HttpPublisher({ ...options, answered: recorder(tally, answers) });
    const way = { pid: floor.process.pid, tally, publisher, answers };
    const side = `one insert a request, ${pool === 1 ? '1 connection' : `pool of ${pool}`}`;
    cells.push({ side, condition: conditionOf(inFlight), isFloor: true, measure: () => measure(way, surroundings) });
  }
  return cells;
}

async function productCells(surroundings: Surroundings, closing: Closing, clients: number): Promise<Cell[]> {
  const product = await startProduct('durable', surroundings);
  closing.after(() => product.stop());
  const { port, key } = product;
  const kind = { key, durable: true };
  const tally = new Tally();
  const tokens = await product.tokens(clients);
  let acknowledged = 0;
  const onMessage = (number: number): void => tally.arrived(number);
  const onAcknowledged = (messages: number): void => {
    acknowledged += messages;
  };
  await connectAll(clients, (index) => ProductSession.open({ port, token: tokens[index] as string, onMessage, onAcknowledged }));

  const cells: Cell[] = [];
  const addCell = (side: string, inFlight: number, publisher: Publisher, answers: Tally): void => {
    const way = { pid: product.process.pid, tally, publisher, answers, delivered: () => acknowledged };
    cells.push({ side, condition: conditionOf(inFlight), isFloor: false, measure: () => measure(way, surroundings) });
  };
  for (const inFlight of IN_FLIGHT) {
    const answers = new Tally();
    const options = { port, connections: inFlight, request: () => sendOne(kind), messages: 1, clients, tally };
    addCell('Vestnik, one message a request', inFlight, new HttpPublisher({ ...options, answered: recorder(tally, answers) }), answers);
    addCell('Vestnik, over a WebSocket', inFlight, await SocketPublisher.open({ product, inFlight, durable: true, clients, tally }), new Tally());
  }
  const answers = new Tally();
  const batches = { port, connections: BATCHES_IN_FLIGHT, request: () => sendBatch(kind, BATCH), messages: BATCH, clients, tally };
  const publisher = new HttpPublisher({ ...batches, answered: recorder(tally, answers) });
  addCell(`Vestnik, batches of ${BATCH}`, BATCHES_IN_FLIGHT * BATCH, publisher, answers);
  return cells;
}

/** The same Postgres without anything before it: how quick one commit is, and how many rows it takes in batches. */
async function postgresCells({ database, durations }: Surroundings, closing: Closing): Promise<Cell[]> {
  const pool = new pg.Pool({ connectionString: await database.create('bench_raw'), max: BATCHES_IN_FLIGHT });
  closing.after(() => pool.end());
  const inBatches = conditionOf(BATCHES_IN_FLIGHT * BATCH);
  return [
    { side: 'Postgres alone, one row', condition: conditionOf(1), isFloor: true, measure: () => insertSingly(pool, durations) },
    { side: `Postgres alone, ${BATCH} rows`, condition: inBatches, isFloor: true, measure: () => insertBatches(pool, durations, BATCH, BATCHES_IN_FLIGHT) },
  ];
}

/** Takes the time of answers while the deliveries' times are taken. */
function recorder(tally: Tally, answers: Tally): (latencyMs: number) => void {
  return (latencyMs) => {
    if (tally.recording) answers.took(latencyMs);
  };
}
