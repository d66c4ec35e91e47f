import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';
import { type Answer, ask } from './http.js';
import { TestTenant } from './test-tenant.js';
import { type Exit, TiedProcess } from './tied-process.js';
import { Conditions, untilAsked } from './until.js';

/** The command that starts a node, as it was built; `TEST_PROGRAM` names another build of it. */
export const PROGRAM = process.env.TEST_PROGRAM ?? fileURLToPath(new URL('../../../apps/cli/dist/main.js', import.meta.url));

export interface TestServerOptions {
  /** An external Postgres. Absent: the embedded one, in the server's own data directory. */
  readonly databaseUrl?: string;
  /** Like a DNS label; the same for all nodes of an installation. */
  readonly installation?: string;
  /** Shared by the nodes of an installation; made here when absent. */
  readonly adminKey?: string;
  readonly secretKey?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Another build of the program, such as a copy that is broken on purpose. */
  readonly program?: string;
  /** Arguments of Node itself. */
  readonly nodeArguments?: readonly string[];
  readonly readyWithinMs?: number;
}

/**
 * A node as a process of its own, on a free port of 127.0.0.1, with a data directory of its own.
 *
 * It keeps its port over restarts. It never outlives this process, and `close` removes what it left.
 */
export class TestServer {
  readonly port: number;
  readonly url: string;
  readonly installation: string;
  readonly adminKey: string;
  readonly secretKey: string;
  readonly dataDir: string;
  #process: TiedProcess | undefined;
  #log = '';
  readonly #conditions = new Conditions();

  private constructor(
    private readonly options: TestServerOptions,
    port: number,
  ) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.installation = options.installation ?? 'hq';
    this.adminKey = options.adminKey ?? `vk_${randomBytes(32).toString('base64url')}`;
    this.secretKey = options.secretKey ?? randomBytes(32).toString('base64');
    this.dataDir = mkdtempSync(join(tmpdir(), 'vestnik-node-'));
  }

  /** Starts a node and waits until it is ready. */
  static async start(options: TestServerOptions = {}): Promise<TestServer> {
    const server = new TestServer(options, await freePort());
    try {
      await server.startAgain();
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  /** Starts a second node of the same installation, over the same Postgres. */
  static async join(first: TestServer, options: TestServerOptions = {}): Promise<TestServer> {
    return TestServer.start({ ...first.options, ...options, installation: first.installation, adminKey: first.adminKey, secretKey: first.secretKey });
  }

  /** Everything that the process has written, over all its lives. */
  get log(): string {
    return this.#log;
  }

  get pid(): number {
    return this.#running().pid;
  }

  get running(): boolean {
    return this.#process?.running ?? false;
  }

  /** Resolves when the process has ended by itself or by a signal. */
  get exited(): Promise<Exit> {
    return this.#running().exited;
  }

  /** Starts the process, again after `kill` or `stop`, with the same port and data, and waits until it is ready. */
  async startAgain(): Promise<void> {
    this.spawn();
    await this.ready();
  }

  /** Starts the process and does not wait. */
  spawn(): void {
    if (this.running) throw new Error('it is still running');
    const program = this.options.program ?? PROGRAM;
    if (!existsSync(program)) throw new Error(`${program} is not there: build first`);
    const { VITEST: _vitest, NODE_OPTIONS: _nodeOptions, ...environment } = process.env;
    for (const name of Object.keys(environment)) if (name.startsWith('VESTNIK_') || name === 'DATABASE_URL' || name === 'REDIS_URL') delete environment[name];
    this.#process = new TiedProcess(process.execPath, [...(this.options.nodeArguments ?? []), program, 'start'], {
      cwd: this.dataDir,
      environment: {
        ...environment,
        NODE_ENV: 'production',
        VESTNIK_PORT: String(this.port),
        VESTNIK_HOST: '127.0.0.1',
        VESTNIK_DATA_DIR: this.dataDir,
        VESTNIK_INSTALLATION: this.installation,
        VESTNIK_ADMIN_KEY: this.adminKey,
        VESTNIK_SECRET_KEY: this.secretKey,
        VESTNIK_DEMO: 'false',
        VESTNIK_LOG: 'json',
        ...(this.options.databaseUrl === undefined ? {} : { DATABASE_URL: this.options.databaseUrl }),
        ...this.options.environment,
      },
      onOutput: (text) => {
        this.#log += text;
        this.#conditions.changed();
      },
    });
  }

  /** Waits until `/readyz` answers 200. */
  async ready(withinMs = this.options.readyWithinMs ?? 20_000): Promise<void> {
    const child = this.#running();
    try {
      await untilAsked(
        'the node is ready',
        async () => {
          if (child.exit !== undefined) return true;
          return (await ask(`${this.url}/readyz`, { timeoutMs: 2_000 })).status === 200;
        },
        withinMs,
        25,
      );
    } catch (error) {
      throw new Error(`the node did not become ready:\n${this.#log.slice(-4_000)}`, { cause: error });
    }
    if (child.exit !== undefined) throw new Error(`the node ended (${JSON.stringify(child.exit)}) before it was ready:\n${this.#log.slice(-4_000)}`);
  }

  /** Resolves when the log holds what is looked for. */
  logged(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray> {
    return this.#conditions.until(`the log matches ${pattern}`, () => pattern.exec(this.#log) ?? undefined, timeoutMs);
  }

  /** Ends the process at once. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    return this.#running().end(signal);
  }

  signal(signal: NodeJS.Signals): void {
    this.#running().signal(signal);
  }

  /** Ends the process in order; its data stays. */
  async stop(): Promise<Exit | undefined> {
    return this.#process?.end('SIGTERM');
  }

  /** Kills it and starts it again. */
  async restart(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.kill(signal);
    await this.startAgain();
  }

  /** Ends it and removes its data directory. */
  async close(): Promise<void> {
    await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  /** Calls the HTTP API as the administrator, or with another key or token. */
  api(method: string, path: string, body?: unknown, credentials: string = this.adminKey): Promise<Answer> {
    return ask(`${this.url}${path}`, { method, body, credentials });
  }

  /** Makes a tenant and a key for its backend, which may do everything. */
  async createTenant(name: string, settings: Readonly<Record<string, unknown>> = {}): Promise<TestTenant> {
    const made = await this.api('POST', '/v1/tenants', { name, ...settings });
    if (made.status !== 201) throw new Error(`the tenant ${name} could not be made: ${made.status} ${made.text}`);
    return TestTenant.withKey(this, name);
  }

  /** Resident memory of the process in bytes. */
  async residentBytes(): Promise<number> {
    const { readFile } = await import('node:fs/promises');
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024;
  }

  #running(): TiedProcess {
    if (this.#process === undefined) throw new Error('it was never started');
    return this.#process;
  }
}
