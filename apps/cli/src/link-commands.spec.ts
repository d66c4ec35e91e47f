import { describe, expect, it } from 'vitest';
import { onABus, type Seen } from './testing/on-a-bus.js';

const stage = onABus();
const vestnik = (args: string[], around = {}) => stage.vestnik(['--admin-key', 'vk_admin', 'link', ...args], around);
const ID = 'k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u';
const WORDS = 'ribbon galaxy sphere mango pistol urban';
const link = (change: object = {}) => ({
  id: ID,
  name: 'branch-7',
  state: 'pending',
  connected: false,
  words: WORDS,
  confirmedHere: false,
  confirmedThere: false,
  transit: false,
  queue: { messages: 0, bytes: 0 },
  ...change,
});
/** A bus that has these links, and answers each change with the first as it is asked for. */
const having = (links: object[], changed: object = {}) => {
  stage.answer = ({ method, path }: Seen) => {
    if (method === 'GET') return { status: 200, body: { items: links } };
    if (method === 'DELETE') return { status: 204 };
    return { status: path === '/v1/links' ? 201 : 200, body: { ...links[0], ...changed } };
  };
};
const asked = () => stage.seen.map(({ method, path }) => `${method} ${path}`);
const bodyOf = (at: number) => JSON.parse(stage.seen[at]?.body ?? '') as Record<string, unknown>;

describe('vestnik link', () => {
  it('makes an invite, as one word on a line of its own', async () => {
    stage.answer = () => ({ status: 201, body: { invite: 'vestnik-link.abc', expiresAt: '2026-11-22T06:52:00.123Z' } });
    const { out } = await vestnik(['invite']);
    expect(asked()).toEqual(['POST /v1/links/invites']);
    expect(stage.seen[0]?.authorization).toBe('Bearer vk_admin');
    expect(out.split('\n')[0]).toBe('vestnik-link.abc');
    expect(out).toContain('2026-11-22T06:52:00.123Z');
  });

  it('accepts an invite, shows the six words, and confirms this side with --yes only', async () => {
    having([link()]);
    const { out } = await vestnik(['accept', 'vestnik-link.abc', '--name', 'branch-7']);
    expect(asked()).toEqual(['POST /v1/links']);
    expect(bodyOf(0)).toEqual({ invite: 'vestnik-link.abc', name: 'branch-7' });
    expect(out).toContain(WORDS);
    expect(out).toContain('on both sides');

    stage.seen.length = 0;
    having([link()], { confirmedHere: true });
    const sure = await vestnik(['accept', 'vestnik-link.abc', '--yes']);
    expect(asked()).toEqual(['POST /v1/links', `POST /v1/links/${ID}/confirm`]);
    expect(sure.out).toContain(WORDS);
    expect(sure.out).toContain('Confirmed here');
  });

  it('reads an invite from standard input', async () => {
    having([link()]);
    await vestnik(['accept', '-'], { stdin: 'vestnik-link.abc\n' });
    expect(bodyOf(0)).toEqual({ invite: 'vestnik-link.abc' });
  });

  it('says what is wrong with an invite, and which name is taken', async () => {
    const detail = 'name: there is a link branch-7 already; give it another name here';
    stage.answer = () => ({
      status: 409,
      body: { type: 'urn:vestnik:problem:conflict', title: 'x', status: 409, detail, retryable: true, errors: [{ path: 'name', message: 'taken' }] },
    });
    const { exitCode, err } = await vestnik(['accept', 'vestnik-link.abc']);
    expect(exitCode).not.toBe(0);
    expect(err).toContain(detail);
    expect(err).not.toContain('vestnik-link.abc');
  });

  it('lists the links in a table, with what is worth a remark', async () => {
    having([
      link(),
      link({ id: 'b', name: 'hq', state: 'active', connected: true, queue: { messages: 12, oldestAt: '2026-11-22T06:52:00.123Z' }, roundTrip: 24.4 }),
      link({ id: 'c', name: 'far', state: 'active', url: 'https://far.example', lastError: 'connection \u001b[2Jrefused' }),
      link({ id: 'd', name: 'bad', state: 'active', quarantined: 'it has jumped' }),
      link({ id: 'e', name: 'shop', state: 'active', since: '2026-11-22T06:52:00.123Z', lastError: 'it was shut down' }),
      link({ id: 'f', name: 'up', state: 'active', connected: true, since: '2026-11-22T06:52:00Z', lastError: 'over', lastErrorAt: '2026-11-22T06:51:00Z' }),
      link({
        id: 'g',
        name: 'odd',
        state: 'active',
        connected: true,
        since: '2026-11-22T06:52:00Z',
        lastError: 'restored',
        lastErrorAt: '2026-11-22T06:53:00Z',
      }),
    ]);
    const lines = (await vestnik(['list'])).out.split('\n');
    expect(lines[0]).toMatch(/^NAME +STATE +CONNECTED +WAITING +OLDEST +ROUND TRIP +REMARK$/);
    expect(lines[1]).toMatch(new RegExp(`^branch-7 +pending +no +0 +not confirmed here: ${WORDS}$`));
    expect(lines[2]).toMatch(/^hq +active +yes +12 +2026-11-22T06:52:00.123Z +24 ms$/);
    expect(lines[3]).toMatch(/^far +active +no +0 +connection ·\[2Jrefused$/);
    expect(lines[4]).toMatch(/^bad +quarantined +no +0 +it has jumped$/);
    expect(lines[5]).toMatch(/^shop +active +no +0 +it was shut down; down since 2026-11-22T06:52:00.123Z; it dials here: its own address is not known$/);
    expect(lines[6]).toMatch(/^up +active +yes +0 *$/);
    expect(lines[7]).toMatch(/^odd +active +yes +0 +restored \(2026-11-22T06:53:00Z\)$/);
    expect(JSON.parse((await vestnik(['list', '--json'])).out)).toHaveLength(7);
  });

  it('confirms the one that waits, or the one that is named, and asks before', async () => {
    having([link(), link({ id: 'b', name: 'hq', state: 'active', confirmedHere: true })], { state: 'active' });
    expect((await vestnik(['confirm'])).exitCode).toBe(2);
    expect(asked()).toEqual(['GET /v1/links?limit=1000']);
    const { out } = await vestnik(['confirm', '--yes', '--name', 'seventh']);
    expect(asked().at(-1)).toBe(`POST /v1/links/${ID}/confirm`);
    expect(bodyOf(stage.seen.length - 1)).toEqual({ name: 'seventh' });
    expect(out).toContain('is active');
    having([link(), link({ id: 'b', name: 'hq' })]);
    expect((await vestnik(['confirm', '--yes'])).err).toContain('branch-7, hq');
    await vestnik(['confirm', 'hq', '--yes']);
    expect(asked().at(-1)).toBe('POST /v1/links/b/confirm');
    having([link({ confirmedHere: true })]);
    expect((await vestnik(['confirm', '--yes'])).exitCode).toBe(1);
  });

  it('pauses, resumes, lets through and removes by name or id', async () => {
    having([link({ state: 'active' })]);
    await vestnik(['pause', 'branch-7']);
    await vestnik(['resume', ID]);
    await vestnik(['transit', 'branch-7', 'on']);
    expect(bodyOf(stage.seen.length - 1)).toEqual({ allow: true });
    expect((await vestnik(['transit', 'branch-7', 'maybe'])).exitCode).toBe(2);
    await vestnik(['quota', 'branch-7', '5', '1048576']);
    expect(bodyOf(stage.seen.length - 1)).toEqual({ messages: 5, bytes: 1_048_576 });
    expect((await vestnik(['remove', 'branch-7'])).exitCode).toBe(2);
    await vestnik(['remove', 'branch-7', '--yes']);
    expect(asked().filter((one) => !one.startsWith('GET'))).toEqual([
      `POST /v1/links/${ID}/pause`,
      `POST /v1/links/${ID}/resume`,
      `POST /v1/links/${ID}/transit`,
      `POST /v1/links/${ID}/quota`,
      `DELETE /v1/links/${ID}`,
    ]);
    const unknown = await vestnik(['pause', 'nobody']);
    expect([unknown.exitCode, unknown.err]).toEqual([1, expect.stringContaining('there is no link nobody')]);
  });

  it('shows its own keys, makes new ones and takes them back', async () => {
    stage.answer = ({ method }) => ({
      status: 200,
      body: method === 'GET' ? { keys: [] } : { id: ID, keys: [{ key: '2-abc', expiresAt: '2027-02-20T06:22:00.123Z' }] },
    });
    expect((await vestnik(['keys'])).out).toContain('never used');
    expect((await vestnik(['rotate'])).out).toMatch(/^this installation is k7q2[\s\S]*\n2-abc +2027-02-20/);
    await vestnik(['revoke', '1-abc']);
    expect(asked()).toEqual(['GET /v1/links/keys', 'POST /v1/links/keys/rotate', 'DELETE /v1/links/keys/1-abc']);
  });
});
