import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Asked, onABus } from './testing/on-a-bus.js';

const stage = onABus();
const { vestnik } = stage;

const problem = (slug: string, status: number, detail: string) => ({
  status,
  body: { type: `urn:vestnik:problem:${slug}`, title: slug, status, detail, retryable: false },
});

describe('vestnik send', () => {
  const taken = {
    status: 202,
    body: { id: '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11', to: [{ address: 'ivanov@demo.local', state: 'queued', sessions: 0, known: false }] },
  };

  it('posts the message, its data as it was typed, and tells what became of it', async () => {
    stage.answer = () => taken;
    const { exitCode, out } = await vestnik([
      'send',
      'ivanov',
      'order.approved',
      '{"sum": 12345678901234567890.10}',
      '--ttl',
      '60',
      '--idempotency-key',
      'k-1',
      '--receipt',
    ]);
    expect(exitCode).toBe(0);
    expect(stage.seen[0]).toMatchObject({ method: 'POST', path: '/v1/tenants/demo/messages', authorization: 'Bearer vk_tenant' });
    expect(stage.seen[0]?.body).toContain('"data":{"sum": 12345678901234567890.10}');
    expect(JSON.parse(stage.seen[0]?.body ?? '')).toMatchObject({ to: 'ivanov', type: 'order.approved', ttl: 60, key: 'k-1', receipt: true });
    expect(out).toBe('0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11\n  ivanov@demo.local  queued  0 sessions, not known before\n');
  });

  it('reads the data from standard input, and sends to several', async () => {
    stage.answer = () => taken;
    await vestnik(['send', 'ivanov,petrov', 'x', '-', '--transient', '--tenant', 'accounting'], { env: { VESTNIK_KEY: 'vk_tenant' }, stdin: '[1,2]\n' });
    expect(stage.seen[0]?.path).toBe('/v1/tenants/accounting/messages');
    expect(JSON.parse(stage.seen[0]?.body ?? '')).toEqual({ to: ['ivanov', 'petrov'], type: 'x', durable: false, data: [1, 2] });
  });

  it('prints the answer as it is with --json', async () => {
    stage.answer = () => taken;
    const { out } = await vestnik(['send', 'ivanov', 'x', '--json']);
    expect(JSON.parse(out)).toEqual(taken.body);
  });

  it('uses colours on a terminal only, and not where NO_COLOR or --no-color says so', async () => {
    stage.answer = () => taken;
    const on = (more: string[], env = {}) => vestnik(['send', 'ivanov', 'x', ...more], { isTTY: true, env: { VESTNIK_KEY: 'vk_tenant', ...env } });
    expect((await on([])).out).toContain('\u001b[32mqueued');
    expect((await on([], { NO_COLOR: '1' })).out).not.toContain('\u001b');
    expect((await on(['--no-color'])).out).not.toContain('\u001b');
    expect((await vestnik(['send', 'ivanov', 'x'])).out).not.toContain('\u001b');
  });

  it('does not send what is no JSON, and ends with 2', async () => {
    const { exitCode, err } = await vestnik(['send', 'ivanov', 'x', 'hello']);
    expect(exitCode).toBe(2);
    expect(err).toContain('the data is not JSON');
    expect(stage.seen).toHaveLength(0);
  });

  it('ends with 1 where one of several was refused', async () => {
    stage.answer = () => ({
      status: 202,
      body: {
        id: 'x',
        to: [
          { address: 'a@demo.local', state: 'queued' },
          { address: 'b@other.local', state: 'refused', error: { detail: 'no' } },
        ],
      },
    });
    expect((await vestnik(['send', 'a,b@other', 'x'])).exitCode).toBe(1);
  });
});

describe('exit codes', () => {
  it.each([
    ['scope-missing', 403, 77],
    ['unauthenticated', 401, 77],
    ['message-invalid', 400, 1],
    ['recipient-refused', 403, 1],
  ])('for %s', async (slug, status, expected) => {
    stage.answer = () => problem(slug, status, 'this is why');
    const { exitCode, err, out } = await vestnik(['send', 'ivanov', 'x']);
    expect(exitCode).toBe(expected);
    expect(err).toContain(`error: the message was not sent: this is why (${slug})`);
    expect(out).toBe('');
  });

  it('69 where there is no bus', async () => {
    const { exitCode, err } = await vestnik(['clients', '--url', 'http://127.0.0.1:1']);
    expect(exitCode).toBe(69);
    expect(err).toContain('cannot be reached');
  });

  it('77 without a key, and 2 for a command line that is wrong', async () => {
    expect((await vestnik(['send', 'ivanov', 'x'], { env: {} })).exitCode).toBe(77);
    expect((await vestnik(['send'])).exitCode).toBe(2);
    expect((await vestnik(['dance'])).exitCode).toBe(2);
    expect((await vestnik(['clients', '--url', 'nowhere'])).exitCode).toBe(2);
  });

  it('tells errors as JSON where JSON was asked for', async () => {
    stage.answer = () => problem('unauthenticated', 401, 'no such key');
    const { err } = await vestnik(['clients', '--json']);
    expect(JSON.parse(err)).toMatchObject({ error: { slug: 'unauthenticated', exitCode: 77 } });
  });

  it('says so when something else than a bus answers', async () => {
    stage.answer = () => ({ status: 502 });
    const { exitCode, err } = await vestnik(['clients']);
    expect(exitCode).toBe(1);
    expect(err).toContain('HTTP 502');
  });
});

describe('keys and tenants', () => {
  it('takes the administrator’s key from the data directory on this machine, and shows it to no other', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'vestnik-cli-'));
    try {
      await writeFile(join(cwd, 'admin-key'), 'vk_admin\n', { mode: 0o600 });
      stage.answer = () => ({ status: 200, body: { items: [{ name: 'demo', title: 'Demo' }] } });
      const { out } = await vestnik(['tenant', 'list'], { env: { VESTNIK_DATA_DIR: '.' }, cwd });
      expect(stage.seen[0]?.authorization).toBe('Bearer vk_admin');
      expect(out).toBe('NAME  TITLE  STATE\ndemo  Demo   active\n');
      const elsewhere = await vestnik(['tenant', 'list', '--url', 'http://192.0.2.1:8378'], { env: { VESTNIK_DATA_DIR: '.' }, cwd });
      expect(elsewhere.exitCode).toBe(77);
    } finally {
      await rm(cwd, { recursive: true });
    }
  });

  it('reads a list page after page', async () => {
    stage.answer = ({ path }) => ({ status: 200, body: path.includes('cursor=c-2') ? { items: [{ name: 'b' }] } : { items: [{ name: 'a' }], next: 'c-2' } });
    const { out } = await vestnik(['tenant', 'list', '--json', '--admin-key', 'vk_admin']);
    expect(JSON.parse(out)).toEqual([{ name: 'a' }, { name: 'b' }]);
    expect(stage.seen).toHaveLength(2);
  });

  it('reads settings as JSON or text', async () => {
    stage.answer = () => ({ status: 200, body: { name: 'demo', ttl: 3600 } });
    const { out } = await vestnik(['tenant', 'set', 'demo', 'ttl=3600', 'title=Our shop', 'accepts=["*@sales"]', 'jwt=null', '--admin-key', 'vk_admin']);
    expect(stage.seen[0]).toMatchObject({ method: 'PATCH', path: '/v1/tenants/demo' });
    expect(JSON.parse(stage.seen[0]?.body ?? '')).toEqual({ ttl: 3600, title: 'Our shop', accepts: ['*@sales'], jwt: null });
    expect(out).toBe('name  demo\nttl   3600\n');
  });

  it('does not delete a tenant unasked', async () => {
    const refused = await vestnik(['tenant', 'delete', 'demo', '--admin-key', 'vk_admin']);
    expect(refused.exitCode).toBe(2);
    expect(stage.seen).toHaveLength(0);
    expect((await vestnik(['tenant', 'delete', 'demo', '--yes', '--admin-key', 'vk_admin'])).exitCode).toBe(0);
    expect(stage.seen[0]).toMatchObject({ method: 'DELETE', path: '/v1/tenants/demo' });
  });

  it('makes a key and shows it on a line of its own', async () => {
    stage.answer = () => ({ status: 201, body: { id: 'k1', key: 'vk_new' } });
    const { out } = await vestnik(['key', 'create', '--scope', 'send,read', '--title', 'shop', '--admin-key', 'vk_admin']);
    expect(JSON.parse(stage.seen[0]?.body ?? '')).toEqual({ title: 'shop', scopes: ['send', 'read'] });
    expect(out.split('\n')[0]).toBe('vk_new');
  });

  it('mints a token and prints nothing else', async () => {
    stage.answer = () => ({ status: 201, body: { token: 'ey.a.b', expiresAt: '2026-11-22T07:22:00Z' } });
    const { out } = await vestnik(['token', 'Иванов Иван', '--ttl', '60', '--scope', 'receive']);
    expect(JSON.parse(stage.seen[0]?.body ?? '')).toEqual({ client: 'Иванов Иван', ttl: 60, scope: ['receive'] });
    expect(out).toBe('ey.a.b\n');
  });

  it('leaves no control characters of others on the terminal', async () => {
    stage.answer = () => ({ status: 200, body: { items: [{ id: '1', client: 'a', from: 'b', type: 't', at: 'now', reason: '\u001b[2J gone' }] } });
    expect((await vestnik(['dead-letters', 'list'])).out).toContain('·[2J gone');
  });
});

describe('vestnik listen', () => {
  const message = (number: number) => ({
    id: `0193f2a4-7c1e-7b6e-9a55-00000000000${number}`,
    position: `AAAAAAp${number}`,
    from: 'server@demo.local',
    to: 'ivanov@demo.local',
    type: 'hello',
    data: { number },
    sentAt: '2026-11-22T06:22:00.123Z',
  });

  /** Answers `connect`, hands over three messages in one go, and notes what it is told. */
  function bus(): Asked[] {
    stage.answer = () => ({ status: 201, body: { token: 'ey.a.b', expiresAt: '2026-11-22T07:22:00Z' } });
    return stage.sessions({
      connected: (say) => {
        for (const number of [1, 2, 3]) say({ method: 'message', params: message(number) });
      },
    });
  }

  it('mints a token for the client, prints so many messages, acknowledges them and no more', async () => {
    const calls = bus();
    const { exitCode, out } = await vestnik(['listen', 'ivanov', '--json', '--count', '2', '--device', 'desk']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stage.seen[0]?.body ?? '')).toEqual({ client: 'ivanov' });
    expect(calls[0]).toMatchObject({ method: 'connect', params: { token: 'ey.a.b', device: 'desk' } });
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).data.number),
    ).toEqual([1, 2]);
    expect(calls.filter(({ method }) => method === 'ack').at(-1)?.params.position).toBe('AAAAAAp2');
  });

  it('acknowledges nothing with --no-ack, and prints for people', async () => {
    const calls = bus();
    const { out } = await vestnik(['listen', 'ivanov', '--no-ack', '--count', '1']);
    expect(calls.map(({ method }) => method)).toEqual(['connect']);
    expect(out).toMatch(/^\d\d:\d\d:\d\d server@demo\.local hello \{"number":1\}\n$/);
  });

  it('ends with 77 when the token is refused', async () => {
    stage.answer = () => problem('scope-missing', 403, 'the key lacks tokens');
    const { exitCode, err } = await vestnik(['listen', 'ivanov']);
    expect(exitCode).toBe(77);
    expect(err).toContain('the key lacks tokens');
  });
});
