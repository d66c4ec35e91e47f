import { connectAll } from '../load/connect-all.js';
import { HttpPublisher } from '../load/http-publisher.js';
import { clientName } from '../load/marked-bytes.js';
import { measureDeliveries } from '../load/measure.js';
import { peerPush } from '../load/peer-requests.js';
import { poll } from '../load/poller.js';
import { Tally } from '../load/tally.js';
import { startPeer } from '../processes/server-process.js';
import { sendOne } from '../product/product-requests.js';
import { startProduct } from '../product/product-server.js';
import { TENANT } from '../product/tenant.js';
import type { Cell, Scenario, Stage, Surroundings } from '../scenario.js';
import { building, Closing } from './closing.js';

const IN_FLIGHT = 16;
/** Seconds that one poll waits. */
const WAIT = 50;

/** Messages to clients that poll. */
export const longPoll: Scenario = {
  name: 'long-poll',
  title: 'Long poll, 200 bytes of JSON',
  figures: ['rate', 'perCpuSecond', 'cpuPer100k', 'p50', 'p99', 'residentMiB', 'loadBusy'],
  compared: ['rate', 'perCpuSecond', 'p50'],
  notes: [
    `Sent by HTTP one message a request with ${IN_FLIGHT} in flight, to clients that poll again as soon as they were answered. Durable: on disk before it is handed over, and each poll acknowledges the page before it.`,
    'The floor holds the response of a bare `node:http` server and keeps nothing.',
  ],
  prepare: (surroundings) => {
    const closing = new Closing();
    return building(closing, () => prepare(surroundings, closing));
  },
};

async function prepare(surroundings: Surroundings, closing: Closing): Promise<Stage> {
  const clients = surroundings.quick ? 50 : 500;
  const condition = `${clients.toLocaleString('en')} clients`;
  const cells: Cell[] = [];
  const addCell = (side: string, isFloor: boolean, pid: number, tally: Tally, publisher: HttpPublisher): void => {
    cells.push({ side, condition, isFloor, measure: () => measureDeliveries({ pid, tally, publisher, durations: surroundings.durations }) });
  };

  const peer = await startPeer('bare-long-poll', surroundings.cores);
  closing.after(() => peer.process.stop());
  const peerTally = new Tally();
  await connectAll(clients, (index) =>
    poll({ port: peer.port, request: () => get(`/poll?client=${clientName(index)}`), onNumber: (number) => peerTally.arrived(number) }),
  );
  addCell(
    'bare node:http',
    true,
    peer.process.pid,
    peerTally,
    new HttpPublisher({ port: peer.port, connections: IN_FLIGHT, request: peerPush, messages: 1, clients, tally: peerTally }),
  );

  for (const durable of [false, true]) {
    const product = await startProduct(`long_poll_${durable ? 'durable' : 'transient'}`, surroundings);
    closing.after(() => product.stop());
    const { port, key } = product;
    const tally = new Tally();
    const tokens = await product.tokens(clients);
    await connectAll(clients, (index) =>
      poll({
        port,
        request: (position) => get(`/v1/tenants/${TENANT}/inbox?wait=${WAIT}${position === undefined ? '' : `&after=${position}`}`, tokens[index]),
        onNumber: (number) => tally.arrived(number),
      }),
    );
    addCell(
      durable ? 'Vestnik, durable' : 'Vestnik, transient',
      false,
      product.process.pid,
      tally,
      new HttpPublisher({ port, connections: IN_FLIGHT, request: () => sendOne({ key, durable }), messages: 1, clients, tally }),
    );
  }
  return { cells, close: () => closing.close() };
}

function get(path: string, token?: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${token === undefined ? '' : `Authorization: Bearer ${token}\r\n`}\r\n`;
}
