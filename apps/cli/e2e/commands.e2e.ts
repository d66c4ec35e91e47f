import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { PROGRAM, TestServer, type TestTenant } from '@vestnik/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** The command line as people have it, against a real node. */
let server: TestServer;
let tenant: TestTenant;

beforeAll(async () => {
  server = await TestServer.start({ environment: { VESTNIK_EGRESS_ALLOW: '127.0.0.0/8' } });
  tenant = await server.createTenant('shop');
});
afterAll(() => server?.close());

function start(...args: string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, VESTNIK_URL: server.url, VESTNIK_TENANT: tenant.name, VESTNIK_KEY: tenant.key, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [out, err] = [text(child.stdout), text(child.stderr)];
  return {
    child,
    ended: (async () => ({ exitCode: await exit, out: await out, err: await err }))(),
    /** Once it has said so on standard error. */
    said: (words: string) =>
      new Promise<void>((resolve) => {
        let all = '';
        child.stderr.on('data', (piece: Buffer) => {
          all += piece.toString();
          if (all.includes(words)) resolve();
        });
      }),
  };
}
const vestnik = (...args: string[]) => start(...args).ended;

it('serves calls from a command, and calls', async () => {
  const serving = start('serve', 'double', '--as', 'warehouse', '--', process.execPath, '-e', 'console.log(2 * JSON.parse(process.env.VESTNIK_PARAMS))');
  await serving.said('serving double as warehouse@shop');
  expect(await vestnik('call', 'warehouse', 'double', '21')).toMatchObject({ exitCode: 0, out: '42\n' });
  const unknown = await vestnik('call', 'warehouse', 'triple', '1', '--json');
  expect(unknown.exitCode).toBe(1);
  expect((JSON.parse(unknown.err) as { error: { slug: string } }).error.slug).toMatch(/call-failed|method-unknown/);
  serving.child.kill('SIGINT');
  expect((await serving.ended).exitCode).toBe(0);
  expect(await vestnik('call', 'warehouse', 'double', '21')).toMatchObject({ exitCode: 1, err: expect.stringContaining('client-offline') });
});

it('watches presence while a status is held', async () => {
  const watching = start('presence', 'watch', 'ivanov', '--count', '2', '--json');
  await watching.said('watching as');
  const holding = start('presence', 'set', 'busy', 'closing the month', '--as', 'ivanov');
  await holding.said('being busy as ivanov@shop');
  const lines = (await watching.ended).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { online: boolean });
  expect(lines.map(({ online }) => online)).toEqual([false, true]);
  holding.child.kill('SIGINT');
  await holding.ended;
});

it('subscribes, publishes, lists topics and reads the history', async () => {
  expect(await vestnik('topic', 'subscribe', 'orders/#', 'ivanov')).toMatchObject({ exitCode: 0 });
  expect(await vestnik('topic', 'publish', 'orders/eu', 'order.new', '{"order":"A-17"}')).toMatchObject({ exitCode: 0 });
  expect((await vestnik('topic', 'list')).out).toContain('orders/eu');
  expect((await vestnik('topic', 'subscribers', 'orders/eu')).out).toContain('ivanov  orders/#');
  const listened = await vestnik('listen', 'ivanov', '--count', '1', '--json');
  expect(JSON.parse(listened.out)).toMatchObject({ type: 'order.new', data: { order: 'A-17' } });
  expect(await vestnik('history', '--as', 'ivanov', '--topic', 'orders/+')).toMatchObject({ exitCode: 0, out: expect.stringContaining('"A-17"') });
  expect(await vestnik('topic', 'unsubscribe', 'orders/#', 'ivanov')).toMatchObject({ exitCode: 0 });
});

it('sets, shows and removes a webhook, and says what is refused', async () => {
  expect(await vestnik('webhook', 'set', 'till', 'https://10.0.0.1/hook')).toMatchObject({ exitCode: 1, err: expect.stringContaining('url-refused') });
  const made = await vestnik('webhook', 'set', 'till', 'http://127.0.0.1:9/hook');
  expect([made.exitCode, made.out]).toEqual([0, expect.stringMatching(/^whsec_/)]);
  expect((await vestnik('webhook', 'show', 'till')).out).toContain('http://127.0.0.1:9/hook');
  expect((await vestnik('webhook', 'resume', 'till')).exitCode).toBe(0);
  expect((await vestnik('webhook', 'remove', 'till')).exitCode).toBe(0);
  expect(await vestnik('webhook', 'show', 'till')).toMatchObject({ exitCode: 1, err: expect.stringContaining('not-found') });
});
