/** What the client needs of a WebSocket: the part that browsers, Node and the `ws` package have in common. */
export interface SocketLike {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  /** `ws` only: ends the connection without waiting for the other side. */
  terminate?(): void;
}

export type SocketConstructor = new (url: string, protocols: string[]) => SocketLike;

export const SUBPROTOCOL = 'vestnik.v1.jsonrpc';
/** `readyState` of a socket that can send. */
export const OPEN = 1;

/** The platform's own WebSocket; on Node before 22, which has none, that of the `ws` package. */
export async function findWebSocket(): Promise<SocketConstructor> {
  const own = (globalThis as { WebSocket?: SocketConstructor }).WebSocket;
  if (own !== undefined) return own;
  const { WebSocket } = await import('ws');
  return WebSocket as unknown as SocketConstructor;
}

/**
 * The address of a tenant's socket, from that of the bus. A path before `/v1`, as behind a reverse proxy, is kept.
 *
 * @throws TypeError where `url` is no http, https, ws or wss address
 */
export function socketUrl(url: string, tenant: string): string {
  const address = new URL(url);
  const protocol = { 'http:': 'ws:', 'https:': 'wss:', 'ws:': 'ws:', 'wss:': 'wss:' }[address.protocol];
  if (protocol === undefined) throw new TypeError(`url: ${url} is not an address of a bus: it begins with http://, https://, ws:// or wss://`);
  const base = address.pathname.replace(/\/+$/, '');
  return `${protocol}//${address.host}${base}/v1/tenants/${encodeURIComponent(tenant)}/socket`;
}
