import { connectAll } from '../load/connect-all.js';
import { FanoutPublisher, type FanoutPublisherOptions } from '../load/fanout-publisher.js';
import { measureDeliveries } from '../load/measure.js';
import { openPeerSocket } from '../load/peer-clients.js';
import { peerPushToAll } from '../load/peer-requests.js';
import { Tally } from '../load/tally.js';
import { startPeer } from '../processes/server-process.js';
import { sendToAll } from '../product/product-requests.js';
import { startProduct } from '../product/product-server.js';
import { ProductSession } from '../product/product-session.js';
import type { Cell, Scenario, Stage, Surroundings } from '../scenario.js';
import { building, Closing } from './closing.js';

const IN_FLIGHT = [1, 4, 16] as const;

/** Transient messages to every session of a tenant. */
export const fanout: Scenario = {
  name: 'fanout',
  title: 'Fan-out to all sessions, 200 bytes of JSON',
  figures: ['rate', 'perCpuSecond', 'cpuPer100k', 'p50', 'p99', 'p999', 'residentMiB', 'loadBusy'],
  compared: ['rate', 'perCpuSecond'],
  notes: [
    'Sent to `*` by HTTP. In flight: the next message is sent when one was answered and every session has it. Rates are deliveries.',
    'Latency is from the start of the request until the last session has the message.',
  ],
  prepare: (surroundings) => {
    const closing = new Closing();
    return building(closing, () => prepare(surroundings, closing));
  },
};

async function prepare(surroundings: Surroundings, closing: Closing): Promise<Stage> {
  const cells: Cell[] = [];
  for (const sessions of surroundings.quick ? [200] : [1_000, 5_000]) {
    const addCells = async (
      side: string,
      isFloor: boolean,
      pid: number,
      arrivals: Arrivals,
      options: Omit<FanoutPublisherOptions, 'inFlight'>,
    ): Promise<void> => {
      for (const inFlight of IN_FLIGHT) {
        const publisher = new FanoutPublisher({ ...options, inFlight });
        const measure = () => {
          arrivals.take = (number) => publisher.arrived(number);
          return measureDeliveries({ pid, tally: options.tally, publisher, durations: surroundings.durations, deliveriesEach: sessions });
        };
        cells.push({ side, condition: `${sessions.toLocaleString('en')} sessions, ${inFlight} in flight`, isFloor, measure });
      }
    };

    const peer = await startPeer('bare-ws', surroundings.cores);
    closing.after(() => peer.process.stop());
    const toPeer: Arrivals = { take: () => undefined };
    await connectAll(sessions, (index) => openPeerSocket(peer.port, index, (number) => toPeer.take(number)));
    await addCells('bare ws', true, peer.process.pid, toPeer, { port: peer.port, request: peerPushToAll, sessions, tally: new Tally() });

    const product = await startProduct(`fanout_${sessions}`, surroundings);
    closing.after(() => product.stop());
    const { port, key } = product;
    const tokens = await product.tokens(sessions);
    const toProduct: Arrivals = { take: () => undefined };
    await connectAll(sessions, (index) => ProductSession.open({ port, token: tokens[index] as string, onMessage: (number) => toProduct.take(number) }));
    const request = () => sendToAll({ key, durable: false });
    await addCells('Vestnik', false, product.process.pid, toProduct, { port, request, sessions, tally: new Tally() });
  }
  return { cells, close: () => closing.close() };
}

/** Where arrivals are counted now: one server is measured at several numbers in flight. */
interface Arrivals {
  take: (number: number) => void;
}
