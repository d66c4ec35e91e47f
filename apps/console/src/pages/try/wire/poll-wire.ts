import { HttpWire } from './http-wire.js';
import { type Rpc, rpcsOf } from './wire.js';

const WAIT_SECONDS = 25;
/** The session is over so long after the last poll. */
const IDLE_SECONDS = 5;

/** Long polls: each asks for what comes after the last one, and waits for it. What was read is acknowledged by `ack`, as over the other ways. */
export class PollWire extends HttpWire {
  protected async receive(): Promise<void> {
    let after = '';
    for (let first = true; ; first = false) {
      const path = `/inbox?session=${this.session}&ack=none&idle=${IDLE_SECONDS}&app=Vestnik%20console&wait=${first ? 0 : WAIT_SECONDS}${after === '' ? '' : `&after=${after}`}`;
      this.listener.logged('out', 'GET …/inbox', `GET …${path}`);
      const response = await this.ask(path, { headers: { accept: 'application/json' } });
      const text = await response.text();
      this.listener.logged('in', '…/inbox', text);
      if (first) this.listener.opened();
      const page = rpcsOf(text)?.[0];
      if (typeof page?.position === 'string') after = page.position;
      for (const params of listOf(page?.messages)) this.listener.received({ method: 'message', params });
      for (const event of listOf(page?.events)) this.listener.received(event);
    }
  }
}

function listOf(value: unknown): readonly Rpc[] {
  return Array.isArray(value) ? (value as Rpc[]) : [];
}
