import { rawMember } from '@vestnik/protocol';

/** Media type of one event in structured mode. */
export const CLOUD_EVENT_TYPE = 'application/cloudevents+json; charset=utf-8';

/** Fields of a message that stand in an event under names of the bus's own; extension names have small letters and digits only. */
const EXTENSIONS = { position: 'position', correlationId: 'correlationid', expiresAt: 'expiresat', redelivered: 'redelivered', traceparent: 'traceparent' };

/**
 * A message as a CloudEvent 1.0, JSON format, structured mode. `data` stands in it as it was sent.
 *
 * @param params the params of `message`, JSON text
 */
export function messageEvent(params: string): string {
  const message = JSON.parse(params) as Record<'id' | 'from' | 'to' | 'type' | 'sentAt', string> & { contentType?: string };
  const { id, from, to, type, sentAt, contentType } = message;
  const head = { specversion: '1.0', id, source: sourceOf(from), type, subject: to, time: sentAt, datacontenttype: contentType ?? 'application/json' };
  let text = JSON.stringify(head).slice(0, -1);
  for (const [field, name] of Object.entries(EXTENSIONS)) {
    const value = rawMember(params, field);
    if (value !== undefined) text += `,"${name}":${value}`;
  }
  return `${text},"${contentType === undefined ? 'data' : 'data_base64'}":${rawMember(params, 'data') ?? 'null'}}`;
}

/**
 * A call as a CloudEvent; its data are the params of `call`.
 *
 * @param params JSON text
 */
export function callEvent(id: string, params: string, now: number): string {
  const { from } = JSON.parse(params) as { from: string };
  const head = { specversion: '1.0', id, source: sourceOf(from), type: 'vestnik.call', time: new Date(now).toISOString(), datacontenttype: 'application/json' };
  return `${JSON.stringify(head).slice(0, -1)},"data":${params}}`;
}

/**
 * A notice as a CloudEvent; its type is the notice's own.
 *
 * @param params JSON text
 */
export function noticeEvent(id: string, from: string, params: string, now: number): string {
  const { type } = JSON.parse(params) as { type: string };
  const head = { specversion: '1.0', id, source: sourceOf(from), type, time: new Date(now).toISOString(), datacontenttype: 'application/json' };
  return `${JSON.stringify(head).slice(0, -1)},"data":${params}}`;
}

/** `source` is a URI-reference: an address has spaces, and letters of all alphabets. */
function sourceOf(address: string): string {
  return `urn:vestnik:${encodeURI(address).replaceAll('#', '%23')}`;
}
