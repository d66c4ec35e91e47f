/** As many as the server makes. */
const BYTES = 32;

/** A secret of Standard Webhooks, `whsec_` and random bytes in base64: the server makes one only for a webhook that has none yet. */
export function newSecret(): string {
  return `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(BYTES))))}`;
}
