import type { IncomingMessage } from 'node:http';

/** The body of a request, as JSON. */
export function readJson<T>(request: IncomingMessage, done: (body: T) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => done(JSON.parse((chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString()) as T));
}
