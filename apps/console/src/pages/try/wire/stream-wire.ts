import { HttpWire } from './http-wire.js';
import { type Rpc, rpcsOf, type WireListener, type WireSettings } from './wire.js';

/** Server-sent events, or the same as lines of JSON. */
export class StreamWire extends HttpWire {
  constructor(
    settings: WireSettings,
    listener: WireListener,
    private readonly form: 'sse' | 'json-lines',
  ) {
    super(settings, listener);
  }

  protected async receive(): Promise<void> {
    const accept = this.form === 'sse' ? 'text/event-stream' : 'application/x-ndjson';
    const path = `/events?session=${this.session}&app=Vestnik%20console`;
    this.listener.logged('out', `GET …/events`, `GET …${path}\nAccept: ${accept}`);
    const { body } = await this.ask(path, { headers: { accept } });
    if (body === null) return;
    this.listener.opened();
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    const end = this.form === 'sse' ? '\n\n' : '\n';
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (rest + value).split(end);
      rest = parts.pop() ?? '';
      for (const part of parts) this.part(part);
    }
  }

  private part(text: string): void {
    // Comments and empty lines only keep the stream awake.
    if (text.trim() === '' || text.trim() === ':') return;
    this.listener.logged('in', this.form === 'sse' ? 'SSE' : 'JSON lines', text);
    const rpc = this.form === 'sse' ? rpcOfEvent(text) : rpcsOf(text)?.[0];
    if (rpc !== undefined) this.listener.received(rpc);
  }
}

/** An event as the JSON-RPC object that the WebSocket would carry; undefined where it is none. */
export function rpcOfEvent(text: string): Rpc | undefined {
  const fields = text.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line));
  const of = (name: string) => fields.filter((field) => field?.[1] === name).map((field) => field?.[2] ?? '');
  const [params] = rpcsOf(of('data').join('\n')) ?? [];
  if (params === undefined) return undefined;
  const method = of('event')[0] ?? 'message';
  if (method !== 'call') return { method, params };
  const { id, ...rest } = params;
  return { id, method, params: rest };
}
