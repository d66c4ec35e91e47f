import { connectAll } from '../load/connect-all.js';
import { HttpPublisher } from '../load/http-publisher.js';
import { until } from '../load/measure.js';
import { openPeerSocket } from '../load/peer-clients.js';
import { Tally } from '../load/tally.js';
import { type Peer, startPeer } from '../processes/server-process.js';
import { cpuSeconds } from '../processes/usage.js';
import { sendBatch } from '../product/product-requests.js';
import { type Product, startProduct } from '../product/product-server.js';
import { ProductSession } from '../product/product-session.js';
import type { Figures, Scenario, Stage, Surroundings } from '../scenario.js';
import { building, Closing } from './closing.js';

const WAITING = 10;
const BATCH = 100;
/** So many handshakes at once: more would measure the kernel's queue of connections that nobody has taken yet. */
const AT_ONCE = 500;

/** Clients that are cut off and come back together, with messages waiting for each. */
export const storm: Scenario = {
  name: 'storm',
  title: `Reconnect storm: all clients cut off and back, ${WAITING} durable messages waiting for each`,
  figures: ['connectedMs', 'allHaveAllMs', 'acknowledgedMs', 'cpuSeconds'],
  compared: ['connectedMs'],
  notes: [
    `From the first handshake (${AT_ONCE} at once) until all are connected, until each has all that waited for it, and until all of it is acknowledged and that is on disk.`,
    'The bare `ws` relay keeps nothing: its clients only connect.',
  ],
  prepare: (surroundings) => {
    const closing = new Closing();
    return building(closing, () => prepare(surroundings, closing));
  },
};

async function prepare(surroundings: Surroundings, closing: Closing): Promise<Stage> {
  const clients = surroundings.quick ? 200 : 2_000;
  const condition = `${clients.toLocaleString('en')} clients`;
  const peer = await startPeer('bare-ws', surroundings.cores);
  closing.after(() => peer.process.stop());
  const product = await startProduct('storm', surroundings);
  closing.after(() => product.stop());
  const tokens = await product.tokens(clients);

  return {
    cells: [
      { side: 'bare ws, connecting only', condition, isFloor: true, measure: () => measurePeer(peer, clients) },
      { side: 'Vestnik', condition, isFloor: false, measure: () => measureProduct(product, tokens) },
    ],
    close: () => closing.close(),
  };
}

async function measurePeer(peer: Peer, clients: number): Promise<Figures> {
  const open = (index: number) => openPeerSocket(peer.port, index, () => undefined);
  const before = await connectAll(clients, open);
  await Promise.all(before.map((socket) => socket.cut()));
  const cpu = cpuSeconds(peer.process.pid);
  const begun = performance.now();
  const sockets = await connectAll(clients, open, AT_ONCE);
  const connectedMs = performance.now() - begun;
  const used = cpuSeconds(peer.process.pid) - cpu;
  await Promise.all(sockets.map((socket) => socket.cut()));
  return { connectedMs, cpuSeconds: used };
}

async function measureProduct(product: Product, tokens: readonly string[]): Promise<Figures> {
  const { port, key } = product;
  const { pid } = product.process;
  const clients = tokens.length;
  const due = clients * WAITING;
  let arrivals = 0;
  let acknowledged = 0;
  let allHaveAllAt = 0;
  const onMessage = (): void => {
    arrivals += 1;
    if (arrivals === due) allHaveAllAt = performance.now();
  };
  const onAcknowledged = (messages: number): void => {
    acknowledged += messages;
  };
  const open = (index: number) => ProductSession.open({ port, token: tokens[index] as string, onMessage, onAcknowledged });

  const before = await connectAll(clients, open);
  await Promise.all(before.map(({ socket }) => socket.cut()));
  await sendWaiting(port, key, clients);
  if (arrivals !== 0) throw new Error(`${arrivals} messages came before the clients were back`);

  const cpu = cpuSeconds(pid);
  const begun = performance.now();
  const sessions = await connectAll(clients, open, AT_ONCE);
  const connectedMs = performance.now() - begun;
  await until(
    () => arrivals >= due,
    60_000,
    () => `${arrivals} of ${due} messages came`,
  );
  await until(
    () => acknowledged >= due,
    60_000,
    () => `${acknowledged} of ${due} messages were acknowledged`,
  );
  const acknowledgedMs = performance.now() - begun;
  const used = cpuSeconds(pid) - cpu;
  await Promise.all(sessions.map(({ socket }) => socket.cut()));
  if (arrivals !== due) throw new Error(`${arrivals} messages came where ${due} were due`);
  return { connectedMs, allHaveAllMs: allHaveAllAt - begun, acknowledgedMs, cpuSeconds: used };
}

/** Sends every client its messages, in turn. */
async function sendWaiting(port: number, key: string, clients: number): Promise<void> {
  const tally = new Tally();
  const request = () => sendBatch({ key, durable: true }, BATCH);
  const publisher = new HttpPublisher({ port, connections: 1, request, messages: BATCH, clients, tally });
  await publisher.run(() => tally.sent >= clients * WAITING);
}
