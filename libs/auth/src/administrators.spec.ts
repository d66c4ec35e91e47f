import type { Administrator, AdministratorDirectory, AdministratorRight, AuditEntry, NodeBus, NodeMessage } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { Administrators } from './administrators.js';
import { hashOfCookie } from './cookie.js';
import { LockOut } from './lock-out.js';
import { checkPassword, hashPassword, passwordFits } from './password.js';

const clock = { at: 0, now: () => clock.at, monotonic: () => clock.at };
const from = (address: string) => ({ address });
const PASSWORD = 'очень длинный пароль 7';

const kept = new Map<string, { administrator: Administrator; passwordHash: string }>();
const sessions = new Map<string, { id: number; expiresAt: number; from: object | undefined }>();
let away = false;
const directory = {
  create: async (name: string, passwordHash: string, right: AdministratorRight) => {
    const administrator = { id: kept.size + 1, name, ...right, createdAt: 0 };
    kept.set(name, { administrator, passwordHash });
    return administrator;
  },
  find: async (name: string) => {
    if (away) throw new Problem('unavailable', 'away');
    return kept.get(name);
  },
  openSession: async (id: number, hash: Uint8Array, expiresAt: number, by?: object) =>
    void sessions.set(Buffer.from(hash).toString('hex'), { id, expiresAt, from: by }),
  closeSession: async (hash: Uint8Array) => void sessions.delete(Buffer.from(hash).toString('hex')),
} as unknown as AdministratorDirectory;

let administrators: Administrators;
const recorded: AuditEntry[] = [];
const told: NodeMessage[] = [];
let hears: Parameters<NodeBus['subscribe']>[0] = () => {};
const audit = { record: async (entry: AuditEntry) => void recorded.push(entry) };
const bus: Pick<NodeBus, 'publish' | 'subscribe'> = {
  publish: (message) => void told.push(message),
  subscribe: (receive) => {
    hears = receive;
  },
};
const outcome = (trying: Promise<unknown>) =>
  trying.then(
    () => 'let in',
    (error: Problem) => error.slug,
  );

beforeEach(() => {
  clock.at = 0;
  away = false;
  kept.clear();
  sessions.clear();
  recorded.length = 0;
  told.length = 0;
  administrators = new Administrators({ directory, clock, audit, bus });
});

describe('signing in', () => {
  it('opens a session whose cookie is not kept, and signing out closes it', async () => {
    await administrators.create('olga', PASSWORD, 'owner');
    const { cookie, expiresAt, administrator } = await administrators.signIn('olga', PASSWORD.normalize('NFD'), {
      address: '10.0.0.1',
      userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0',
    });
    expect(administrator.name).toBe('olga');
    expect([...sessions]).toEqual([
      [
        Buffer.from(hashOfCookie(cookie)).toString('hex'),
        { id: administrator.id, expiresAt, from: { address: '10.0.0.1', browser: 'Firefox 128 on Windows' } },
      ],
    ]);
    await administrators.signOut('nonsense');
    await administrators.signOut(cookie);
    expect(sessions.size).toBe(0);
  });

  it('answers an unknown name and a wrong password alike', async () => {
    await administrators.create('olga', PASSWORD, 'owner');
    const problems = await Promise.all(
      [
        administrators.signIn('olga', 'wrong', from('a')),
        administrators.signIn('nobody', PASSWORD, from('a')),
        administrators.signIn(' /', PASSWORD, from('a')),
      ].map((trying) => trying.catch((error: Problem) => [error.slug, error.detail])),
    );
    expect(new Set(problems.map((problem) => JSON.stringify(problem))).size).toBe(1);
    expect(problems[0]).toEqual(['unauthenticated', 'name or password is wrong']);
  });

  it('is locked for a name from an address after five failures, growing, and for nobody else', async () => {
    await administrators.create('olga', PASSWORD, 'owner');
    for (let at = 0; at < 5; at++) expect(await outcome(administrators.signIn('olga', 'wrong', from('a')))).toBe('unauthenticated');
    expect(await outcome(administrators.signIn('olga', PASSWORD, from('a')))).toBe('rate-limited');
    expect(await outcome(administrators.signIn('olga', PASSWORD, from('b')))).toBe('let in');
    expect(await outcome(administrators.signIn('petr', 'wrong', from('a')))).toBe('unauthenticated');
    clock.at += 1_000;
    expect(await outcome(administrators.signIn('olga', 'wrong', from('a')))).toBe('unauthenticated');
    clock.at += 1_999;
    expect(await outcome(administrators.signIn('olga', PASSWORD, from('a')))).toBe('rate-limited');
    clock.at += 1;
    expect(await outcome(administrators.signIn('olga', PASSWORD, from('a')))).toBe('let in');
    expect(await outcome(administrators.signIn('olga', 'wrong', from('a')))).toBe('unauthenticated');
  });

  it('counts no try against anyone while the database is away', async () => {
    await administrators.create('olga', PASSWORD, 'owner');
    away = true;
    for (let at = 0; at < 10; at++) expect(await outcome(administrators.signIn('olga', PASSWORD, from('a')))).toBe('unavailable');
    away = false;
    expect(await outcome(administrators.signIn('olga', PASSWORD, from('a')))).toBe('let in');
  });
});

describe('a sign-in that is refused', () => {
  it('is on record the first time and when it locks, without what was tried', async () => {
    await administrators.create('olga', PASSWORD, 'owner');
    for (let at = 0; at < 5; at++) await outcome(administrators.signIn('olga', 'wrong', from('a')));
    await outcome(administrators.signIn('olga', 'wrong', from('a')));
    expect(recorded).toEqual([
      { at: 0, who: 'administrator:olga', address: 'a', action: 'session.refused', subject: 'olga', after: { why: 'wrong-password' } },
      { at: 0, who: 'administrator:olga', address: 'a', action: 'session.refused', subject: 'olga', after: { why: 'wrong-password', locks: true } },
    ]);
  });

  it('says nothing of a name that is nobody’s: it may be a password', async () => {
    await outcome(administrators.signIn('hunter2hunter2', 'x', from('a')));
    expect(recorded).toMatchObject([{ who: 'nobody', subject: 'an unknown name', after: { why: 'unknown-name' } }]);
    expect(JSON.stringify(recorded)).not.toContain('hunter2');
  });

  it('is not on record without bound, and what was left out is counted', async () => {
    for (let at = 0; at < 40; at++) await outcome(administrators.signIn(`nobody${at}`, 'x', from('a')));
    expect(recorded).toHaveLength(30);
    clock.at += 2 * 60_000;
    await outcome(administrators.signIn('nobody', 'x', from('b')));
    expect(recorded.at(-1)?.after).toEqual({ why: 'unknown-name', leftOut: 10 });
  }, 30_000);

  it('is told as it is where it cannot be put on record', async () => {
    const failing = new Administrators({ directory, clock, audit: { record: () => Promise.reject(new Error('no room')) } });
    expect(await outcome(failing.signIn('olga', 'x', from('a')))).toBe('unauthenticated');
  });
});

describe('a name that is locked', () => {
  it('is said to be, and is unlocked here and at the other nodes', async () => {
    await administrators.create('olga', PASSWORD, 'owner');
    const lock = async () => {
      for (let at = 0; at < 5; at++) await outcome(administrators.signIn('olga', 'wrong', from('a')));
    };
    await lock();
    expect([administrators.locked('olga'), administrators.locked('petr')]).toEqual([true, false]);
    expect([await administrators.unlock('olga'), await administrators.unlock('nobody')]).toEqual([true, false]);
    expect([administrators.locked('olga'), told]).toEqual([false, [{ kind: 'administrator-unlocked', name: 'olga' }]]);
    expect(await outcome(administrators.signIn('olga', PASSWORD, from('a')))).toBe('let in');
    await lock();
    hears({ kind: 'administrator-unlocked', name: 'olga' }, 'another node');
    expect(administrators.locked('olga')).toBe(false);
  });
});

describe('an account of the OpenID provider', () => {
  it('has no password to sign in with, and is changed there alone', async () => {
    kept.set('sso', { administrator: { id: 9, name: 'sso', role: 'viewer', createdAt: 0, oidc: true } } as never);
    expect(await outcome(administrators.signIn('sso', '', from('a')))).toBe('unauthenticated');
    expect(await outcome(administrators.update('sso', { role: 'owner' }))).toBe('conflict');
    expect(recorded).toMatchObject([{ subject: 'sso', after: { why: 'no-password' } }]);
  });
});

describe('locking out', () => {
  it('lets no more than five tries of the same moment through', () => {
    const lockOut = new LockOut(clock);
    const tries = Array.from({ length: 20 }, () => {
      try {
        lockOut.begin('olga', 'a');
        return true;
      } catch {
        return false;
      }
    });
    expect(tries.filter(Boolean)).toHaveLength(5);
  });

  it('says how long to wait, a quarter of an hour at most, and forgets after an hour', () => {
    const lockOut = new LockOut(clock);
    let waited = 0;
    for (let at = 0; at < 30; at++) {
      try {
        lockOut.begin('olga', 'a');
      } catch (error) {
        const { retryAfter } = (error as Problem).extra;
        waited = retryAfter as number;
        clock.at += waited * 1_000;
      }
    }
    expect(waited).toBe(15 * 60);
    clock.at += 60 * 60_000;
    for (let at = 0; at < 5; at++) expect(() => lockOut.begin('olga', 'a')).not.toThrow();
  });
});

describe('a password', () => {
  it('is long, and not one pattern or the name', () => {
    const wrong = ['', 'short', 'aaaaaaaaaaaaaaa', 'abababababab', 'password1234', 'olgaolgaolga', 'Vestnik12345', 'x'.repeat(2_000)];
    for (const password of wrong) expect(() => checkPassword(password, 'olga'), password).toThrow('password');
    for (const password of [PASSWORD, 'correct horse battery', 'tR7$kq91mZ_w']) expect(() => checkPassword(password, 'olga')).not.toThrow();
  });

  it('is kept as argon2id with a salt of its own', async () => {
    const [first, second] = await Promise.all([hashPassword(PASSWORD), hashPassword(PASSWORD), hashPassword(PASSWORD), hashPassword(PASSWORD)]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(first).not.toBe(second);
    expect(await passwordFits(first, PASSWORD)).toBe(true);
    expect(await passwordFits(first, `${PASSWORD} `)).toBe(false);
    expect(await passwordFits('no hash', PASSWORD)).toBe(false);
  });

  it('is asked of whoever is made an administrator, with a good name and role', async () => {
    await expect(administrators.create('olga', 'short', 'owner')).rejects.toMatchObject({ slug: 'request-invalid', extra: { errors: [{ path: 'password' }] } });
    await expect(administrators.create('vestnik', PASSWORD, 'owner')).rejects.toMatchObject({ extra: { errors: [{ path: 'name' }] } });
    await expect(administrators.create('olga', PASSWORD, 'king' as 'owner')).rejects.toMatchObject({ extra: { errors: [{ path: 'role' }] } });
  });
});
