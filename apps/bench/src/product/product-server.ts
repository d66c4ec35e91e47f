import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeEnding } from '../processes/ending.js';
import { ServerProcess } from '../processes/server-process.js';
import type { Surroundings } from '../scenario.js';
import { TENANT } from './tenant.js';
import { mintTokens } from './tokens.js';

/** The tenant that everything is measured in. */

/** The product under measurement: started as a user starts it, with a tenant and a backend's key. */
export interface Product {
  readonly process: ServerProcess;
  readonly port: number;
  /** A tenant key that may do everything. */
  readonly key: string;
  /** Calls the HTTP API as the administrator. */
  administer<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Makes another tenant. @returns a key that may do everything in it */
  tenant(name: string): Promise<string>;
  /** A token of each client, in order; made once and kept. */
  tokens(count: number): Promise<readonly string[]>;
  stop(): Promise<void>;
}

const COMMAND = fileURLToPath(new URL('../../../cli/dist/main.js', import.meta.url));

export interface ProductOptions {
  readonly collectable?: boolean;
  /** What others call it; `hq` where it does not matter. */
  readonly installation?: string;
  /** Where its database is, where it does not share that of the run. */
  readonly databaseUrl?: string;
}

/** @param name also names its database, so it is unique within a run */
export async function startProduct(name: string, surroundings: Surroundings, options: ProductOptions = {}): Promise<Product> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vestnik-bench-data-'));
  const port = await freePort();
  const adminKey = `vk_${randomBytes(33).toString('base64url')}`;
  const server = ServerProcess.start({
    name: 'vestnik',
    script: COMMAND,
    arguments: ['start'],
    cores: surroundings.cores,
    collectable: options.collectable,
    environment: {
      VESTNIK_PORT: String(port),
      VESTNIK_HOST: '127.0.0.1',
      VESTNIK_DATA_DIR: dataDir,
      VESTNIK_ADMIN_KEY: adminKey,
      VESTNIK_DEMO: 'false',
      // All clients of the benchmark come from one address.
      VESTNIK_MAX_CONNECTIONS_PER_ADDRESS: '100000',
      ...(options.installation === undefined ? {} : { VESTNIK_INSTALLATION: options.installation }),
      DATABASE_URL: options.databaseUrl ?? (await surroundings.database.create(`bench_${name}`)),
    },
  });
  const stop = beforeEnding(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  try {
    return await furnish(server, port, adminKey, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Gives a server that has just been started its tenant and key. */
async function furnish(server: ServerProcess, port: number, adminKey: string, stop: () => Promise<void>): Promise<Product> {
  await ready(server, port);
  const tenant = async (name: string): Promise<string> => {
    await call(port, adminKey, '/v1/tenants', { name });
    const scopes = ['send', 'call', 'tokens', 'read', 'read:data', 'manage', 'broadcast'];
    return (await call<{ key: string }>(port, adminKey, `/v1/tenants/${name}/keys`, { title: 'bench', scopes })).key;
  };
  const key = await tenant(TENANT);

  const tokens: string[] = [];
  return {
    process: server,
    port,
    key,
    administer: <T>(method: string, path: string, body?: unknown) => call<T>(port, adminKey, path, body, method),
    tenant,
    async tokens(count) {
      tokens.push(...(await mintTokens(port, key, tokens.length, count)));
      return tokens.slice(0, count);
    },
    stop,
  };
}

/** Ready is what `/readyz` says, not what is printed. */
async function ready(server: ServerProcess, port: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (server.hasEnded) throw new Error(`the server ended before it was ready:\n${server.output}`);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return;
    if (Date.now() > deadline) throw new Error(`the server was not ready within 60 s:\n${server.output}`);
    await delay(50);
  }
}

async function call<T>(port: number, key: string, path: string, body: unknown, method = 'POST'): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
  return JSON.parse(text) as T;
}

/** A free port below those that outgoing connections take: thousands of them would collide with it. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
