import { CallPublisher } from '../load/call-publisher.js';
import { connectAll } from '../load/connect-all.js';
import { LightSocket } from '../load/light-socket.js';
import { clientName } from '../load/marked-bytes.js';
import { measureDeliveries } from '../load/measure.js';
import { Tally } from '../load/tally.js';
import { startPeer } from '../processes/server-process.js';
import { startProduct } from '../product/product-server.js';
import { TENANT } from '../product/tenant.js';
import type { Cell, Scenario, Stage, Surroundings } from '../scenario.js';
import { building, Closing } from './closing.js';

const IN_FLIGHT = [1, 64] as const;
const DATA = JSON.stringify({ text: 'x'.repeat(186) });

/** Calls from one client to others and back. */
export const calls: Scenario = {
  name: 'calls',
  title: 'Calls from client to client, 200 bytes of JSON there and back',
  figures: ['rate', 'perCpuSecond', 'p50', 'p99', 'p999', 'residentMiB', 'loadBusy'],
  compared: ['rate', 'perCpuSecond', 'p50'],
  notes: [
    'One client calls 100 others in turn over its WebSocket; each answers with what it was sent. Latency is from the call to its answer, over the callee.',
    'The floor relays frames between sockets of bare `ws` and knows neither deadlines nor permission.',
  ],
  prepare: (surroundings) => {
    const closing = new Closing();
    return building(closing, () => prepare(surroundings, closing));
  },
};

async function prepare(surroundings: Surroundings, closing: Closing): Promise<Stage> {
  const callees = surroundings.quick ? 10 : 100;
  const cells: Cell[] = [];
  const addCells = async (side: string, isFloor: boolean, pid: number, connect: (publisher: CallPublisher) => Promise<LightSocket>, frame: CallFrame) => {
    for (const inFlight of IN_FLIGHT) {
      const tally = new Tally();
      const publisher = new CallPublisher({ inFlight, tally, frame: (number) => frame(clientName(number % callees), number) });
      publisher.use(await connect(publisher));
      cells.push({
        side,
        condition: `${inFlight} in flight`,
        isFloor,
        measure: () => measureDeliveries({ pid, tally, publisher, durations: surroundings.durations }),
      });
    }
  };

  const peer = await startPeer('ws-relay', surroundings.cores);
  closing.after(() => peer.process.stop());
  await connectAll(callees, (index) => echoPeer(peer.port, clientName(index)));
  let callers = 0;
  const toPeer = (publisher: CallPublisher) =>
    LightSocket.open({ port: peer.port, path: `/?client=caller-${callers++}` }, { text: (bytes, start, end) => publisher.answered(idOf(bytes, start, end)) });
  await addCells('relay of bare ws', true, peer.process.pid, toPeer, (to, number) => `{"to":"${to}","id":${number},"data":${DATA}}`);

  const product = await startProduct('calls', surroundings);
  closing.after(() => product.stop());
  const tokens = await product.tokens(callees);
  await connectAll(callees, (index) => echoProduct(product.port, tokens[index] as string));
  await addCells(
    'Vestnik',
    false,
    product.process.pid,
    (publisher) => callProduct(product.port, product.key, publisher),
    (to, number) => `{"jsonrpc":"2.0","id":${number},"method":"call","params":{"to":"${to}","method":"echo","params":${DATA}}}`,
  );
  return { cells, close: () => closing.close() };
}

type CallFrame = (to: string, number: number) => string;

/** The number after the last `"id":` of a frame. */
function idOf(bytes: Buffer, start: number, end: number): number {
  return (JSON.parse(bytes.toString('utf8', start, end)) as { id: number }).id;
}

async function echoPeer(port: number, client: string): Promise<void> {
  const socket = await LightSocket.open(
    { port, path: `/?client=${client}` },
    {
      text: (bytes, start, end) => {
        const { from, id } = JSON.parse(bytes.toString('utf8', start, end)) as { from: string; id: number };
        socket.sendText(`{"to":"${from}","id":${id},"data":${DATA}}`);
      },
    },
  );
}

interface Frame {
  readonly id?: number | string;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: unknown;
}

function openProduct(port: number, token: string, take: (frame: Frame, socket: LightSocket) => void): Promise<LightSocket> {
  return new Promise((resolve, reject) => {
    const opening = LightSocket.open(
      { port, path: `/v1/tenants/${TENANT}/socket`, headers: { Authorization: `Bearer ${token}` } },
      {
        text: (bytes, start, end) => {
          const frame = JSON.parse(bytes.toString('utf8', start, end)) as Frame;
          void opening.then((socket) => {
            if (frame.id !== 'connect') take(frame, socket);
            else if (frame.error === undefined) resolve(socket);
            else reject(new Error(JSON.stringify(frame.error)));
          });
        },
      },
    );
    opening.then((socket) => socket.sendText('{"jsonrpc":"2.0","id":"connect","method":"connect","params":{}}'), reject);
  });
}

async function echoProduct(port: number, token: string): Promise<void> {
  await openProduct(port, token, ({ id, method }, socket) => {
    if (method === 'call') socket.sendText(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${DATA}}`);
  });
}

function callProduct(port: number, key: string, publisher: CallPublisher): Promise<LightSocket> {
  return openProduct(port, key, ({ id, result, error }) => {
    if (typeof id !== 'number') return;
    if (result === undefined) publisher.failed(JSON.stringify(error));
    else publisher.answered(id);
  });
}
