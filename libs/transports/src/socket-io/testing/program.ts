import type { ConnectResult } from '@vestnik/protocol';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';

export type Reply = { readonly result?: Record<string, unknown>; readonly error?: { readonly code: number; readonly data: Record<string, unknown> } };

/** `socket.io-client` as its users use it, with all that it was told, in order. */
export class Program {
  readonly events: { readonly name: string; readonly params: Record<string, unknown> }[] = [];
  readonly socket: Socket;
  refusal: (Error & { data?: Record<string, unknown> }) | undefined;
  disconnects: string[] = [];
  connects = 0;
  private waiting: { readonly condition: () => boolean; readonly resolve: () => void }[] = [];

  constructor(url: string, namespace: string, options: Partial<ManagerOptions & SocketOptions>) {
    this.socket = io(`${url}${namespace}`, { forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 50, ...options });
    this.socket.onAny((name: string, params: Record<string, unknown>) => {
      this.events.push({ name, params });
      this.changed();
    });
    this.socket.on('connect', () => {
      this.connects++;
      this.changed();
    });
    this.socket.on('disconnect', (reason) => {
      this.disconnects.push(reason);
      this.changed();
    });
    this.socket.on('connect_error', (error) => {
      this.refusal = error;
      this.changed();
    });
    this.socket.io.on('close', () => this.changed());
  }

  /** What has come under one name. */
  named(name: string): Record<string, unknown>[] {
    return this.events.filter((event) => event.name === name).map(({ params }) => params);
  }

  get data(): unknown[] {
    return this.named('message').map(({ data }) => data);
  }

  get ready(): ConnectResult | undefined {
    return this.named('ready')[0] as ConnectResult | undefined;
  }

  get transport(): string {
    return this.socket.io.engine.transport.name;
  }

  until(what: string, condition: () => boolean, timeoutMs = 8_000): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not in time: ${what}; came: ${JSON.stringify(this.events).slice(0, 2_000)}`)), timeoutMs);
      this.waiting.push({
        condition,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      });
    });
  }

  call(method: string, ...params: unknown[]): Promise<Reply> {
    return this.socket.timeout(8_000).emitWithAck(method, ...params) as Promise<Reply>;
  }

  close(): void {
    this.socket.disconnect();
  }

  private changed(): void {
    this.waiting = this.waiting.filter(({ condition, resolve }) => {
      if (!condition()) return true;
      resolve();
      return false;
    });
  }
}
