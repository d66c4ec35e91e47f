import { LightSocket } from './light-socket.js';
import { clientName, readNumber } from './marked-bytes.js';
import type { SocketIoOptions } from './socket-io-client.js';
import { openSocketIo } from './socket-io-client.js';

/** What a client does with the number of each message that it gets. */
export type OnNumber = (number: number) => void;

/** A client of a floor that speaks plain WebSocket. */
export function openPeerSocket(port: number, index: number, onNumber: OnNumber): Promise<LightSocket> {
  return LightSocket.open(
    { port, path: `/?client=${clientName(index)}` },
    {
      text(bytes, start, end) {
        const number = readNumber(bytes, start, end);
        if (number !== -1) onNumber(number);
      },
    },
  );
}

/** A client of a floor that speaks Socket.IO. */
export function openPeerSocketIo(port: number, index: number, onNumber: OnNumber): Promise<LightSocket> {
  const options: SocketIoOptions = { port, query: `client=${clientName(index)}`, namespace: '/', auth: undefined };
  return openSocketIo(options, onNumber);
}
