import type { DeliveredMessage } from '@vestnik/protocol';

const PIECE = 0x8000;

/**
 * Binary data as a message carries it: base64, and what it is. To be spread into a message:
 * `send({ to, type, ...binary(bytes, 'image/png') })`.
 */
export function binary(bytes: Uint8Array, contentType = 'application/octet-stream'): { data: string; contentType: string } {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return { data: btoa(text), contentType };
}

/**
 * The binary data of a message.
 *
 * @returns undefined where its data is no base64 of something binary
 */
export function bytesOf({ data, contentType }: Pick<DeliveredMessage, 'data' | 'contentType'>): Uint8Array<ArrayBuffer> | undefined {
  if (contentType === undefined || typeof data !== 'string') return undefined;
  try {
    return Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
