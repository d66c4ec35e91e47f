import { basePath, type Rpc, rpcsOf, type Wire, type WireListener, type WireSettings } from './wire.js';

/** Plain WebSocket. The first frame is `connect`; its token is masked in what is logged. */
export class WebSocketWire implements Wire {
  private socket: WebSocket | undefined;

  constructor(
    private readonly settings: WireSettings,
    private readonly listener: WireListener,
  ) {}

  open(): void {
    const { origin, tenant, token } = this.settings;
    const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}${basePath(tenant)}/socket`, 'vestnik.v1.jsonrpc');
    this.socket = socket;
    socket.onopen = () => {
      const connect = (shown: string) => JSON.stringify({ jsonrpc: '2.0', id: 'connect', method: 'connect', params: { token: shown, app: 'Vestnik console' } });
      this.listener.logged('out', 'WebSocket', connect('…'));
      socket.send(connect(token));
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      const text = String(data);
      this.listener.logged('in', 'WebSocket', text);
      for (const rpc of rpcsOf(text) ?? []) {
        if (rpc.id === 'connect' && 'result' in rpc) this.listener.opened();
        this.listener.received(rpc);
      }
    };
    socket.onclose = ({ code, reason }) => {
      if (this.socket === undefined) return;
      this.socket = undefined;
      this.listener.ended(reason === '' ? String(code) : `${code} ${reason}`);
    };
  }

  send(rpc: Rpc): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...rpc });
    this.listener.logged('out', 'WebSocket', text);
    this.socket?.send(text);
  }

  close(): void {
    const { socket } = this;
    this.socket = undefined;
    socket?.close(1000);
  }
}
