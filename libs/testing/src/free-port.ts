import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A TCP port of 127.0.0.1 that was free a moment ago.
 *
 * Below 32768, where no outgoing connection takes it while a server that should come back on it is down.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = 12_000 + Math.floor(Math.random() * 20_000);
    const listener = createServer();
    listener.listen(port, '127.0.0.1');
    const free = await once(listener, 'listening').then(
      () => true,
      () => false,
    );
    listener.close();
    if (free) {
      await once(listener, 'close');
      return port;
    }
  }
  throw new Error('no free port was found in fifty tries');
}
