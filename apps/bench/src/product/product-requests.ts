import { CLIENT_MARK, DATA_TEMPLATE, MarkedBytes, NUMBER_MARK } from '../load/marked-bytes.js';
import { TENANT } from './tenant.js';

/** A message to one client, as JSON with marks. */
const message = (to: string, durable: boolean): string => `{"to":"${to}","type":"bench.push","data":${DATA_TEMPLATE}${durable ? '' : ',"durable":false'}}`;

const ONE_CLIENT = `client-${CLIENT_MARK}`;

export interface RequestKind {
  readonly key: string;
  readonly durable: boolean;
}

/** A client of the tenant, at another installation where one is named. */
const clientAt = (installation: string | undefined): string => (installation === undefined ? ONE_CLIENT : `${ONE_CLIENT}@${TENANT}.${installation}`);

/** One message a request. */
export function sendOne({ key, durable }: RequestKind, installation?: string): MarkedBytes {
  return MarkedBytes.post(`/v1/tenants/${TENANT}/messages`, message(clientAt(installation), durable), { Authorization: `Bearer ${key}` });
}

/** A message to every client of the tenant. */
export function sendToAll({ key, durable }: RequestKind): MarkedBytes {
  return MarkedBytes.post(`/v1/tenants/${TENANT}/messages`, message('*', durable), { Authorization: `Bearer ${key}` });
}

/** A message to whoever is subscribed to a topic. */
export function sendToTopic({ key, durable }: RequestKind, topic: string): MarkedBytes {
  return MarkedBytes.post(`/v1/tenants/${TENANT}/messages`, message(`#${topic}`, durable), { Authorization: `Bearer ${key}` });
}

/**
 * Many messages a request.
 *
 * @param installation where the clients are; absent: here
 */
export function sendBatch({ key, durable }: RequestKind, messages: number, installation?: string): MarkedBytes {
  const body = `{"messages":[${Array.from({ length: messages }, () => message(clientAt(installation), durable)).join(',')}]}`;
  return MarkedBytes.post(`/v1/tenants/${TENANT}/messages/batch`, body, { Authorization: `Bearer ${key}` });
}

/** A frame with one `send`. Its first number is the call's id, its second the message's. */
export function sendFrame(durable: boolean): MarkedBytes {
  return MarkedBytes.frame(`{"jsonrpc":"2.0","id":"${NUMBER_MARK}","method":"send","params":${message(ONE_CLIENT, durable)}}`);
}
