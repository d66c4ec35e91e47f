import { basePath, type Rpc, rpcsOf, type Wire, type WireListener, type WireSettings } from './wire.js';

/** What the ways over HTTP have in common: one goes in by a stream or by polls, the other way goes by `POST …/rpc`. */
export abstract class HttpWire implements Wire {
  protected readonly ending = new AbortController();
  /** Under this word `rpc` finds the session of the stream. */
  protected readonly session = crypto.randomUUID().replaceAll('-', '').slice(0, 16);

  constructor(
    private readonly settings: WireSettings,
    protected readonly listener: WireListener,
  ) {}

  open(): void {
    this.receive().then(
      () => this.end('the stream has ended'),
      (error: unknown) => this.end(error instanceof Error ? error.message : String(error)),
    );
  }

  send(rpc: Rpc): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...rpc });
    this.listener.logged('out', 'POST …/rpc', text);
    this.ask('/rpc', {
      method: 'POST',
      body: text,
      headers: { 'content-type': 'application/json', accept: 'application/json', 'vestnik-session': this.session },
    })
      .then((response) => response.text())
      .then((answer) => {
        if (answer.trim() === '') return;
        this.listener.logged('in', '…/rpc', answer);
        for (const one of rpcsOf(answer) ?? []) this.listener.received(one);
      })
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        if ('id' in rpc) this.listener.received({ id: rpc.id, error: { code: -32_000, message } });
      });
  }

  close(): void {
    this.ending.abort();
  }

  /** Until nothing comes any more. */
  protected abstract receive(): Promise<void>;

  protected async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const { origin, tenant, token } = this.settings;
    const response = await fetch(`${origin}${basePath(tenant)}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...init.headers },
      // The cookie of whoever is signed in has no business here.
      credentials: 'omit',
      cache: 'no-store',
      signal: this.ending.signal,
    });
    if (response.ok) return response;
    const text = await response.text();
    this.listener.logged('in', `${response.status}`, text);
    const [problem] = rpcsOf(text) ?? [];
    throw new Error(typeof problem?.detail === 'string' ? problem.detail : `HTTP ${response.status}`);
  }

  private end(why: string): void {
    if (this.ending.signal.aborted) return;
    this.ending.abort();
    this.listener.ended(why);
  }
}
