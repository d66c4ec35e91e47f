import { connectAll } from '../load/connect-all.js';
import { HttpPublisher } from '../load/http-publisher.js';
import { measureDeliveries } from '../load/measure.js';
import { openPeerSocket, openPeerSocketIo } from '../load/peer-clients.js';
import { peerPush } from '../load/peer-requests.js';
import type { Publisher } from '../load/publisher.js';
import { Tally } from '../load/tally.js';
import { NEST_PLATFORMS } from '../peers/nest-platforms.js';
import { startPeer } from '../processes/server-process.js';
import { sendBatch, sendOne } from '../product/product-requests.js';
import { startProduct } from '../product/product-server.js';
import { ProductSession } from '../product/product-session.js';
import { SocketPublisher } from '../product/socket-publisher.js';
import type { Cell, Scenario, Stage, Surroundings } from '../scenario.js';
import { building, Closing } from './closing.js';

const IN_FLIGHT = 64;
const BATCH = 100;
const BATCHES_IN_FLIGHT = 4;

/** Live push of transient messages to connected clients, one client a message. */
export const push: Scenario = {
  name: 'push',
  title: 'Live push, 200 bytes of JSON',
  figures: ['perCpuSecond', 'rate', 'cpuPer100k', 'p50', 'p99', 'p999', 'residentMiB', 'loadBusy'],
  compared: ['perCpuSecond', 'rate'],
  notes: [
    `Sent by HTTP one message a request with ${IN_FLIGHT} in flight, in batches of ${BATCH} with ${BATCHES_IN_FLIGHT} in flight, or over one WebSocket of a backend with ${IN_FLIGHT} in flight (the sends that one read of answers made possible leave in one write). Vestnik sends its whole envelope (id, sender, recipient, type, time), the floors send the data alone.`,
    'Latency is from the start of the request to the arrival at the client, under full load.',
  ],
  prepare: (surroundings) => {
    const closing = new Closing();
    return building(closing, () => prepare(surroundings, closing));
  },
};

async function prepare(surroundings: Surroundings, closing: Closing): Promise<Stage> {
  const clients = surroundings.quick ? 200 : 1_000;
  const condition = `${clients.toLocaleString('en')} clients`;
  const cells: Cell[] = [];

  const addCell = (side: string, isFloor: boolean, pid: number, tally: Tally, publisher: Publisher): void => {
    cells.push({ side, condition, isFloor, measure: () => measureDeliveries({ pid, tally, publisher, durations: surroundings.durations }) });
  };

  const floors = [
    { side: 'bare ws', file: 'bare-ws', open: openPeerSocket, arguments: [] },
    { side: 'bare Socket.IO', file: 'bare-socket-io', open: openPeerSocketIo, arguments: [] },
    ...NEST_PLATFORMS.map((platform) => ({ side: `plain NestJS (${platform})`, file: 'plain-nest', open: openPeerSocketIo, arguments: [platform] })),
  ];
  for (const floor of floors) {
    const peer = await startPeer(floor.file, surroundings.cores, { arguments: floor.arguments });
    closing.after(() => peer.process.stop());
    const tally = new Tally();
    await connectAll(clients, (index) => floor.open(peer.port, index, (number) => tally.arrived(number)));
    const publisher = new HttpPublisher({ port: peer.port, connections: IN_FLIGHT, request: peerPush, messages: 1, clients, tally });
    addCell(floor.side, true, peer.process.pid, tally, publisher);
  }

  const product = await startProduct('push', surroundings);
  closing.after(() => product.stop());
  const tally = new Tally();
  const tokens = await product.tokens(clients);
  const { port, key } = product;
  await connectAll(clients, (index) => ProductSession.open({ port, token: tokens[index] as string, onMessage: (number) => tally.arrived(number) }));
  const { pid } = product.process;
  const kind = { key, durable: false };
  const one = { port, connections: IN_FLIGHT, request: () => sendOne(kind), messages: 1, clients, tally };
  const batches = { port, connections: BATCHES_IN_FLIGHT, request: () => sendBatch(kind, BATCH), messages: BATCH, clients, tally };
  addCell('Vestnik, one message a request', false, pid, tally, new HttpPublisher(one));
  addCell(`Vestnik, batches of ${BATCH}`, false, pid, tally, new HttpPublisher(batches));
  addCell('Vestnik, over a WebSocket', false, pid, tally, await SocketPublisher.open({ product, inFlight: IN_FLIGHT, durable: false, clients, tally }));

  return { cells, close: () => closing.close() };
}
