import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { DeliveredMessage } from '@vestnik/protocol';
import type { TestTenant } from '../test-tenant.js';
import { type ConnectionWishes, type LoadConnection, OPENS_WITHIN_MS, RpcCalls, streamQuery } from './connection.js';

/** Over server-sent events, with methods by `rpc`. It resumes by `Last-Event-ID`, as browsers do. */
export async function overServerSentEvents(wishes: ConnectionWishes): Promise<LoadConnection> {
  const { places, token, position, onMessage } = wishes;
  const [{ node, path }] = places as [TestTenant];
  const asked = request(`${node.url}${path}/events?${streamQuery(wishes)}`, {
    agent: false,
    headers: { accept: 'text/event-stream', authorization: `Bearer ${token}`, ...(position === undefined ? {} : { 'last-event-id': position }) },
  });
  let open = true;
  const gone = new Promise<void>((resolve) => {
    asked.on('close', () => {
      open = false;
      resolve();
    });
  });
  asked.on('error', () => {});
  asked.end();
  const timer = setTimeout(() => asked.destroy(), OPENS_WITHIN_MS);
  try {
    const [response] = (await once(asked, 'response', { signal: AbortSignal.timeout(2 * OPENS_WITHIN_MS) })) as [IncomingMessage];
    response.on('error', () => {});
    if (response.statusCode !== 200 || response.headers['vestnik-connected'] === undefined) throw new Error(`no stream: ${response.statusCode}`);
    let rest = '';
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      const events = `${rest}${text}`.split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const [, data] = /^event: message\n(?:id: .*\n)?data: (.*)$/m.exec(event) ?? [];
        if (open && data !== undefined) onMessage(JSON.parse(data) as DeliveredMessage);
      }
    });
  } catch (error) {
    asked.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  const calls = new RpcCalls(wishes);
  return {
    get open() {
      return open;
    },
    closed: gone,
    ask: (method, params) => calls.ask(method, params),
    terminate: () => {
      open = false;
      asked.destroy();
    },
  };
}
