import { RawSocketClient } from '../raw-socket-client.js';
import type { TestTenant } from '../test-tenant.js';
import { type ConnectionWishes, type LoadConnection, OPENS_WITHIN_MS } from './connection.js';

/** Over plain WebSocket. */
export async function overWebSocket({ places, token, device, window, position, onMessage }: ConnectionWishes): Promise<LoadConnection> {
  const [place] = places as [TestTenant];
  const isOpen = () => client.socket.readyState === client.socket.OPEN;
  const client: RawSocketClient = await RawSocketClient.open(place.socketUrl, {
    keepFrames: false,
    // What comes after a drop is read by nobody.
    onMessage: (message) => {
      if (isOpen()) onMessage(message);
    },
  });
  const timer = setTimeout(() => client.terminate(), OPENS_WITHIN_MS);
  try {
    await client.connect({ token, device, window, position });
  } catch (error) {
    client.terminate();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return {
    get open() {
      return isOpen();
    },
    closed: client.until('the close', ({ close }) => close, 3_600_000).then(() => {}),
    ask: (method, params) => client.ask(method, params),
    terminate: () => client.terminate(),
  };
}
