import { LightSocket } from './light-socket.js';
import { readNumber } from './marked-bytes.js';
import type { OnNumber } from './peer-clients.js';

export interface SocketIoOptions {
  readonly port: number;
  readonly query?: string;
  readonly namespace: string;
  readonly auth: Readonly<Record<string, unknown>> | undefined;
}

/** Engine.IO 4 packet types, and those of Socket.IO 5 behind a message, as character codes. */
const OPEN = 48;
const PING = 50;
const MESSAGE = 52;
const CONNECTED = 48;
const EVENT = 50;
const CONNECT_ERROR = 52;

/** A Socket.IO client over WebSocket alone. Resolves when its namespace has taken it. */
export async function openSocketIo(options: SocketIoOptions, onNumber: OnNumber): Promise<LightSocket> {
  const isMain = options.namespace === '/';
  let settle: { taken: () => void; refused: (error: Error) => void } = { taken: () => undefined, refused: () => undefined };
  const taken = new Promise<void>((resolve, reject) => {
    settle = { taken: resolve, refused: reject };
  });
  taken.catch(() => undefined);

  // The first packet may come with the answer to the upgrade, before there is a socket to answer by.
  let isOpenDue = false;
  let socket: LightSocket | undefined;
  const enter = (): void => {
    if (socket === undefined) isOpenDue = true;
    else socket.sendText(`40${isMain ? '' : `${options.namespace},`}${options.auth === undefined ? '' : JSON.stringify(options.auth)}`);
  };

  socket = await LightSocket.open(
    { port: options.port, path: `/socket.io/?EIO=4&transport=websocket&${options.query ?? ''}` },
    {
      text(bytes, start, end) {
        const kind = bytes[start];
        if (kind === PING) return socket?.sendText('3');
        if (kind === OPEN) return enter();
        if (kind !== MESSAGE) return;
        const packet = bytes[start + 1];
        if (packet === EVENT) {
          const number = readNumber(bytes, start, end);
          if (number !== -1) onNumber(number);
        } else if (packet === CONNECTED) settle.taken();
        else if (packet === CONNECT_ERROR) settle.refused(new Error(`Socket.IO refused: ${bytes.toString('utf8', start, end)}`));
      },
      closed: (code, reason) => settle.refused(new Error(`Socket.IO closed: ${code} ${reason}`)),
    },
  );
  if (isOpenDue) enter();
  await taken;
  return socket;
}
