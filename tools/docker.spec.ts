import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkSettings } from '../apps/server/src/config/index.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

interface Service {
  readonly environment: Readonly<Record<string, string | number>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly build?: { readonly context: string; readonly dockerfile: string };
}

interface Compose {
  readonly services: Readonly<Record<'postgres' | 'vestnik', Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const compose = parse(readFileSync(join(ROOT, 'docker', 'compose.yaml'), 'utf8')) as Compose;
const services = Object.values(compose.services);
const dockerfile = readFileSync(join(ROOT, 'docker', 'Dockerfile'), 'utf8').replaceAll(/\\\n/g, ' ');
const lines = dockerfile.split('\n');

describe('compose.yaml', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vestnik-secrets-'));
  const secret = (name: string) => readFileSync(join(folder, name), 'utf8');

  beforeAll(() => run('sh', [join(ROOT, 'docker', 'make-secrets.sh'), folder]));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('names volumes and secrets that are there', () => {
    for (const { volumes = [], secrets = [] } of services) {
      for (const volume of volumes) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
      for (const name of secrets) expect(Object.keys(compose.secrets)).toContain(name);
    }
    expect(compose.services.vestnik.depends_on?.postgres?.condition).toBe('service_healthy');
    for (const { healthcheck } of services) expect(healthcheck?.test[0]).toBe('CMD');
    const { context, dockerfile: file } = compose.services.vestnik.build ?? { context: '', dockerfile: '' };
    expect(existsSync(join(ROOT, 'docker', context, file))).toBe(true);
  });

  it('has each of its secrets made by make-secrets.sh, and only those', () => {
    const wanted = Object.values(compose.secrets).map(({ file }) => file.replace('./secrets/', ''));
    expect(readdirSync(folder).sort()).toEqual(wanted.sort());
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(new URL(secret('database-url')).password).toBe(secret('database-password'));
    expect(new URL(secret('database-url')).hostname).toBe('postgres');
  });

  it('does not make secrets anew that are there', async () => {
    const before = secret('secret-key');
    await run('sh', [join(ROOT, 'docker', 'make-secrets.sh'), folder]);
    expect(secret('secret-key')).toBe(before);
  });

  it('holds settings such as a node starts with', () => {
    const environment = Object.fromEntries(
      Object.entries(compose.services.vestnik.environment).map(([name, value]) => [
        name,
        String(value)
          .replace(/^\/run\/secrets\//, `${folder}/`)
          .replace(/^\$\{\w+:-(.*)\}$/, '$1'),
      ]),
    );
    const { settings, warnings, secretKeyGiven } = checkSettings({ environment: { ...imageSettings(), ...environment }, directory: folder, isTerminal: false });
    expect(warnings).toEqual([]);
    expect(settings).toMatchObject({ host: '0.0.0.0', port: 8378, dataDir: '/data', demo: true, adminKey: secret('admin-key') });
    expect(settings.databaseUrl).toBe(secret('database-url'));
    expect(secretKeyGiven).toHaveLength(32);
  });

  it('gives no secret by the environment', () => {
    for (const { environment } of services) {
      for (const name of Object.keys(environment)) if (/KEY|PASSWORD|DATABASE_URL/.test(name)) expect(name).toMatch(/_FILE$/);
    }
  });
});

describe('the Dockerfile', () => {
  it('copies what is there, and what its ignore file lets through', () => {
    const allowed = readFileSync(join(ROOT, 'docker', 'Dockerfile.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const sources = lines.filter((line) => /^COPY (?!--from)/.test(line)).flatMap((line) => line.split(/\s+/).slice(1, -1));
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) {
      expect(existsSync(join(ROOT, source)), source).toBe(true);
      expect(allowed).toContain(source);
    }
  });

  it('builds the console, keeps its files, and prunes the packages that it was bundled from', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'apps', 'console', 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    expect(scripts.build).toBe('vite build');
    const steps = ['-w @vestnik/console build', '! -name dist ! -name package.json', 'npm pkg delete dependencies', 'npm prune --omit=dev'];
    const places = steps.map((step) => dockerfile.indexOf(step));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('runs as a user who is not root, and holds no secret', () => {
    expect(lines.findLast((line) => line.startsWith('USER '))).toBe('USER node');
    expect(dockerfile).not.toMatch(/^\s*(ARG|ENV)\b.*(KEY|PASSWORD|SECRET|DATABASE_URL)/m);
  });

  it('has a health check that tells a ready node from one that is not, and from none', async () => {
    const words = /HEALTHCHECK .*? CMD (\[.*\])$/m.exec(dockerfile)?.[1];
    const [program, ...args] = JSON.parse(words ?? '[]') as string[];
    let status = 200;
    const server = createServer((request, response) => response.writeHead(request.url === '/readyz' ? status : 404).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const healthy = () => {
      const env = { PATH: process.env.PATH, VESTNIK_PORT: String(port) };
      return run(program ?? '', args, { env }).then(
        () => true,
        ({ code }: { code: unknown }) => (code === 1 ? false : code),
      );
    };
    expect(await healthy()).toBe(true);
    status = 503;
    expect(await healthy()).toBe(false);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await healthy()).toBe(false);
  });
});

/** What the image itself sets. */
function imageSettings(): Record<string, string> {
  const env = lines.find((line) => line.startsWith('ENV ')) ?? '';
  return Object.fromEntries([...env.matchAll(/(\w+)=(\S+)/g)].map((match) => [match[1] as string, match[2] as string]));
}
