import { ExchangeAcceptor } from './exchange-acceptor.js';
import { EXCHANGE_PATH } from './exchange-format.js';
import { Newcomers } from './newcomers.js';
import { type AcceptorOptions, WebSocketAcceptor } from './websocket.js';

/** What {@link LinkDoors} answers, for whoever tells a wrong method from a wrong path. */
export const EXCHANGE_ROUTES = [['POST', EXCHANGE_PATH]] as const;

/** Where other installations come in: by WebSocket, or by POST after POST. Before the first use of links there is nothing here. */
export class LinkDoors {
  /** For the upgrade router. @returns whether the request was its own */
  readonly upgrade: WebSocketAcceptor['upgrade'];
  /** To stand in front of other routes. @returns whether the request was its own */
  readonly handle: ExchangeAcceptor['handle'];
  private readonly exchange: ExchangeAcceptor;

  constructor(options: AcceptorOptions) {
    const shared = { newcomers: new Newcomers(), ...options };
    this.upgrade = new WebSocketAcceptor(shared).upgrade;
    this.exchange = new ExchangeAcceptor(shared);
    this.handle = this.exchange.handle;
  }

  /** Ends at once what goes from POST to POST; WebSockets end with their sockets. */
  close(): void {
    this.exchange.close();
  }
}
