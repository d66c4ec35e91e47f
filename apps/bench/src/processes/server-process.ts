import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Cores, onServerCore } from './cores.js';

const running = new Set<ChildProcess>();

// Whatever way this process ends, the servers end with it. Floors also end by themselves when their standard input does.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface ServerOptions {
  readonly name: string;
  readonly script: string;
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly cores: Cores;
  /** Lets the server's garbage be collected from outside, with SIGUSR2. */
  readonly collectable?: boolean;
}

/** A server under measurement, in a process of its own. */
export class ServerProcess {
  #output = '';
  #ended = false;

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-16_384);
      });
    }
    child.on('exit', () => {
      this.#ended = true;
      running.delete(child);
    });
  }

  static start(options: ServerOptions): ServerProcess {
    const preload = ['--expose-gc', '--import', new URL('./collect-garbage.js', import.meta.url).href];
    const [command, ...rest] = onServerCore(options.cores, [...(options.collectable ? preload : []), options.script, ...(options.arguments ?? [])]);
    const child = spawn(command, rest, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production', ...options.environment },
    });
    return new ServerProcess(options.name, child);
  }

  /** Process id; `taskset` turns into the server, so it is the server's own. */
  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} did not start`);
    return this.child.pid;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** The last of what it printed. */
  get output(): string {
    return this.#output;
  }

  /** Resolves with what the pattern caught in the server's output. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#output);
      if (found !== null) return found;
      if (this.#ended) throw new Error(`${this.name} ended before it was ready:\n${this.#output}`);
      await Promise.race([once(this.child.stdout as NodeJS.ReadableStream, 'data'), once(this.child, 'exit')]);
    }
  }

  collectGarbage(): void {
    this.child.kill('SIGUSR2');
  }

  async stop(): Promise<void> {
    if (this.#ended) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(late);
  }
}

/** A floor that listens. */
export interface Peer {
  readonly process: ServerProcess;
  readonly port: number;
}

/** Starts one of the floors in `peers/` and waits until it listens. */
export async function startPeer(
  file: string,
  cores: Cores,
  options: { arguments?: readonly string[]; environment?: Readonly<Record<string, string>>; collectable?: boolean } = {},
): Promise<Peer> {
  const script = fileURLToPath(new URL(`../peers/${file}.js`, import.meta.url));
  const server = ServerProcess.start({ name: file, script, cores, ...options });
  const [, port] = await server.printed(/listening on (\d+)/);
  return { process: server, port: Number(port) };
}
