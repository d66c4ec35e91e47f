import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface TiedProcessOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly onOutput?: (text: string) => void;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * A child process in a process group of its own that never outlives us.
 *
 * A small shell reads from a pipe that only we hold open: when we end, however that happens, the pipe closes and
 * the shell kills the group. So a test that crashes, or is killed, leaves nothing running.
 */
export class TiedProcess {
  readonly #child: ChildProcess;
  readonly #reaper: ChildProcess | undefined;
  /** Resolves when the process has ended and its output has been read. */
  readonly exited: Promise<Exit>;
  exit: Exit | undefined;

  constructor(command: string, args: readonly string[], options: TiedProcessOptions = {}) {
    this.#child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (text: string) => options.onOutput?.(text));
    }
    const pid = this.#child.pid;
    if (pid !== undefined && process.platform !== 'win32') {
      this.#reaper = spawn('/bin/sh', ['-c', 'cat > /dev/null; kill -s KILL -- "-$1" 2> /dev/null', 'reaper', String(pid)], {
        stdio: ['pipe', 'ignore', 'ignore'],
        detached: true,
      });
      this.#reaper.unref();
      this.#reaper.on('error', () => {});
    }
    this.exited = once(this.#child, 'close').then(([code, signal]) => {
      this.exit = { code: code as number | null, signal: signal as NodeJS.Signals | null };
      return this.exit;
    });
    // The reaper goes first: a process id that is free again may soon be somebody else's.
    this.#child.on('exit', () => this.#dismiss());
    this.exited.catch((error: unknown) => {
      this.#dismiss();
      options.onOutput?.(String(error));
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the process could not be started');
    return this.#child.pid;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined;
  }

  /** Sends a signal to this process alone. */
  signal(signal: NodeJS.Signals): void {
    if (this.running) this.#child.kill(signal);
  }

  /** Sends a signal and waits for the end; one that does not come within `withinMs` is brought about with SIGKILL. */
  async end(signal: NodeJS.Signals = 'SIGTERM', withinMs = 15_000): Promise<Exit> {
    if (this.exit !== undefined) return this.exit;
    this.signal(signal);
    const timer = setTimeout(() => this.signal('SIGKILL'), withinMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  #dismiss(): void {
    const pid = this.#reaper?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}
