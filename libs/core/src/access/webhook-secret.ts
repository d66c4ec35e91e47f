const PREFIX = 'whsec_';
const BYTES_MIN = 24;
const BYTES_MAX = 64;

/** Bytes of a secret that is made here. */
export const WEBHOOK_SECRET_BYTES = 32;

/**
 * Reads a secret as Standard Webhooks has it: `whsec_` and 24 to 64 bytes in base64; the prefix may be left out.
 *
 * @returns undefined where it is none
 */
export function readWebhookSecret(text: string): Uint8Array | undefined {
  const base64 = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length >= BYTES_MIN && bytes.length <= BYTES_MAX ? bytes : undefined;
}

export function formatWebhookSecret(bytes: Uint8Array): string {
  return `${PREFIX}${Buffer.from(bytes).toString('base64')}`;
}
