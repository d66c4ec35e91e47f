import { setTimeout as delay } from 'node:timers/promises';
import { HttpConnection } from '../load/http-connection.js';
import { clientName, DATA_TEMPLATE, NUMBER_MARK } from '../load/marked-bytes.js';
import { latencies } from '../load/measure.js';
import { type Product, startProduct } from '../product/product-server.js';
import type { Figures, Scenario, Stage, Surroundings } from '../scenario.js';
import { building, Closing } from './closing.js';

/** Tenants that go about their business, each sending so many durable messages a second. */
const OTHERS = 10;
const PER_SECOND = 20;
/** The flood: so many times the rate of one of the others, or as fast as answers come. */
const TIMES = 50;
const FLOOD_CONNECTIONS = 64;
/** Recipients of each tenant, in turn: nobody acknowledges, and an inbox has an end. */
const RECIPIENTS = 200;
/** A window of the usual length has too few messages of the others for a 99th percentile. */
const WINDOWS = 4;

/** What one tenant's flood does to the others. */
export const flood: Scenario = {
  name: 'flood',
  title: `One tenant floods: durable messages of ${OTHERS} other tenants, ${PER_SECOND} a second each`,
  figures: ['p50', 'p99', 'longest', 'rate', 'floodRate'],
  compared: ['p50', 'p99'],
  notes: [
    'Latency is that of the other tenants, from the moment at which a message was due until it is answered: it is on disk then. “Per second” is their rate, “flood per second” what was taken of the flooding tenant.',
    `The flood comes over ${FLOOD_CONNECTIONS} connections, one message a request: ${TIMES} times the rate of one of the others, or the next when the last was answered.`,
  ],
  prepare: (surroundings) => {
    const closing = new Closing();
    return building(closing, () => prepare(surroundings, closing));
  },
};

async function prepare(surroundings: Surroundings, closing: Closing): Promise<Stage> {
  const product = await startProduct('flood', surroundings);
  closing.after(() => product.stop());
  const others = await Promise.all(Array.from({ length: OTHERS }, async (_, n) => requestsOf(`other-${n}`, await product.tenant(`other-${n}`))));
  const flooding = requestsOf('flooding', await product.tenant('flooding'));
  const cell = (side: string, isFloor: boolean, perSecond: number) => ({
    side,
    condition: `${OTHERS} tenants`,
    isFloor,
    measure: () => measure(product, others, flooding, perSecond, surroundings),
  });
  return {
    cells: [
      cell('Vestnik, nobody floods', true, 0),
      cell(`Vestnik, a flood of ${(TIMES * PER_SECOND).toLocaleString('en')} a second`, false, TIMES * PER_SECOND),
      cell('Vestnik, a flood as fast as it is answered', false, Number.POSITIVE_INFINITY),
    ],
    close: () => closing.close(),
  };
}

/** Durable messages of a tenant's backend to each of its clients. */
function requestsOf(tenant: string, key: string): readonly Buffer[] {
  return Array.from({ length: RECIPIENTS }, (_, client) => requestOf(tenant, key, client));
}

function requestOf(tenant: string, key: string, client: number): Buffer {
  const body = `{"to":"${clientName(client)}","type":"bench.flood","data":${DATA_TEMPLATE.replace(NUMBER_MARK, '0000000000')}}`;
  return Buffer.from(
    `POST /v1/tenants/${tenant}/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nAuthorization: Bearer ${key}\r\n\r\n${body}`,
  );
}

async function measure(
  product: Product,
  others: readonly (readonly Buffer[])[],
  flooding: readonly Buffer[],
  floodPerSecond: number,
  { durations }: Surroundings,
): Promise<Figures> {
  const { port } = product;
  const run: Run = { over: false, recording: false, latenciesMs: [], flooded: 0, failure: undefined };
  const opened: HttpConnection[] = [];
  const open = async () => {
    const connection = await HttpConnection.open(port);
    opened.push(connection);
    return connection;
  };
  const work = others.map(async (requests, n) => business(await open(), requests, run, n));
  if (floodPerSecond > 0) {
    for (let n = 0; n < FLOOD_CONNECTIONS; n++) work.push(open().then((connection) => pour(connection, flooding, run, floodPerSecond / FLOOD_CONNECTIONS)));
  }
  await delay(durations.warmUpMs);
  run.recording = true;
  const begun = performance.now();
  await delay(durations.windowMs * WINDOWS);
  run.recording = false;
  const seconds = (performance.now() - begun) / 1000;
  run.over = true;
  await Promise.all(work);
  for (const connection of opened) connection.close();
  if (run.failure !== undefined) throw new Error(run.failure);
  const ascending = Float64Array.from(run.latenciesMs).sort();
  return { ...latencies(ascending), longest: ascending.at(-1) ?? Number.NaN, rate: ascending.length / seconds, floodRate: run.flooded / seconds };
}

interface Run {
  over: boolean;
  recording: boolean;
  readonly latenciesMs: number[];
  flooded: number;
  failure: string | undefined;
}

/** Sends at a steady rate; what is due while another is under way counts from when it was due. */
async function business(connection: HttpConnection, requests: readonly Buffer[], run: Run, phase: number): Promise<void> {
  const periodMs = 1_000 / PER_SECOND;
  let client = 0;
  let dueAt = performance.now() + (phase / OTHERS) * periodMs;
  while (!run.over) {
    const early = dueAt - performance.now();
    if (early > 0) await delay(early);
    const due = Math.max(dueAt, early > 0 ? performance.now() : 0);
    await send(connection, requests[client++ % RECIPIENTS] as Buffer, run);
    if (run.recording) run.latenciesMs.push(performance.now() - due);
    dueAt += periodMs;
  }
}

async function pour(connection: HttpConnection, requests: readonly Buffer[], run: Run, perSecond: number): Promise<void> {
  let dueAt = performance.now();
  let client = 0;
  while (!run.over) {
    if (Number.isFinite(perSecond)) {
      dueAt += 1_000 / perSecond;
      const early = dueAt - performance.now();
      if (early > 0) await delay(early);
    }
    await send(connection, requests[client++ % RECIPIENTS] as Buffer, run);
    if (run.recording) run.flooded++;
  }
}

function send(connection: HttpConnection, request: Buffer, run: Run): Promise<void> {
  return new Promise((done) => {
    connection.send(request, (status, body) => {
      if (status !== 202) {
        run.failure ??= `a message was refused: ${status} ${body()}`;
        run.over = true;
      }
      done();
    });
  });
}
