import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Conditions, FaultProxy, type TestTenant, TiedProcess, untilAsked } from '@vestnik/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

const EXAMPLES = fileURLToPath(new URL('../../../../docs/examples', import.meta.url));
const works = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
const python = ['/usr/bin/python3', 'python3'].find((each) => works(each, '-c', 'import websockets'));
const build = mkdtempSync(join(tmpdir(), 'vestnik-qt-'));

interface Example {
  readonly language: string;
  /** What runs it; undefined where it cannot be run here. */
  readonly command: readonly string[] | undefined;
  readonly wants: string;
  /** Carried out once before. */
  readonly prepare?: () => void;
  readonly answersCalls: boolean;
  /** A message of the type `n` with this text, as the example prints it. */
  readonly line: (text: string) => RegExp;
}

const typeAndData = (text: string) => new RegExp(`^n \\{"text":\\s?"${text}"\\}$`, 'gm');
const HAS_QT = works('cmake', '--version') && works('sh', '-c', 'ls /usr/lib/*/cmake/Qt6WebSockets/Qt6WebSocketsConfig.cmake');

const examples: readonly Example[] = [
  {
    language: 'Python',
    command: python === undefined ? undefined : [python, join(EXAMPLES, 'python/client.py')],
    wants: 'python3 with the websockets library (Debian: python3-websockets)',
    answersCalls: true,
    line: typeAndData,
  },
  {
    language: 'PHP',
    command: works('php', '--version') ? ['php', join(EXAMPLES, 'php/client.php')] : undefined,
    wants: 'php (Debian: php-cli)',
    answersCalls: true,
    line: typeAndData,
  },
  {
    language: 'Qt',
    command: HAS_QT ? [join(build, 'vestnik-client')] : undefined,
    wants: 'cmake, g++ and Qt 6 with WebSockets (Debian: cmake g++ qt6-websockets-dev)',
    prepare: () => {
      for (const args of [
        ['-S', join(EXAMPLES, 'qt'), '-B', build],
        ['--build', build],
      ]) {
        const { status, stdout, stderr } = spawnSync('cmake', args, { encoding: 'utf8' });
        if (status !== 0) throw new Error(`the Qt example could not be built:\n${stdout}${stderr}`);
      }
    },
    answersCalls: true,
    line: typeAndData,
  },
  {
    language: 'curl',
    command: works('curl', '--version') && works('bash', '--version') ? ['bash', join(EXAMPLES, 'curl/listen.sh')] : undefined,
    wants: 'curl and bash',
    answersCalls: false,
    line: (text) => new RegExp(`"type":"n","data":\\{"text":"${text}"\\}`, 'g'),
  },
];

for (const { language, command, wants } of examples) {
  if (command === undefined) console.warn(`\n!!! SKIPPED: the example in ${language} cannot be run without ${wants}.\n`);
}

/** A program that runs, and what it has printed. */
class Running {
  output = '';
  readonly process: TiedProcess;
  readonly #conditions = new Conditions();

  constructor([command, ...args]: readonly string[], environment: Record<string, string>) {
    this.process = new TiedProcess(command as string, args, {
      environment: { ...process.env, ...environment },
      onOutput: (text) => {
        this.output += text;
        this.#conditions.changed();
      },
    });
  }

  prints(line: RegExp): Promise<unknown> {
    return this.#conditions.until(
      () => `it prints ${line}: ${this.output}`,
      () => this.count(line) > 0,
      20_000,
    );
  }

  /** Ends it with all that it started: a script has children. */
  async end(): Promise<void> {
    if (this.process.running) process.kill(-this.process.pid, 'SIGKILL');
    await this.process.exited;
  }

  count(line: RegExp): number {
    return [...this.output.matchAll(line)].length;
  }
}

describe('the examples, as a stranger would copy them', () => {
  const one = oneServer();
  const running: Running[] = [];
  const proxies: FaultProxy[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'vestnik-examples-'));

  afterEach(async () => {
    await Promise.all(running.splice(0).map((program) => program.end()));
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  });
  afterAll(() => {
    for (const each of [build, folder]) rmSync(each, { recursive: true, force: true });
  });

  const acknowledged = (tenant: TestTenant, id: string) =>
    untilAsked('it is acknowledged', async () => {
      const { body } = await tenant.api('GET', `/messages/${id}`);
      return (body.to as { state: string }[])[0]?.state === 'acknowledged';
    });

  for (const { language, command, prepare, answersCalls, line } of examples) {
    describe.skipIf(command === undefined)(language, () => {
      if (prepare !== undefined) beforeAll(prepare, 180_000);

      it('gets what waited and what is pushed, once each over a break of its connection, and acknowledges it', async () => {
        const tenant = await one.tenant();
        const proxy = await FaultProxy.start({ port: one.server.port });
        proxies.push(proxy);
        const waiting = await tenant.send({ to: 'Иванов Иван', type: 'n', data: { text: 'ждало' } });
        const program = new Running(command ?? [], {
          VESTNIK_URL: proxy.through(`${one.server.url}${tenant.path}`),
          VESTNIK_TOKEN: await tenant.token('Иванов Иван'),
          VESTNIK_PLACE: join(folder, `${language}-${tenant.name}`),
        });
        running.push(program);
        await program.prints(line('ждало'));
        await tenant.send({ to: 'Иванов Иван', type: 'n', data: { text: 'живое' } });
        await program.prints(line('живое'));
        proxy.reset();
        await tenant.send({ to: 'Иванов Иван', type: 'n', data: { text: 'после обрыва' } });
        await program.prints(line('после обрыва'));
        await acknowledged(tenant, waiting.id);
        for (const text of ['ждало', 'живое', 'после обрыва']) expect(program.count(line(text)), `${text} in:\n${program.output}`).toBe(1);

        if (!answersCalls) return;
        const params = { form: 'Заказ', lines: [1, 2, { n: null }] };
        expect(await tenant.api('POST', '/calls', { to: 'Иванов Иван', method: 'echo', params })).toMatchObject({ status: 200, body: { result: params } });
        expect(await tenant.api('POST', '/calls', { to: 'Иванов Иван', method: 'other' })).toMatchObject({
          status: 422,
          body: { error: { code: -32601, message: 'there is no such method' } },
        });
      });
    });
  }
});
