import { connectAll } from '../load/connect-all.js';
import { FanoutPublisher, type FanoutPublisherOptions } from '../load/fanout-publisher.js';
import { measureDeliveries } from '../load/measure.js';
import { openPeerSocket } from '../load/peer-clients.js';
import { peerPushToAll } from '../load/peer-requests.js';
import { Tally } from '../load/tally.js';
import { startPeer } from '../processes/server-process.js';
import { sendToTopic } from '../product/product-requests.js';
import { startProduct } from '../product/product-server.js';
import { ProductSession } from '../product/product-session.js';
import type { Cell, Scenario, Stage, Surroundings } from '../scenario.js';
import { building, Closing } from './closing.js';

const IN_FLIGHT = [1, 16] as const;

/** Messages to a topic whose subscribers are all connected, transient and durable. */
export const topics: Scenario = {
  name: 'topics',
  title: 'Topic fan-out, 200 bytes of JSON',
  figures: ['rate', 'perCpuSecond', 'cpuPer100k', 'p50', 'p99', 'residentMiB', 'loadBusy'],
  compared: ['rate', 'perCpuSecond'],
  notes: [
    'Half of the subscribers by the name of the topic, half by the pattern `bench/#`. Sent by HTTP; the next message is sent when one was answered and every subscriber has it. Rates are deliveries.',
    'Durable: on disk once before anybody has it, in order, acknowledged by each subscriber. The floor keeps nothing.',
  ],
  prepare: (surroundings) => {
    const closing = new Closing();
    return building(closing, () => prepare(surroundings, closing));
  },
};

async function prepare(surroundings: Surroundings, closing: Closing): Promise<Stage> {
  const sessions = surroundings.quick ? 200 : 1_000;
  const cells: Cell[] = [];
  const addCells = (side: string, isFloor: boolean, pid: number, arrivals: Arrivals, options: Omit<FanoutPublisherOptions, 'inFlight'>): void => {
    for (const inFlight of IN_FLIGHT) {
      const publisher = new FanoutPublisher({ ...options, inFlight });
      const measure = () => {
        arrivals.take = (number) => publisher.arrived(number);
        return measureDeliveries({ pid, tally: options.tally, publisher, durations: surroundings.durations, deliveriesEach: sessions });
      };
      cells.push({ side, condition: `${sessions.toLocaleString('en')} subscribers, ${inFlight} in flight`, isFloor, measure });
    }
  };

  const peer = await startPeer('bare-ws', surroundings.cores);
  closing.after(() => peer.process.stop());
  const toPeer: Arrivals = { take: () => undefined };
  await connectAll(sessions, (index) => openPeerSocket(peer.port, index, (number) => toPeer.take(number)));
  addCells('bare ws', true, peer.process.pid, toPeer, { port: peer.port, request: peerPushToAll, sessions, tally: new Tally() });

  for (const durable of [false, true]) {
    const product = await startProduct(`topics_${durable ? 'durable' : 'transient'}`, surroundings);
    closing.after(() => product.stop());
    const { port, key } = product;
    const tokens = await product.tokens(sessions);
    const toProduct: Arrivals = { take: () => undefined };
    await connectAll(sessions, (index) => subscribed(port, tokens[index] as string, index % 2 === 0 ? 'bench/fanout' : 'bench/#', toProduct, durable));
    const request = () => sendToTopic({ key, durable }, 'bench/fanout');
    addCells(durable ? 'Vestnik, durable' : 'Vestnik, transient', false, product.process.pid, toProduct, { port, request, sessions, tally: new Tally() });
  }
  return { cells, close: () => closing.close() };
}

async function subscribed(port: number, token: string, topic: string, arrivals: Arrivals, durable: boolean): Promise<ProductSession> {
  let told: ((error: string | undefined) => void) | undefined;
  const session = await ProductSession.open({
    port,
    token,
    onMessage: (number) => arrivals.take(number),
    onAnswer: (error) => told?.(error),
    onAcknowledged: durable ? () => undefined : undefined,
  });
  await new Promise<void>((resolve, reject) => {
    told = (error) => (error === undefined ? resolve() : reject(new Error(error)));
    session.socket.sendText(`{"jsonrpc":"2.0","id":2,"method":"subscribe","params":{"topic":"${topic}"}}`);
  });
  return session;
}

/** Where arrivals are counted now: one server is measured at several numbers in flight. */
interface Arrivals {
  take: (number: number) => void;
}
