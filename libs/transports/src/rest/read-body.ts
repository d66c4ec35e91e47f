import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { LIMITS, Problem } from '@vestnik/protocol';

/**
 * Reads the body of a request as text; the limit holds before anything is parsed, and by what comes, not by what was announced.
 *
 * @throws Problem `data-too-large`, or `request-invalid` where it is not UTF-8 or was cut off
 */
export function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > LIMITS.requestBodyBytes) {
      reject(tooLarge());
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > LIMITS.requestBodyBytes) {
        chunks.length = 0;
        reject(tooLarge());
      } else {
        chunks.push(chunk);
      }
    });
    request.on('end', () => {
      if (bytes > LIMITS.requestBodyBytes) return;
      try {
        resolve(textOf(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, bytes)));
      } catch (error) {
        reject(error as Problem);
      }
    });
    request.on('error', () => reject(new Problem('request-invalid', 'the body was cut off')));
  });
}

/** @throws Problem `request-invalid` where bytes are not UTF-8 */
export function textOf(body: Buffer): string {
  if (!isUtf8(body)) throw new Problem('request-invalid', 'the body is not UTF-8');
  return body.toString();
}

function tooLarge(): Problem {
  return new Problem('data-too-large', `a request has ${LIMITS.requestBodyBytes} bytes at most`, { limit: LIMITS.requestBodyBytes });
}
