import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TransportName } from '../transports/transport.js';
import { type Blocked, type Call, CONNECT_RESULT, Refusal, type Visit, type Wire } from './visit.js';

interface Frame {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
}

/** What was said to one client by stream or by pages, and what its posts wait for. */
class HttpWire extends EventEmitter implements Wire {
  readonly protocol = '';
  readonly pending = new Map<number | string, (text: string) => void>();
  private over = false;

  constructor(
    private readonly push: (frame: Frame) => void,
    private readonly finish: (inOrder: boolean) => void,
  ) {
    super();
  }

  send(written: string): void {
    const frame = JSON.parse(written) as Frame;
    if (frame.method !== undefined) {
      this.push(frame);
      return;
    }
    if (frame.id === undefined) return;
    this.pending.get(frame.id)?.(written);
    this.pending.delete(frame.id);
  }

  close(): void {
    this.finish(true);
    this.gone();
  }

  terminate(): void {
    this.finish(false);
    this.gone();
  }

  /** The client is gone, or this side has ended it. */
  gone(): void {
    if (this.over) return;
    this.over = true;
    this.emit('close', 1006, Buffer.alloc(0));
  }
}

/** A session of pages: what waits for the next poll, and the poll that waits. */
interface Pages {
  readonly word: string;
  readonly visit: Visit;
  readonly waiting: Frame[];
  position: string;
  answer: (() => void) | undefined;
  over: boolean;
}

interface ScriptedHttpParts {
  readonly blocked: () => Blocked;
  /** With what `rpc` as a whole is refused. */
  readonly rpcRefusal: () => Refusal | undefined;
  readonly arrive: (transport: TransportName, wire: Wire) => Visit;
}

/** Streams, polls and `rpc` of the scripted bus. */
export class ScriptedHttp {
  private readonly wires = new Map<string, { visit: Visit; wire: HttpWire }>();
  private readonly pages = new Map<string, Pages>();
  /** After which position each page was asked for. */
  readonly polledAfter: (string | undefined)[] = [];

  constructor(private readonly parts: ScriptedHttpParts) {}

  handle(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://bus');
    const query = Object.fromEntries(searchParams);
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    const params = { ...query, token, ...('after' in query ? { position: query.after } : {}) };
    const what = pathname.split('/').at(-1);
    const blocked = this.parts.blocked();
    const state = what === 'events' ? blocked.sse : what === 'inbox' ? blocked['long-poll'] : undefined;
    if (state === 'silent') return;
    if (state === 'refused') response.writeHead(404).end();
    else if (what === 'events') this.stream(response, query.session ?? '', params);
    else if (what === 'inbox') this.poll(response, query.session ?? '', params);
    else if (what === 'rpc') void this.rpc(request, response);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: `whole ${what}` }));
  }

  private stream(response: ServerResponse, word: string, params: Record<string, unknown>): void {
    const write = ({ id, method, params: said }: Frame) =>
      void response.write(`event: ${method}\ndata: ${JSON.stringify(id === undefined ? said : { ...said, id })}\n\n`);
    const wire = new HttpWire(write, (inOrder) => (inOrder ? response.end() : response.destroy()));
    const visit = this.arrive('sse', word, wire, params, response);
    if (visit === undefined) return;
    response.on('close', () => wire.gone());
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('retry: 2000\n\n');
  }

  private poll(response: ServerResponse, word: string, params: Record<string, unknown>): void {
    this.polledAfter.push(params.position as string | undefined);
    let pages = this.pages.get(word);
    if (params.wait === '0' || pages === undefined || pages.over) {
      const waiting: Frame[] = [];
      const wire = new HttpWire(
        (frame) => {
          waiting.push(frame);
          pages?.answer?.();
        },
        () => {
          if (pages !== undefined) pages.over = true;
          pages?.answer?.();
        },
      );
      const visit = this.arrive('long-poll', word, wire, params, response);
      if (visit === undefined) return;
      pages = { word, visit, waiting, position: String(params.position ?? CONNECT_RESULT.position), answer: undefined, over: false };
      this.pages.set(word, pages);
    }
    const { waiting } = pages;
    const current = pages;
    const answer = () => {
      current.answer = undefined;
      if (current.over) {
        response.destroy();
        return;
      }
      const messages = waiting.filter(({ method }) => method === 'message').map(({ params: message }) => message as { position?: string });
      const events = waiting.filter(({ method }) => method !== 'message');
      waiting.length = 0;
      current.position = messages.findLast(({ position }) => position !== undefined)?.position ?? current.position;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ messages, events, position: current.position }));
    };
    if (waiting.length > 0 || params.wait === '0') answer();
    else {
      // What is said in one turn goes on one page.
      current.answer = () => {
        current.answer = undefined;
        setImmediate(answer);
      };
      response.on('close', () => {
        if (!response.writableFinished) current.visit.socket.terminate();
      });
    }
  }

  /** @returns the visit, unless the bus refuses it */
  private arrive(transport: TransportName, word: string, wire: HttpWire, params: Record<string, unknown>, response: ServerResponse): Visit | undefined {
    const visit = this.parts.arrive(transport, wire);
    let refusal: Refusal | undefined;
    const judged: Call = { id: 0, method: 'connect', params };
    wire.pending.set(0, (written) => {
      const { error } = JSON.parse(written) as { error?: { data: { type: string; detail: string; retryable: boolean } } };
      if (error !== undefined) refusal = new Refusal(error.data.type, error.data.detail, error.data.retryable);
    });
    visit.heard(judged);
    if (refusal !== undefined) {
      refuse(response, refusal);
      return undefined;
    }
    this.wires.set(word, { visit, wire });
    return visit;
  }

  private async rpc(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const input = JSON.parse(await text(request)) as Call | Call[];
    const refusal = this.parts.rpcRefusal();
    if (refusal !== undefined) {
      refuse(response, refusal);
      return;
    }
    const found = this.wires.get(String(request.headers['vestnik-session']));
    if (found === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { visit, wire } = found;
    visit.socket.on('close', () => response.destroy());
    const frames = Array.isArray(input) ? input : [input];
    const answers = frames
      .filter(({ id, method }) => id !== undefined && method !== undefined)
      .map(({ id }) => new Promise<string>((resolve) => wire.pending.set(id as number, resolve)));
    for (const frame of frames) visit.heard(frame);
    const texts = await Promise.all(answers);
    if (texts.length === 0) response.writeHead(204).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(Array.isArray(input) ? `[${texts.join(',')}]` : texts[0]);
  }
}

function refuse(response: ServerResponse, { slug, detail, retryable }: Refusal): void {
  const problem = { type: `urn:vestnik:problem:${slug}`, title: '', detail, retryable };
  response.writeHead(400, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
}
