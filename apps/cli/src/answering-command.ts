import { type ChildProcess, spawn } from 'node:child_process';
import { CallError } from '@vestnik/client';
import type { Surroundings } from './surroundings.js';

export interface AskedOfCommand {
  readonly method: string;
  readonly params: unknown;
  readonly from: string;
  readonly deadline: Date;
  /** Ends the command: nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/** As JSON-RPC has it for errors of a server of its own. */
const FAILED = -32_000;
/** A system limits what one variable of the environment may hold. */
const PARAMS_IN_ENVIRONMENT_CHARACTERS = 32 * 1024;
const OUTPUT_BYTES_MAX = 8 * 1024 * 1024;
const ERROR_BYTES_KEPT = 8 * 1024;
/** After it was asked to end. */
const KILL_AFTER_MS = 5_000;

/**
 * A command whose output answers calls: started for each, with the params as JSON on standard input and in
 * `VESTNIK_PARAMS` (where they are not too long), and `VESTNIK_METHOD`, `VESTNIK_FROM`, `VESTNIK_DEADLINE`.
 *
 * What it prints is the result: JSON where it is JSON, else text. An exit code other than 0 is an error with the last
 * line that it wrote to standard error.
 */
export class AnsweringCommand {
  private readonly running = new Set<ChildProcess>();

  constructor(
    private readonly command: string,
    private readonly args: readonly string[],
    private readonly around: Pick<Surroundings, 'env' | 'cwd'>,
  ) {}

  /** @throws CallError where it failed, or could not be started */
  async answer({ method, params, from, deadline, signal }: AskedOfCommand): Promise<unknown> {
    const json = JSON.stringify(params ?? null);
    const child = spawn(this.command, this.args, {
      cwd: this.around.cwd(),
      env: {
        ...this.around.env,
        VESTNIK_METHOD: method,
        VESTNIK_FROM: from,
        VESTNIK_DEADLINE: deadline.toISOString(),
        ...(json.length <= PARAMS_IN_ENVIRONMENT_CHARACTERS ? { VESTNIK_PARAMS: json } : {}),
      },
      stdio: 'pipe',
      // In a group of its own: Ctrl+C is for us, who let it finish.
      detached: true,
    });
    this.running.add(child);
    const end = () => this.end(child);
    signal.addEventListener('abort', end, { once: true });
    try {
      return await this.outcome(child, json);
    } finally {
      signal.removeEventListener('abort', end);
      this.running.delete(child);
    }
  }

  /** Ends all that run. */
  endAll(): void {
    for (const child of this.running) this.end(child);
  }

  private outcome(child: ChildProcess, json: string): Promise<unknown> {
    const output: Buffer[] = [];
    let outputBytes = 0;
    let errors = '';
    child.stdout?.on('data', (piece: Buffer) => {
      outputBytes += piece.length;
      if (outputBytes > OUTPUT_BYTES_MAX) this.end(child);
      else output.push(piece);
    });
    child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
      errors = (errors + piece).slice(-ERROR_BYTES_KEPT);
    });
    // A command need not read what it is asked.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(json);
    return new Promise((resolve, reject) => {
      child.on('error', (error) => reject(new CallError(FAILED, `the command cannot be started: ${error.message}`)));
      child.on('close', (exitCode, signal) => {
        if (outputBytes > OUTPUT_BYTES_MAX) reject(new CallError(FAILED, `the command printed more than ${OUTPUT_BYTES_MAX} bytes`));
        else if (exitCode === 0) resolve(resultOf(Buffer.concat(output).toString('utf8')));
        else reject(new CallError(FAILED, lastLineOf(errors) ?? `the command ended with ${signal ?? exitCode}`, { exitCode, signal }));
      });
    });
  }

  /** Asks the command, and what it has started, to end; makes them, if they do not. */
  private end(child: ChildProcess): void {
    const { pid } = child;
    if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    killGroup(pid, 'SIGTERM');
    const timer = setTimeout(() => killGroup(pid, 'SIGKILL'), KILL_AFTER_MS);
    child.once('close', () => clearTimeout(timer));
  }
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}

function resultOf(printed: string): unknown {
  const text = printed.trim();
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function lastLineOf(errors: string): string | undefined {
  return errors
    .split(/\r?\n/)
    .map((line) => line.trim())
    .findLast((line) => line !== '');
}
