import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LinkSeen, linkConnected, linkSeen, linkServers, type RawSocketClient, TestServer, type TestTenant, untilAsked } from '@vestnik/testing';
import { expect } from 'vitest';

/** Messages between two events. */
const COUNT = 30;

/**
 * One end of a link is restored from an old backup (L6): what it had sent in the lost time stays where it arrived, what it had
 * received comes again, marked, and what is sent afterwards arrives; both administrators are told.
 */
export async function restored(which: 'the side that is dialled' | 'the side that dials'): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vestnik-backup-'));
  const servers: TestServer[] = [];
  try {
    for (const installation of ['hq', 'branch-7']) servers.push(await TestServer.start({ installation, readyWithinMs: 60_000 }));
    const [hq, branch] = servers as [TestServer, TestServer];
    const link = await linkServers(hq, branch);
    const old = which === 'the side that is dialled' ? hq : branch;
    const other = old === hq ? branch : hq;
    const [linkAtOld, linkAtOther] = old === hq ? [link.accepting, link.inviting] : [link.inviting, link.accepting];
    const here = await old.createTenant('here', { accepts: [`*@*.${other.installation}`] });
    const there = await other.createTenant('there', { accepts: [`*@*.${old.installation}`] });
    const petrov = await there.connect('petrov');
    let ivanov = await here.connect('ivanov');
    const both = async (word: string) => {
      await Promise.all([sendAll(here, there.address('petrov'), word), sendAll(there, here.address('ivanov'), word)]);
      await Promise.all([handed(petrov, word), handed(ivanov, word)]);
    };

    await both('kept');
    await settled(other, linkAtOther);
    await settled(old, linkAtOld);
    await old.stop();
    cpSync(old.dataDir, join(folder, 'backup'), { recursive: true, preserveTimestamps: true });
    await own(old.dataDir, join(folder, 'backup'));
    await old.startAgain();
    ivanov = await here.connect('ivanov');
    await linkConnected(old, linkAtOld, 30_000);
    await both('lost');
    const before = await linkSeen(old, linkAtOld);
    await settled(other, linkAtOther);

    await old.stop();
    rmSync(old.dataDir, { recursive: true, force: true });
    cpSync(join(folder, 'backup'), old.dataDir, { recursive: true, preserveTimestamps: true });
    await own(join(folder, 'backup'), old.dataDir);
    await old.startAgain();
    const again = await here.connect('ivanov');
    await linkConnected(old, linkAtOld, 30_000);

    // What it had received and lost comes again, and says so.
    const back = await handed(again, 'lost');
    expect(back.map(({ redelivered }) => redelivered)).toEqual(Array.from({ length: COUNT }, () => true));
    await told(other, linkAtOther, /the other side was restored from a backup/);
    await told(old, linkAtOld, /this installation was restored from a backup/);

    // What is sent from now on is new to the other side, though some numbers were drawn before.
    const ivanovAgain = again;
    await Promise.all([sendAll(here, there.address('petrov'), 'new'), sendAll(there, here.address('ivanov'), 'new')]);
    const [atThere, atHere] = await Promise.all([handed(petrov, 'new'), handed(ivanovAgain, 'new')]);
    expect([...atThere, ...atHere].some(({ redelivered }) => redelivered === true)).toBe(false);
    const after = await linkSeen(old, linkAtOld);
    expect(after.epoch).not.toBe(before.epoch);

    // Nobody saw anything twice without being told.
    const expected = ['kept', 'lost', 'new'].flatMap((word) => Array.from({ length: COUNT }, (_, n) => `${word} ${n}`));
    expect(petrov.messages.map(({ data }) => data)).toEqual(expected);
    expect(again.messages.map(({ data }) => data)).toEqual(expected.slice(COUNT));
    await settled(other, linkAtOther);
    await settled(old, linkAtOld);
    expect([after.quarantined, (await linkSeen(other, linkAtOther)).quarantined]).toEqual([undefined, undefined]);
  } finally {
    for (const server of servers) await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A copy belongs to whom the original belongs to: Postgres insists. */
async function own(original: string, copy: string): Promise<void> {
  const { chownSync, lstatSync, readdirSync } = await import('node:fs');
  const walk = (path: string) => {
    const { uid, gid } = lstatSync(join(original, path));
    if (uid !== process.getuid?.()) chownSync(join(copy, path), uid, gid);
    if (lstatSync(join(copy, path)).isDirectory()) for (const name of readdirSync(join(copy, path))) walk(join(path, name));
  };
  walk('.');
}

async function sendAll(tenant: TestTenant, to: string, word: string): Promise<void> {
  for (let n = 0; n < COUNT; n++) await tenant.send({ to: [to], type: 'note', data: `${word} ${n}` });
}

/** Waits for all messages of one word, and acknowledges. */
async function handed(socket: RawSocketClient, word: string) {
  const of = () => socket.messages.filter(({ data }) => String(data).startsWith(`${word} `));
  await socket.until(`all of ${word}`, () => of().length >= COUNT, 30_000);
  await socket.call('ack', { position: socket.messages.at(-1)?.position });
  return of();
}

/** Nothing waits for the other side. */
function settled(server: TestServer, link: string): Promise<unknown> {
  return untilAsked('nothing waits', async () => (await linkSeen(server, link)).queue.messages === 0, 30_000);
}

function told(server: TestServer, link: string, what: RegExp): Promise<unknown> {
  let last: LinkSeen | undefined;
  return untilAsked(
    `${server.installation} is told ${what}`,
    async () => {
      last = await linkSeen(server, link);
      return what.test(last.lastError ?? '');
    },
    10_000,
  ).catch((error: unknown) => {
    throw new Error(`${server.installation} was told ${last?.lastError}`, { cause: error });
  });
}
