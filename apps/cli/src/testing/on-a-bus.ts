import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach } from 'vitest';
import { WebSocketServer } from 'ws';
import type { ExitCode } from '../exit-codes.js';
import { run } from '../run.js';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** What a session has said. */
export interface Asked {
  readonly id?: number | string;
  readonly method?: string;
  readonly params: Record<string, unknown>;
  readonly result?: unknown;
  readonly error?: { code: number; message: string; data?: unknown };
}

type Say = (frame: object) => void;

interface SessionScript {
  /** After `connect` was answered. */
  readonly connected?: (say: Say) => void;
  /** Told of everything that is said; may answer what this stage does not. */
  readonly asked?: (asked: Asked, say: Say) => void;
  /** The result of a method; `{}` where it gives none. */
  readonly result?: (asked: Asked) => unknown;
}

interface Around {
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  readonly cwd?: string;
  readonly isTTY?: boolean;
}

interface Running {
  readonly ended: Promise<{ exitCode: ExitCode; out: string; err: string }>;
  interrupt(): void;
}

/** An HTTP server that notes what it is asked and answers what the test says, and command lines that are run against it. */
export function onABus() {
  let server: Server;
  let sockets: WebSocketServer;
  const stage = {
    url: '',
    seen: [] as Seen[],
    answer: (_request: Seen): { status: number; body?: unknown } => ({ status: 204 }),

    /** Holds sessions as the script says. @returns what they have said */
    sessions({ connected, asked, result }: SessionScript): Asked[] {
      const said: Asked[] = [];
      sockets.on('connection', (socket) => {
        const say: Say = (frame) => socket.send(JSON.stringify({ jsonrpc: '2.0', ...frame }));
        socket.on('message', (data) => {
          const frame = JSON.parse(data.toString()) as Asked;
          said.push(frame);
          const session = { client: 'ivanov@demo.local', position: 'AAAAAAA', missed: 3, pingInterval: 25 };
          if (frame.method !== undefined && frame.id !== undefined) {
            say({ id: frame.id, result: frame.method === 'connect' ? session : (result?.(frame) ?? {}) });
          }
          if (frame.method === 'connect') connected?.(say);
          asked?.(frame, say);
        });
      });
      return said;
    },

    /** Starts one command line, with a key unless the test gives other surroundings. */
    start(args: string[], { env = { VESTNIK_KEY: 'vk_tenant' }, stdin = '', cwd = '/', isTTY = false }: Around = {}): Running {
      const stdout = Object.assign(new PassThrough(), { isTTY });
      const stderr = new PassThrough();
      const listeners = new Set<() => void>();
      const around = {
        env: { VESTNIK_URL: stage.url, ...env },
        stdin: Readable.from([Buffer.from(stdin)]),
        stdout,
        stderr,
        cwd: () => cwd,
        on: (event: string, listener: () => void) => event === 'SIGINT' && listeners.add(listener),
        off: (_event: string, listener: () => void) => listeners.delete(listener),
      };
      const ended = run(args, around).then(async (exitCode) => {
        stdout.end();
        stderr.end();
        return { exitCode, out: await text(stdout), err: await text(stderr) };
      });
      return {
        ended,
        interrupt: () => {
          for (const listener of listeners) listener();
        },
      };
    },

    vestnik: (args: string[], around: Around = {}) => stage.start(args, around).ended,
  };

  beforeEach(async () => {
    stage.seen = [];
    stage.answer = () => ({ status: 204 });
    server = createServer((request, response) => {
      void read(request).then((asked) => {
        stage.seen.push(asked);
        const { status, body } = stage.answer(asked);
        const type = status >= 400 ? 'application/problem+json' : 'application/json';
        response.writeHead(status, { 'content-type': type }).end(body === undefined ? undefined : JSON.stringify(body));
      });
    });
    sockets = new WebSocketServer({ server });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stage.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  return stage;
}

async function read(request: IncomingMessage): Promise<Seen> {
  return { method: request.method ?? '', path: request.url ?? '', authorization: request.headers.authorization, body: await text(request) };
}
