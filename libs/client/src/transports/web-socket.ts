import { OPEN, type SocketConstructor, type SocketLike, SUBPROTOCOL } from '../socket.js';
import { VestnikError } from '../vestnik-error.js';
import type { OutgoingFrame, Transport, TransportListener } from './transport.js';

/** Plain WebSocket: frames go both ways as they are (section 7 of the protocol). */
export class WebSocketTransport implements Transport {
  readonly name = 'websocket';
  private socket: SocketLike | undefined;

  constructor(
    private readonly Socket: SocketConstructor,
    private readonly url: string,
  ) {}

  open(_params: Readonly<Record<string, unknown>>, listener: TransportListener): void {
    const socket = new this.Socket(this.url, [SUBPROTOCOL]);
    this.socket = socket;
    let error: VestnikError | undefined;
    socket.onopen = () => listener.opened();
    socket.onmessage = ({ data }: { data?: unknown }) => (typeof data === 'string' ? listener.text(data) : listener.unreadable());
    // The close event that follows ends the connection; this one only says why.
    socket.onerror = ({ message }: { message?: unknown }) => {
      if (typeof message === 'string' && message !== '') error ??= new VestnikError('unreachable', message, true);
    };
    socket.onclose = ({ code, reason }: { code?: number; reason?: string }) => listener.ended(code ?? 1006, reason ?? '', error);
  }

  send({ text }: OutgoingFrame): void {
    if (this.socket?.readyState === OPEN) this.socket.send(text);
  }

  close(): void {
    this.socket?.close(1000);
  }

  drop(): void {
    const { socket } = this;
    if (socket === undefined) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    // `ws` throws errors that nobody listens to.
    socket.onerror = () => undefined;
    if (socket.terminate !== undefined) socket.terminate();
    else if (socket.readyState <= OPEN) socket.close();
  }
}
