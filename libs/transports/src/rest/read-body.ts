import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { LIMITS, Problem } from '@vestnik/protocol';

/**
 * Reads the body of a request as text; the limit holds before anything is parsed, and by what comes, not by what was announced.
 *
 * @throws Problem `data-too-large`, or `request-invalid` where it is not UTF-8
 */
export function readBody(request: IncomingMessage, done: (error: Problem | undefined, text: string) => void): void {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > LIMITS.requestBodyBytes) {
    done(tooLarge(), '');
    return;
  }
  let first: Buffer | undefined;
  let chunks: Buffer[] | undefined;
  let bytes = 0;
  let over = false;
  request.on('data', (chunk: Buffer) => {
    if (over) return;
    bytes += chunk.length;
    if (bytes > LIMITS.requestBodyBytes) {
      over = true;
      done(tooLarge(), '');
      return;
    }
    if (first === undefined) first = chunk;
    else if (chunks === undefined) chunks = [first, chunk];
    else chunks.push(chunk);
  });
  request.on('end', () => {
    if (over) return;
    const body = chunks === undefined ? first : Buffer.concat(chunks, bytes);
    if (body === undefined) done(undefined, '');
    else if (!isUtf8(body)) done(new Problem('request-invalid', 'the body is not UTF-8'), '');
    else done(undefined, body.toString());
  });
}

function tooLarge(): Problem {
  return new Problem('data-too-large', `a request has ${LIMITS.requestBodyBytes} bytes at most`, { limit: LIMITS.requestBodyBytes });
}
