/** A JSON-RPC object, as the bus and its clients exchange them (protocol, section 7). */
export type Rpc = Readonly<Record<string, unknown>>;

/** The ways to the bus that this page takes. */
export const TRANSPORTS = ['websocket', 'sse', 'json-lines', 'long-poll'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

/** What is seen of a wire. */
export interface WireListener {
  /** There is a session. */
  opened(): void;
  /** A call, a notification or an answer of the bus. */
  received(rpc: Rpc): void;
  /** Every text that goes over the wire, as it is; `how` names what carries it, such as `POST …/rpc`. Credentials are not among it. */
  logged(direction: 'in' | 'out', how: string, text: string): void;
  /** Nothing comes any more. Not told after `close`. */
  ended(why: string): void;
}

/** One connection of a test client. It does not come back by itself: what ends is shown as ended. */
export interface Wire {
  open(): void;
  send(rpc: Rpc): void;
  close(): void;
}

/** With whom a wire connects. */
export interface WireSettings {
  /** `http://host:port` of this installation. */
  readonly origin: string;
  readonly tenant: string;
  readonly token: string;
}

/** The HTTP calls of a tenant begin so. */
export function basePath(tenant: string): string {
  return `/v1/tenants/${encodeURIComponent(tenant)}`;
}

/** A text as JSON-RPC objects: one, or a batch. Undefined where it is none. */
export function rpcsOf(text: string): readonly Rpc[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const all = Array.isArray(value) ? value : [value];
    return all.every((one) => typeof one === 'object' && one !== null) ? (all as Rpc[]) : undefined;
  } catch {
    return undefined;
  }
}
