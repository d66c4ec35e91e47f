import { createHmac } from 'node:crypto';

/**
 * What Standard Webhooks puts into the head of a request: its id, when this attempt was made in seconds since 1970,
 * and `v1,` with the HMAC-SHA256 of `id.timestamp.body` in base64.
 *
 * @param secret the bytes that `whsec_…` stands for
 * @param now milliseconds since 1970
 */
export function signedHeaders(secret: Uint8Array, id: string, now: number, body: string): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
