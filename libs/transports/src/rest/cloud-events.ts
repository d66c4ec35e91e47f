import { createHash } from 'node:crypto';
import { invalid, LIMITS, type OutgoingMessage, Problem, rawMember, readMessage } from '@vestnik/protocol';

/** How a request carries CloudEvents 1.0 over HTTP, if it does. */
export type CloudEventMode = 'structured' | 'batch' | 'binary';

type Headers = Readonly<Record<string, unknown>>;
type Attributes = Record<string, unknown>;

const STRUCTURED = /^application\/cloudevents\+json(?:\s*;|$)/i;
const BATCH = /^application\/cloudevents-batch\+json(?:\s*;|$)/i;
const JSON_TYPE = /^[\w!#$&^.+-]+\/(?:[\w!#$&^.+-]+\+)?json(?:\s*;|$)/i;

/** Attributes of the message that have a name of their own as extensions: lower-case letters and digits are all that those may have. */
const EXTENSIONS = {
  ttl: 'ttl',
  deliverat: 'deliverAt',
  collapsekey: 'collapseKey',
  correlationid: 'correlationId',
  receipt: 'receipt',
  durable: 'durable',
  retain: 'retain',
  traceparent: 'traceparent',
} as const;

const ATTRIBUTE_OF: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(EXTENSIONS).map(([attribute, field]) => [field, attribute])),
  contentType: 'datacontenttype',
  key: 'id',
};

export function cloudEventMode(headers: Headers): CloudEventMode | undefined {
  const type = headers['content-type'];
  if (typeof type === 'string') {
    if (STRUCTURED.test(type)) return 'structured';
    if (BATCH.test(type)) return 'batch';
  }
  return headers['ce-specversion'] === undefined ? undefined : 'binary';
}

/**
 * Reads an event in the JSON format (structured mode, or an element of a batch) as a message to `to`, an extension attribute:
 * an address, or several with commas between them.
 *
 * `type` is the message's type, `source` and `id` together its idempotency key. `data` is passed on byte for byte. `subject`,
 * `time`, `dataschema` and extensions that are not the bus's are not passed on.
 *
 * @param text the JSON text of the event
 * @throws Problem `message-invalid` or `address-invalid`, naming the attribute
 */
export function readCloudEvent(event: unknown, text: string): OutgoingMessage {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) throw invalid('message-invalid', '', 'an event is a JSON object');
  const attributes = event as Attributes;
  const data = rawMember(text, 'data');
  const base64 = attributes.data_base64 ?? undefined;
  if (base64 === undefined) return toMessage(attributes, ofJsonMember(attributes, data));
  if (typeof base64 !== 'string' || !isBase64(base64)) throw invalid('message-invalid', 'data_base64', 'base64 in a string');
  if (data !== undefined) throw invalid('message-invalid', 'data_base64', 'an event has data or data_base64, not both');
  return toMessage(attributes, ofBytes(attributes, Buffer.from(base64, 'base64'), 'data_base64'));
}

/**
 * Reads an event in binary mode: attributes in headers that begin with `ce-`, percent-encoded where they are not plain ASCII, and the
 * data as the body.
 *
 * @throws as {@link readCloudEvent}
 */
export function readBinaryCloudEvent(headers: Headers, body: string): OutgoingMessage {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('ce-')) continue;
    const attribute = name.slice(3);
    if (typeof value !== 'string') throw invalid('message-invalid', attribute, 'is given more than once');
    attributes[attribute] = typed(attribute, decoded(attribute, value));
  }
  if (headers['content-type'] !== undefined) attributes.datacontenttype = headers['content-type'];
  return toMessage(attributes, body === '' ? {} : ofBytes(attributes, Buffer.from(body), 'data'));
}

interface Content {
  readonly data?: string;
  readonly contentType?: string;
}

function toMessage(attributes: Attributes, { data, contentType }: Content): OutgoingMessage {
  const { specversion } = attributes;
  if (specversion !== '1.0') throw invalid('message-invalid', 'specversion', 'must be "1.0"');
  const id = required(attributes, 'id');
  const source = required(attributes, 'source');
  const message: Record<string, unknown> = {
    to: addressesOf(required(attributes, 'to')),
    type: required(attributes, 'type'),
    key: keyOf(source, id),
    contentType,
    data: data === undefined ? undefined : (JSON.parse(data) as unknown),
  };
  for (const [attribute, field] of Object.entries(EXTENSIONS)) {
    const value = attributes[attribute] ?? undefined;
    if (value !== undefined) message[field] = value;
  }
  try {
    return readMessage(withoutNothing(message), data);
  } catch (error) {
    throw error instanceof Problem ? namingAttributes(error) : error;
  }
}

function ofJsonMember(attributes: Attributes, data: string | undefined): Content {
  const type = contentTypeOf(attributes);
  if (data === undefined) return {};
  if (type === undefined || JSON_TYPE.test(type)) return { data };
  if (typeof attributes.data !== 'string') throw invalid('message-invalid', 'data', `a string, as datacontenttype is ${type.slice(0, 64)}`);
  return { data: JSON.stringify(Buffer.from(attributes.data).toString('base64')), contentType: type };
}

function ofBytes(attributes: Attributes, bytes: Buffer, where: string): Content {
  const type = contentTypeOf(attributes);
  if (type === undefined || !JSON_TYPE.test(type)) return { data: JSON.stringify(bytes.toString('base64')), contentType: type ?? 'application/octet-stream' };
  const data = bytes.toString();
  try {
    JSON.parse(data);
  } catch {
    throw invalid('message-invalid', where, 'this is not JSON, which datacontenttype says');
  }
  return { data };
}

function contentTypeOf({ datacontenttype }: Attributes): string | undefined {
  if (datacontenttype === undefined || datacontenttype === null) return undefined;
  if (typeof datacontenttype !== 'string') throw invalid('message-invalid', 'datacontenttype', 'a media type such as application/json');
  return datacontenttype;
}

function required(attributes: Attributes, name: string): string {
  const value = attributes[name];
  if (value === undefined || value === null) throw invalid('message-invalid', name, 'is required');
  if (typeof value !== 'string' || value === '') throw invalid('message-invalid', name, 'a string that is not empty');
  return value;
}

/** No name has a comma. */
function addressesOf(to: string): string | string[] {
  return to.includes(',') ? to.split(',').map((address) => address.trim()) : to;
}

/** Two events are the same if both are: what the standard says of `source` and `id`. */
function keyOf(source: string, id: string): string {
  const key = `${source} ${id}`;
  return key.length <= LIMITS.keyCharacters ? key : createHash('sha256').update(key).digest('base64url');
}

/** In headers everything is text. */
function typed(attribute: string, value: string): unknown {
  if (attribute === 'ttl' && /^\d{1,9}$/.test(value)) return Number(value);
  if (value === 'true' || value === 'false') return ['receipt', 'durable', 'retain'].includes(attribute) ? value === 'true' : value;
  return value;
}

function decoded(attribute: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw invalid('message-invalid', attribute, 'percent-encoded UTF-8');
  }
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function withoutNothing(message: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined));
}

/** Says of a wrong field the name that it has in the event. */
function namingAttributes(problem: Problem): Problem {
  const errors = problem.extra.errors?.map(({ path, message }) => ({ path: ATTRIBUTE_OF[path] ?? path, message }));
  const first = errors?.[0];
  if (first === undefined) return problem;
  return new Problem(problem.slug, `${first.path}: ${first.message}`, { ...problem.extra, errors });
}
