import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { PROGRAM, TestServer, untilAsked } from '@vestnik/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** Two installations, linked by people who have the command line alone. */
let hq: TestServer;
let branch: TestServer;

beforeAll(async () => {
  [hq, branch] = await Promise.all([TestServer.start({ installation: 'local' }), TestServer.start({ installation: 'branch-7' })]);
});
afterAll(() => Promise.all([hq?.close(), branch?.close()]));

async function vestnik(at: TestServer, stdin: string, ...args: string[]): Promise<{ exitCode: number | null; out: string; err: string }> {
  const env = { ...process.env, VESTNIK_URL: at.url, VESTNIK_ADMIN_KEY: at.adminKey, NO_COLOR: '1' };
  const child = spawn(process.execPath, [PROGRAM, 'link', ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(stdin);
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [out, err] = [text(child.stdout), text(child.stderr)];
  return { exitCode: await exit, out: await out, err: await err };
}

it('links two installations: an invite, a paste, a confirmation', async () => {
  const invite = (await vestnik(hq, '', 'invite')).out.split('\n')[0] as string;
  const accepted = await vestnik(branch, `${invite}\n`, 'accept', '-', '--name', 'head-office', '--yes');
  expect(accepted).toMatchObject({ exitCode: 0, err: '' });
  const words = /The words: (.*)/.exec(accepted.out)?.[1] as string;
  expect((await vestnik(hq, '', 'list')).out).toMatch(new RegExp(`^branch-7 +pending .*not confirmed here: ${words}$`, 'm'));
  expect(await vestnik(hq, '', 'confirm', '--yes')).toMatchObject({ exitCode: 0 });
  for (const [at, name] of [
    [hq, 'branch-7'],
    [branch, 'head-office'],
  ] as const) {
    await untilAsked(
      'the link is active and connected',
      async () => new RegExp(`^${name} +active +yes`, 'm').test((await vestnik(at, '', 'list')).out),
      20_000,
    );
  }
  expect((await vestnik(branch, '', 'pause', 'head-office')).out).toBe('the link head-office is paused\n');
  expect((await vestnik(branch, '', 'remove', 'head-office', '--yes')).exitCode).toBe(0);
  expect((await vestnik(branch, '', 'list', '--json')).out).toBe('[]\n');
});
