import { setTimeout as delay } from 'node:timers/promises';
import { connectAll } from '../load/connect-all.js';
import type { LightSocket } from '../load/light-socket.js';
import { openPeerSocket, openPeerSocketIo } from '../load/peer-clients.js';
import { openSocketIo } from '../load/socket-io-client.js';
import { type ServerProcess, startPeer } from '../processes/server-process.js';
import { residentKiB } from '../processes/usage.js';
import { startProduct } from '../product/product-server.js';
import { ProductSession } from '../product/product-session.js';
import { TENANT } from '../product/tenant.js';
import type { Cell, Figures, Scenario, Surroundings } from '../scenario.js';

/** Memory of connections on which nothing happens. */
export const idle: Scenario = {
  name: 'idle',
  roundsMax: 3,
  title: 'Memory of idle connections',
  figures: ['kibEachHalf', 'kibEachAll', 'baseMiB', 'connectRate'],
  compared: ['kibEachHalf', 'kibEachAll'],
  notes: [
    'Resident memory of the server above its base, after its garbage was collected, divided by the connections. The base is taken after connections were opened and closed once.',
    'Measured when half of the connections were open, and when all were. A server is started anew for each measurement.',
  ],
  async prepare(surroundings) {
    const cells: Cell[] = [];
    const all = connectionsOf(surroundings).toLocaleString('en');
    for (const protocol of ['plain WebSocket', 'Socket.IO'] as const) {
      cells.push({
        side: protocol === 'Socket.IO' ? 'bare Socket.IO' : 'bare ws',
        condition: `${protocol}, ${all}`,
        isFloor: true,
        measure: () => measurePeer(surroundings, protocol),
      });
      cells.push({ side: 'Vestnik', condition: `${protocol}, ${all}`, isFloor: false, measure: () => measureProduct(surroundings, protocol) });
    }
    return { cells, close: async () => undefined };
  },
};

type Protocol = 'plain WebSocket' | 'Socket.IO';
type Connect = (index: number) => Promise<LightSocket>;

async function measurePeer(surroundings: Surroundings, protocol: Protocol): Promise<Figures> {
  const peer = await startPeer(protocol === 'Socket.IO' ? 'bare-socket-io' : 'bare-ws', surroundings.cores, { collectable: true });
  const open = protocol === 'Socket.IO' ? openPeerSocketIo : openPeerSocket;
  try {
    return await measureIdle(surroundings, peer.process, (index) => open(peer.port, index, () => undefined));
  } finally {
    await peer.process.stop();
  }
}

async function measureProduct(surroundings: Surroundings, protocol: Protocol): Promise<Figures> {
  const product = await startProduct('idle', surroundings, { collectable: true });
  const { port } = product;
  try {
    const tokens = await product.tokens(connectionsOf(surroundings));
    const open: Connect =
      protocol === 'Socket.IO'
        ? (index) => openSocketIo({ port, namespace: `/tenants/${TENANT}`, auth: { token: tokens[index] as string } }, () => undefined)
        : async (index) => (await ProductSession.open({ port, token: tokens[index] as string })).socket;
    return await measureIdle(surroundings, product.process, open);
  } finally {
    await product.stop();
  }
}

const connectionsOf = ({ quick }: Surroundings): number => (quick ? 1_000 : 10_000);

async function measureIdle(surroundings: Surroundings, server: ServerProcess, open: Connect): Promise<Figures> {
  const all = connectionsOf(surroundings);
  const half = all / 2;
  const warm = await connectAll(Math.min(half, 1_000), open);
  await Promise.all(warm.map((socket) => socket.cut()));
  const base = await settled(server);

  const begun = performance.now();
  const sockets = await connectAll(half, open);
  const connectRate = half / ((performance.now() - begun) / 1000);
  const atHalf = await settled(server);
  sockets.push(...(await connectAll(all - half, (index) => open(half + index))));
  const atAll = await settled(server);
  await Promise.all(sockets.map((socket) => socket.cut()));

  return { kibEachHalf: (atHalf - base) / half, kibEachAll: (atAll - base) / all, baseMiB: base / 1024, connectRate };
}

/** Resident memory in KiB once collecting garbage no longer changes it by 1 %. */
async function settled(server: ServerProcess): Promise<number> {
  let before = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 10; tries++) {
    server.collectGarbage();
    await delay(1_000);
    const now = residentKiB(server.pid);
    if (Math.abs(before - now) < now * 0.01) return now;
    before = now;
  }
  return before;
}
