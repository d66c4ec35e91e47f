import { HttpConnection } from './http-connection.js';
import type { OnNumber } from './peer-clients.js';

export interface PollerOptions {
  readonly port: number;
  /** The request that waits for what comes after a position; the first has none. */
  readonly request: (position: string | undefined) => string;
  readonly onNumber: OnNumber;
}

/** A client that polls again as soon as it was answered. Its connection ends with the process. */
export async function poll({ port, request, onNumber }: PollerOptions): Promise<void> {
  const connection = await HttpConnection.open(port);
  const ask = (position: string | undefined): void => {
    connection.send(Buffer.from(request(position)), (status, body) => {
      if (status !== 200) {
        if (status !== 0) throw new Error(`a poll was refused: ${status} ${body()}`);
        return;
      }
      const page = JSON.parse(body()) as { messages: { n?: string; data?: { n: string } }[]; position?: string };
      for (const message of page.messages) onNumber(Number(message.data?.n ?? message.n));
      ask(page.position ?? position);
    });
  };
  ask(undefined);
}
