import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Asked, onABus, type Seen } from './testing/on-a-bus.js';

const stage = onABus();
const { vestnik } = stage;
const bodyOf = (at: number) => JSON.parse(stage.seen[at]?.body ?? '') as Record<string, unknown>;
const problem = (slug: string, status: number, detail: string, more: object = {}) => ({
  status,
  body: { type: `urn:vestnik:problem:${slug}`, title: slug, status, detail, retryable: false, ...more },
});

describe('vestnik call', () => {
  it('posts the call, its params as they were typed, and prints the result', async () => {
    stage.answer = () => ({ status: 200, body: { result: { opened: true }, from: 'ivanov/1@demo.local' } });
    const { exitCode, out } = await vestnik(['call', 'ivanov', 'openForm', '{"sum": 12345678901234567890.10}', '--timeout', '0.5', '--answer', 'first']);
    expect(exitCode).toBe(0);
    expect(stage.seen[0]).toMatchObject({ method: 'POST', path: '/v1/tenants/demo/calls' });
    expect(stage.seen[0]?.body).toContain('"params":{"sum": 12345678901234567890.10}');
    expect(bodyOf(0)).toMatchObject({ to: 'ivanov', method: 'openForm', timeout: 0.5, answer: 'first' });
    expect(out).toBe('{\n  "opened": true\n}\n');
  });

  it('reads the params from standard input and prints the answer as it is with --json', async () => {
    stage.answer = () => ({ status: 200, body: { result: 1, from: 'ivanov/1@demo.local' } });
    const { out } = await vestnik(['call', 'ivanov', 'x', '-', '--json'], { stdin: '[1]\n' });
    expect(bodyOf(0).params).toEqual([1]);
    expect(JSON.parse(out)).toEqual({ result: 1, from: 'ivanov/1@demo.local' });
  });

  it('prints every answer, and ends with 1 where all are errors', async () => {
    const answers = [
      { from: 'a/1@demo.local', result: 1 },
      { from: 'b/2@demo.local', error: { code: 5, message: 'no' } },
    ];
    stage.answer = () => ({ status: 200, body: { answers, missing: 2 } });
    const some = await vestnik(['call', '#cashiers', 'version', '--answer', 'all']);
    expect([some.exitCode, some.out]).toEqual([0, 'a/1@demo.local  1\nb/2@demo.local  error {"code":5,"message":"no"}\n']);
    expect(some.err).toContain('2 gave no answer in time');
    stage.answer = () => ({ status: 200, body: { answers: answers.slice(1), missing: 0 } });
    expect((await vestnik(['call', '#cashiers', 'version', '--answer', 'all'])).exitCode).toBe(1);
  });

  it('tells the callee’s own error, and what to do where nobody is there', async () => {
    stage.answer = () => problem('call-failed', 422, 'ivanov answered with an error', { error: { code: 1404, message: 'no such \u001b[2Jorder' } });
    const failed = await vestnik(['call', 'ivanov', 'x']);
    expect([failed.exitCode, failed.out]).toEqual([1, '']);
    expect(failed.err).toContain('no such ·[2Jorder (code 1404)');
    stage.answer = () => problem('client-offline', 404, 'ivanov has no session');
    expect((await vestnik(['call', 'ivanov', 'x'])).err).toContain('vestnik presence get');
  });

  it('takes no params that are no JSON, and no other answer', async () => {
    expect((await vestnik(['call', 'ivanov', 'x', 'hello'])).exitCode).toBe(2);
    expect((await vestnik(['call', 'ivanov', 'x', '--answer', 'none'])).exitCode).toBe(2);
    expect((await vestnik(['call', 'ivanov', 'x', '--timeout', 'soon'])).exitCode).toBe(2);
    expect(stage.seen).toHaveLength(0);
  });
});

describe('vestnik serve', () => {
  const call = (id: string, params: unknown, method = 'do') => ({
    id,
    method: 'call',
    params: { from: 'server@demo.local', method, params, deadline: '2026-11-22T06:22:15.123Z' },
  });
  const answersOf = (said: Asked[]) => said.filter(({ method }) => method === undefined);
  const node = (script: string) => ['--', process.execPath, '-e', script];

  it('answers with what the command prints, JSON or text, and gives it the params on standard input and in its environment', async () => {
    const said = stage.sessions({
      connected: (say) => {
        say(call('c-1', { order: 'A-17' }));
        say(call('c-2', 'text'));
        say(call('c-3', 'nothing'));
      },
    });
    const script = `
      let input = ''; process.stdin.on('data', (piece) => { input += piece; }).on('end', () => {
        const { VESTNIK_PARAMS, VESTNIK_METHOD, VESTNIK_FROM, VESTNIK_DEADLINE } = process.env;
        const params = JSON.parse(input);
        if (params === 'nothing') return;
        console.log(params === 'text' ? 'just text' : JSON.stringify([params, JSON.parse(VESTNIK_PARAMS), VESTNIK_METHOD, VESTNIK_FROM, VESTNIK_DEADLINE]));
      });`;
    const { exitCode, out } = await vestnik(['serve', 'do', '--count', '3', ...node(script)]);
    expect(exitCode).toBe(0);
    const order = { order: 'A-17' };
    const results = Object.fromEntries(answersOf(said).map(({ id, result }) => [id, result]));
    expect(results).toEqual({ 'c-1': [order, order, 'do', 'server@demo.local', '2026-11-22T06:22:15.123Z'], 'c-2': 'just text', 'c-3': null });
    expect(out).toBe('server@demo.local answered\n'.repeat(3));
    // The key's own client: no token is minted, and no message is acknowledged.
    expect(stage.seen).toHaveLength(0);
    expect(said[0]?.params).toMatchObject({ token: 'vk_tenant', window: 1 });
  });

  it('answers with an error and the last line of standard error where the command fails, or cannot be started', async () => {
    const said = stage.sessions({ connected: (say) => say(call('c-1', {})) });
    await vestnik(['serve', 'do', '--count', '1', ...node(`console.error('reading\\nno such order\\n'); process.exit(3);`)]);
    expect(answersOf(said)[0]?.error).toEqual({ code: -32_000, message: 'no such order', data: { exitCode: 3, signal: null } });
  });

  it('says so where the command cannot be started', async () => {
    const said = stage.sessions({ connected: (say) => say(call('c-1', {})) });
    const { out } = await vestnik(['serve', 'do', '--count', '1', '--', '/no/such/command']);
    expect(answersOf(said)[0]?.error?.message).toContain('cannot be started');
    expect(out).toContain('failed: the command cannot be started');
  });

  it('runs no more at a time than it may', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vestnik-serve-'));
    try {
      stage.sessions({
        connected: (say) => {
          for (const number of [1, 2, 3, 4]) say(call(`c-${number}`, number));
        },
      });
      // Each says how many there are while it runs.
      const script = `
        const fs = require('node:fs'); const own = process.pid + '';
        fs.writeFileSync(own, ''); fs.appendFileSync('../' + require('node:path').basename(process.cwd()) + '.counts', fs.readdirSync('.').length + '\\n');
        setTimeout(() => fs.rmSync(own), 30);`;
      await vestnik(['serve', 'do', '--concurrency', '2', '--count', '4', ...node(script)], { cwd: folder });
      const { readFile } = await import('node:fs/promises');
      const counts = (await readFile(`${folder}.counts`, 'utf8')).trim().split('\n').map(Number);
      expect(counts).toHaveLength(4);
      expect(Math.max(...counts)).toBeLessThanOrEqual(2);
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
      await rm(`${folder}.counts`, { force: true });
    }
  });

  it('finishes what runs after Ctrl+C, and takes no more', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vestnik-serve-'));
    try {
      let answered: () => void = () => undefined;
      const refused = new Promise<void>((resolve) => {
        answered = resolve;
      });
      let sayMore: (frame: object) => void = () => undefined;
      const said = stage.sessions({
        connected: (say) => {
          sayMore = say;
          say(call('c-1', {}));
        },
        asked: ({ id }) => id === 'c-2' && answered(),
      });
      const script = `const fs = require('node:fs'); fs.writeFileSync('started', ''); const timer = setInterval(() => { if (fs.existsSync('go')) { clearInterval(timer); console.log('"done"'); } }, 5);`;
      const running = stage.start(['serve', 'do', ...node(script)], { cwd: folder });
      while (!(await readdir(folder)).includes('started')) await new Promise((resolve) => setImmediate(resolve));
      running.interrupt();
      // Once the client has begun to close.
      await new Promise((resolve) => setImmediate(resolve));
      sayMore(call('c-2', {}));
      await refused;
      await writeFile(join(folder, 'go'), '');
      expect((await running.ended).exitCode).toBe(0);
      expect(answersOf(said).map(({ id, result, error }) => [id, result ?? error?.data])).toEqual([
        ['c-2', expect.objectContaining({ type: 'draining' })],
        ['c-1', 'done'],
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('ends the command when nobody waits for it any more, or Ctrl+C comes twice', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vestnik-serve-'));
    try {
      let sayMore: (frame: object) => void = () => undefined;
      stage.sessions({
        connected: (say) => {
          sayMore = say;
          say(call('c-1', 1));
        },
      });
      const script = `require('node:fs').writeFileSync(process.env.VESTNIK_PARAMS, ''); setInterval(() => {}, 1000);`;
      const running = stage.start(['serve', 'do', ...node(script)], { cwd: folder });
      const started = async (name: string) => {
        while (!(await readdir(folder)).includes(name)) await new Promise((resolve) => setImmediate(resolve));
      };
      await started('1');
      sayMore({ method: 'cancel', params: { id: 'c-1' } });
      sayMore(call('c-2', 2));
      await started('2');
      running.interrupt();
      running.interrupt();
      const { exitCode, out } = await running.ended;
      expect(exitCode).toBe(0);
      expect(out.split('\n')[0]).toBe('server@demo.local given up');
      expect(out).toContain('failed: the command ended with SIGTERM');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('vestnik presence', () => {
  const now = (client: string, online: boolean) => ({ client: `${client}@demo.local`, online, status: online ? 'busy' : undefined, sessions: online ? 2 : 0 });

  it('asks by rpc, as another client with a token minted for it', async () => {
    stage.answer = ({ path }: Seen) =>
      path.endsWith('/tokens')
        ? { status: 201, body: { token: 'ey.a.b' } }
        : { status: 200, body: { jsonrpc: '2.0', id: 1, result: { clients: [now('ivanov', true), now('petrov', false)] } } };
    const { out } = await vestnik(['presence', 'get', 'ivanov', 'petrov', '--as', 'sidorov']);
    expect(bodyOf(0)).toEqual({ client: 'sidorov' });
    expect(stage.seen[1]).toMatchObject({ path: '/v1/tenants/demo/rpc', authorization: 'Bearer ey.a.b' });
    expect(bodyOf(1)).toMatchObject({ method: 'presence.get', params: { clients: ['ivanov', 'petrov'] } });
    expect(out.split('\n').slice(0, 3)).toEqual([
      'CLIENT             ONLINE  STATUS  TEXT  SINCE  SESSIONS',
      'ivanov@demo.local  yes     busy                 2',
      'petrov@demo.local  no                           0',
    ]);
  });

  it('tells a refusal of the method', async () => {
    stage.answer = () => ({
      status: 200,
      body: { jsonrpc: '2.0', id: 1, error: { code: -32_013, message: 'no', data: { type: 'scope-missing', detail: 'presence is missing' } } },
    });
    const { exitCode, err } = await vestnik(['presence', 'get', 'ivanov']);
    expect([exitCode, err]).toEqual([77, expect.stringContaining('presence is missing (scope-missing)')]);
  });

  it('watches: first what they are, then each change', async () => {
    stage.sessions({
      result: ({ method }) => (method === 'presence.watch' ? { clients: [now('ivanov', false)] } : {}),
      asked: ({ method }, say) => method === 'presence.watch' && say({ method: 'presence', params: now('ivanov', true) }),
    });
    const { exitCode, out } = await vestnik(['presence', 'watch', 'ivanov', '--count', '2']);
    expect([exitCode, out]).toEqual([0, 'ivanov@demo.local offline\nivanov@demo.local online busy\n']);
  });

  it('holds a status until it is interrupted', async () => {
    let running: ReturnType<typeof stage.start> | undefined;
    const said = stage.sessions({ asked: ({ method }) => method === 'presence.set' && running?.interrupt() });
    running = stage.start(['presence', 'set', 'busy', 'closing the month']);
    expect((await running.ended).exitCode).toBe(0);
    expect(said.find(({ method }) => method === 'presence.set')?.params).toEqual({ status: 'busy', text: 'closing the month' });
  });
});

describe('vestnik history', () => {
  it('asks for what it is told, prints a table, and says how to go on', async () => {
    const messages = [{ id: 'm', position: 'P9', from: 'a@demo.local', to: 'b@demo.local', type: 'hello', data: { n: 1 }, sentAt: '2026-11-22T06:22:00.123Z' }];
    stage.answer = () => ({ status: 200, body: { jsonrpc: '2.0', id: 1, result: { messages, more: true } } });
    const { out, err } = await vestnik(['history', '--with', 'petrov', '--topic', 'orders/+', '--limit', '1']);
    expect(bodyOf(0)).toMatchObject({ method: 'history', params: { with: 'petrov', topic: 'orders/+', limit: 1 } });
    expect(out).toContain('a@demo.local  b@demo.local  hello  {"n":1}');
    expect(err).toContain('--before P9');
  });
});

describe('vestnik topic', () => {
  it('lists, subscribes, unsubscribes and publishes', async () => {
    stage.answer = ({ method, path }: Seen) => {
      if (method === 'GET')
        return {
          status: 200,
          body: { items: path.includes('subscribers') ? [{ client: 'ivanov', pattern: 'orders/#' }] : [{ topic: 'orders/eu', subscribers: 12 }] },
        };
      if (method === 'POST') return { status: 202, body: { id: 'm', to: [{ address: '#orders/eu@demo.local', state: 'queued' }] } };
      return { status: method === 'PUT' ? 201 : 204, body: method === 'PUT' ? {} : undefined };
    };
    expect((await vestnik(['topic', 'list', '--search', 'ord'])).out).toContain('orders/eu  12');
    expect((await vestnik(['topic', 'subscribers', 'orders/eu'])).out).toContain('ivanov  orders/#');
    expect((await vestnik(['topic', 'subscribe', '#orders/#', 'Иванов Иван'])).out).toBe('Иванов Иван is subscribed to orders/#\n');
    expect((await vestnik(['topic', 'unsubscribe', 'orders/eu', 'ivanov', '--json'])).out).toBe('{"topic":"orders/eu","client":"ivanov"}\n');
    expect((await vestnik(['topic', 'publish', 'orders/eu', 'order.new', '1', '--retain'])).out).toContain('#orders/eu@demo.local  queued');
    const name = encodeURIComponent('Иванов Иван');
    expect(stage.seen.map(({ method, path }) => `${method} ${path.replace('/v1/tenants/demo', '')}`)).toEqual([
      'GET /topics?limit=1000&search=ord',
      'GET /topics/orders%2Feu/subscribers?limit=1000',
      `PUT /topics/orders%2F%23/subscribers/${name}`,
      'DELETE /topics/orders%2Feu/subscribers/ivanov',
      'POST /messages',
    ]);
    expect(bodyOf(4)).toEqual({ to: '#orders/eu', type: 'order.new', retain: true, data: 1 });
  });
});

describe('vestnik webhook', () => {
  const webhook = { client: 'shop', url: 'https://shop.example/hook', format: 'json-rpc', state: 'active', failures: 0 };

  it('sets one, shows a made secret once, and takes one from the environment', async () => {
    stage.answer = () => ({ status: 201, body: { ...webhook, secret: 'whsec_made' } });
    const { out } = await vestnik(['webhook', 'set', 'shop', webhook.url, '--format', 'cloudevents']);
    expect(stage.seen[0]).toMatchObject({ method: 'PUT', path: '/v1/tenants/demo/clients/shop/webhook' });
    expect(bodyOf(0)).toEqual({ url: webhook.url, format: 'cloudevents' });
    expect(out.split('\n')[0]).toBe('whsec_made');
    stage.answer = () => ({ status: 200, body: webhook });
    await vestnik(['webhook', 'set', 'shop', webhook.url], { env: { VESTNIK_KEY: 'vk_tenant', VESTNIK_WEBHOOK_SECRET: 'whsec_mine' } });
    expect(bodyOf(1)).toEqual({ url: webhook.url, secret: 'whsec_mine' });
    expect((await vestnik(['webhook', 'set', 'shop', webhook.url, '--format', 'xml'])).exitCode).toBe(2);
  });

  it('shows why it is paused and what to do, resumes and removes it', async () => {
    stage.answer = ({ method }: Seen) =>
      method === 'DELETE' ? { status: 204 } : { status: 200, body: { ...webhook, state: 'paused', reason: 'the endpoint answered 410' } };
    const shown = await vestnik(['webhook', 'show', 'shop']);
    expect(shown.out).toContain('the endpoint answered 410');
    expect(shown.err).toContain('vestnik webhook resume shop');
    await vestnik(['webhook', 'resume', 'shop']);
    expect((await vestnik(['webhook', 'remove', 'shop', '--json'])).out).toBe('{"removed":"shop"}\n');
    expect(stage.seen.map(({ method, path }) => `${method} ${path.slice('/v1/tenants/demo/clients/shop'.length)}`)).toEqual([
      'GET /webhook',
      'POST /webhook/resume',
      'DELETE /webhook',
    ]);
  });
});

describe('vestnik dead-letters', () => {
  it('lists those of one client, and sends all of them once more, oldest first', async () => {
    const letter = (id: string, at: string) => ({ id, client: 'ivanov', from: 'b', type: 't', at, reason: 'no' });
    stage.answer = ({ method }: Seen) =>
      method === 'GET'
        ? { status: 200, body: { items: [letter('2', '2026-11-22T07:00:00Z'), letter('1', '2026-11-22T06:00:00Z')] } }
        : { status: 200, body: { id: 'm' } };
    expect((await vestnik(['dead-letters', 'list', '--client', 'ivanov'])).exitCode).toBe(0);
    expect(stage.seen[0]?.path).toBe('/v1/tenants/demo/dead-letters?limit=1000&client=ivanov');
    const { out } = await vestnik(['dead-letters', 'replay-all', '--client', 'ivanov', '--json']);
    expect(JSON.parse(out)).toEqual({ replayed: ['1', '2'] });
    expect(stage.seen.slice(2).map(({ path }) => path)).toEqual(['/v1/tenants/demo/dead-letters/1/replay', '/v1/tenants/demo/dead-letters/2/replay']);
  });
});
