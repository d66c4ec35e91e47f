import { invalid, type ProblemSlug } from '@vestnik/protocol';

const CONTENT_TYPE = 'application/octet-stream';

/**
 * Binary `data` as the bus keeps it: base64 in a string, with its `contentType`.
 *
 * @throws Problem naming the place of anything binary that is not the whole of `data`
 */
export function withTextData(params: Readonly<Record<string, unknown>>, slug: ProblemSlug): Readonly<Record<string, unknown>> {
  const { data } = params;
  const plain = isBinary(data) ? { ...params, data: textOf(data), contentType: params.contentType ?? CONTENT_TYPE } : params;
  for (const [field, value] of Object.entries(plain)) {
    if (holdsBinary(value)) throw invalid(slug, field, 'what is binary is the whole of data, or not at all');
  }
  return plain;
}

/** The same with base64 in a string wherever there is something binary: calls are JSON elsewhere. */
export function withBase64(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isBinary(value)) return textOf(value);
  if (Array.isArray(value)) return value.map(withBase64);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withBase64(member)]));
}

function isBinary(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** The depth of what comes here has been judged. */
function holdsBinary(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isBinary(value) || Object.values(value).some(holdsBinary);
}
