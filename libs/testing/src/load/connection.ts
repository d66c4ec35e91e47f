import type { DeliveredMessage } from '@vestnik/protocol';
import { ask } from '../http.js';
import type { RpcReply } from '../raw-socket-client.js';
import type { TestTenant } from '../test-tenant.js';

/** One connection of a load receiver, whatever the transport. */
export interface LoadConnection {
  readonly open: boolean;
  /** It acknowledges by itself what it was handed: nobody else need. */
  readonly acknowledges?: boolean;
  /** Resolves when it is gone, by whichever side. */
  readonly closed: Promise<void>;
  /** Calls a method for this session; undefined: no answer came, and it may have been carried out. */
  ask(method: string, params: Readonly<Record<string, unknown>>): Promise<RpcReply | undefined>;
  /** Drops it without a word. */
  terminate(): void;
}

/** What a load receiver wants of a connection. */
export interface ConnectionWishes {
  readonly token: string;
  readonly device?: string;
  readonly window?: number;
  /** Start after it; absent: after what was acknowledged last. */
  readonly position?: string;
  /** The first is connected to; calls by HTTP, and later polls, go to any. */
  readonly places: readonly TestTenant[];
  /** A word for the session, unlike any other of the client. */
  readonly word: string;
  /** Told of each message in the order in which they came, until the connection is dropped. */
  readonly onMessage: (message: DeliveredMessage) => void;
}

/** A way to receive. @throws Error where it could not be opened */
export type Carrier = (wishes: ConnectionWishes) => Promise<LoadConnection>;

/** A connection that is not answered in so long counts as lost. */
export const OPENS_WITHIN_MS = 5_000;

/** Methods of a session by HTTP, at one place after the other. */
export class RpcCalls {
  #place = 0;

  constructor(private readonly wishes: ConnectionWishes) {}

  async ask(method: string, params: Readonly<Record<string, unknown>>): Promise<RpcReply | undefined> {
    const { places, token, word, device } = this.wishes;
    const { node, path } = places[this.#place++ % places.length] as TestTenant;
    const query = device === undefined ? '' : `?${new URLSearchParams({ device })}`;
    try {
      const { status, body } = await ask(`${node.url}${path}/rpc${query}`, {
        body: { jsonrpc: '2.0', id: 1, method, params },
        credentials: token,
        headers: { 'vestnik-session': word },
        timeoutMs: 15_000,
      });
      return status === 200 ? (body as unknown as RpcReply) : undefined;
    } catch {
      return undefined;
    }
  }
}

/** The query by which a stream or an inbox is asked for. */
export function streamQuery({ device, window, word }: ConnectionWishes, more: Readonly<Record<string, string | undefined>> = {}): string {
  const query = new URLSearchParams({ session: word });
  for (const [name, value] of Object.entries({ device, window: window?.toString(), ...more })) if (value !== undefined) query.set(name, value);
  return query.toString();
}
