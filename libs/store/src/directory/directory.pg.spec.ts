import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditFilter, SILENT, TENANT_DEFAULTS, tenantJwtSecretName } from '@vestnik/core';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDataSource, poolOf, rowsOf, storeTime } from '../data-source.js';
import { type RunningPostgres, startPostgres } from '../embedded/index.js';
import { migrate, NewerSchemaError, schemaState } from '../migrate.js';
import { PostgresAdministratorDirectory } from './administrator-directory.js';
import { PostgresAuditTrail } from './audit-trail.js';
import { PostgresKeyDirectory } from './key-directory.js';
import { PostgresSecretVault, SealBrokenError } from './secret-vault.js';
import { PostgresTenantDirectory } from './tenant-directory.js';

const clock = { at: 1_000_000, now: () => clock.at };
const folder = mkdtempSync(join(tmpdir(), 'vestnik-directory-'));
let postgres: RunningPostgres;
let dataSource: DataSource;

beforeAll(async () => {
  postgres = await startPostgres({ dataDir: folder });
  dataSource = await createDataSource({ url: postgres.url, poolSize: 6 }).initialize();
  await migrate(dataSource);
});
afterAll(async () => {
  await dataSource?.destroy();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  clock.at = 1_000_000;
  await dataSource.query('delete from vestnik.tenant');
  await dataSource.query('delete from vestnik.api_key');
  await dataSource.query('delete from vestnik.administrator');
  await dataSource.query('delete from vestnik.secret');
});

const refusal = (slug: string) => expect.objectContaining({ name: 'Problem', slug });
const version = () => new PostgresTenantDirectory(dataSource, clock).version();

describe('migrating', () => {
  it('runs each migration once, however many nodes start at the same time', async () => {
    await dataSource.query('create database together');
    const url = postgres.url.replace(/\/vestnik(\?|$)/, '/together$1');
    expect(url).not.toBe(postgres.url);
    const nodes = await Promise.all([1, 2, 3].map(() => createDataSource({ url, poolSize: 3 }).initialize()));
    try {
      const ran = await Promise.all(nodes.map((node) => migrate(node)));
      expect(ran.map((names) => names.length).sort()).toEqual([0, 0, nodes[0]?.migrations.length]);
      expect(await schemaState(nodes[0] as DataSource)).toBe('current');
    } finally {
      await Promise.all(nodes.map((node) => node.destroy()));
    }
  });

  it('refuses a database that a newer version has migrated, and changes nothing', async () => {
    await dataSource.query(`insert into vestnik.migration (timestamp, name) values (9, 'Future9000000000009')`);
    try {
      await expect(migrate(dataSource)).rejects.toThrow(NewerSchemaError);
      await expect(migrate(dataSource)).rejects.toThrow('Future9000000000009');
      expect(await schemaState(dataSource)).toBe('newer');
    } finally {
      await dataSource.query(`delete from vestnik.migration where name = 'Future9000000000009'`);
    }
    expect(await migrate(dataSource)).toEqual([]);
  });

  it('makes the tables that the entities speak of', async () => {
    const drift = await dataSource.driver.createSchemaBuilder().log();
    const own = /"vestnik"\."(?:tenant|api_key|administrator|administrator_session|secret|audit)"/;
    expect(drift.upQueries.map((query) => query.query).filter((query) => own.test(query))).toEqual([]);
  });
});

describe('the data source', () => {
  it('gives rows for every statement, and int8 as numbers', async () => {
    expect(await rowsOf(dataSource, 'update vestnik.directory_version set version = version returning 7::bigint as seven')).toEqual([{ seven: 7 }]);
    expect(await rowsOf(dataSource, 'select $1::bigint as big', [Number.MAX_SAFE_INTEGER])).toEqual([{ big: Number.MAX_SAFE_INTEGER }]);
    expect(Math.abs((await storeTime(dataSource)) - Date.now())).toBeLessThan(60_000);
  });

  it('outlives a connection that is cut while somebody holds it, and says so in the log', async () => {
    const lines: string[] = [];
    const heard: (() => void)[] = [];
    const broke = new Promise<void>((resolve) => heard.push(resolve));
    const log = {
      ...SILENT,
      warn(line: string) {
        lines.push(line);
        for (const tell of heard) tell();
      },
    };
    const cut = await createDataSource({ url: postgres.url, poolSize: 2, log }).initialize();
    const held = await poolOf(cut).connect();
    const [own] = (await held.query<{ pid: number }>('select pg_backend_pid() as pid')).rows;
    await dataSource.query('select pg_terminate_backend($1)', [own?.pid]);
    await broke;
    held.release(true);
    // The server says that it ends the connection, and then the socket may break as well.
    expect([...new Set(lines)]).toEqual(['a connection to Postgres broke']);
    expect(await rowsOf(cut, 'select 1 as one')).toEqual([{ one: 1 }]);
    await cut.destroy();
  });

  it('says unavailable where nothing listens', async () => {
    const cut = await createDataSource({ url: postgres.url, poolSize: 1 }).initialize();
    const tenants = new PostgresTenantDirectory(cut, clock);
    await poolOf(cut).end();
    await expect(tenants.list()).rejects.toEqual(refusal('unavailable'));
    await cut.destroy().catch(() => {});
  });
});

describe('tenants', () => {
  it('are made, changed and listed with all their settings', async () => {
    const tenants = new PostgresTenantDirectory(dataSource, clock);
    const made = await tenants.create('sales', 'Продажи', { ...TENANT_DEFAULTS, ttl: 60, origins: ['https://a.example'] });
    expect(made).toEqual({
      id: expect.any(Number),
      name: 'sales',
      title: 'Продажи',
      createdAt: 1_000_000,
      settings: { ...TENANT_DEFAULTS, ttl: 60, origins: ['https://a.example'] },
    });
    const changed = await tenants.update('sales', { settings: { ttl: 90, origins: undefined } });
    expect(changed?.settings).toEqual({ ...TENANT_DEFAULTS, ttl: 90 });
    expect(changed?.title).toBe('Продажи');
    expect((await tenants.update('sales', { title: null, settings: {} }))?.title).toBeUndefined();
    expect(await tenants.list()).toEqual([{ ...changed, title: undefined }]);
    expect(await tenants.update('nobody', { settings: {} })).toBeUndefined();
  });

  it('have names of their own, like DNS labels', async () => {
    const tenants = new PostgresTenantDirectory(dataSource, clock);
    await tenants.create('sales', undefined, TENANT_DEFAULTS);
    await expect(tenants.create('sales', undefined, TENANT_DEFAULTS)).rejects.toEqual(refusal('conflict'));
    await expect(tenants.create('Sales!', undefined, TENANT_DEFAULTS)).rejects.toEqual(refusal('request-invalid'));
  });

  it('go with their keys, their secrets and what the hooks delete, or not at all', async () => {
    const asked: number[] = [];
    const tenants = new PostgresTenantDirectory(dataSource, clock, [async (_, id) => void asked.push(id)]);
    const keys = new PostgresKeyDirectory(dataSource, clock);
    const vault = new PostgresSecretVault(dataSource, randomBytes(32), clock);
    const { id } = await tenants.create('sales', undefined, TENANT_DEFAULTS);
    const other = await tenants.create('other', undefined, TENANT_DEFAULTS);
    await keys.create({ id: 'k1', tenantId: id, title: '', client: 'server', scopes: ['send'] }, randomBytes(32));
    await vault.set(tenantJwtSecretName(id), randomBytes(32));
    await vault.set(tenantJwtSecretName(other.id), randomBytes(32));

    tenants.onTenantDeleted.push(() => Promise.reject(new Error('the hook fails')));
    await expect(tenants.delete('sales')).rejects.toThrow('the hook fails');
    expect(await keys.findById('k1')).toBeDefined();

    tenants.onTenantDeleted.pop();
    expect(await tenants.delete('sales')).toBe(true);
    expect(await tenants.delete('sales')).toBe(false);
    expect(asked).toEqual([id, id]);
    expect(await keys.findById('k1')).toBeUndefined();
    expect(await vault.get(tenantJwtSecretName(id))).toBeUndefined();
    expect(await vault.get(tenantJwtSecretName(other.id))).toBeDefined();
    await expect(keys.create({ id: 'k2', tenantId: id, title: '', client: 'server', scopes: [] }, randomBytes(32))).rejects.toEqual(refusal('not-found'));
  });

  it('make the version of the directory grow with each change, as keys and secrets do, but not with a key being used', async () => {
    const tenants = new PostgresTenantDirectory(dataSource, clock);
    const keys = new PostgresKeyDirectory(dataSource, clock);
    const seen = [await version()];
    const grown = async () => {
      seen.push(await version());
      return (seen.at(-1) as number) > (seen.at(-2) as number);
    };
    const { id } = await tenants.create('sales', undefined, TENANT_DEFAULTS);
    expect(await grown()).toBe(true);
    await tenants.update('sales', { settings: { suspended: true } });
    expect(await grown()).toBe(true);
    await keys.create({ id: 'k1', tenantId: id, title: '', client: 'server', scopes: [] }, randomBytes(32));
    expect(await grown()).toBe(true);
    await keys.used([{ id: 'k1', at: 5 }]);
    expect(await grown()).toBe(false);
    await new PostgresSecretVault(dataSource, randomBytes(32), clock).set('a', randomBytes(3));
    expect(await grown()).toBe(true);
    await keys.delete(id, 'k1');
    expect(await grown()).toBe(true);
  });
});

describe('keys', () => {
  it('are found by hash and id, listed by page in the order they were made, and deleted by their own tenant only', async () => {
    const tenants = new PostgresTenantDirectory(dataSource, clock);
    const keys = new PostgresKeyDirectory(dataSource, clock);
    const { id } = await tenants.create('sales', undefined, TENANT_DEFAULTS);
    const hash = randomBytes(32);
    const made = await keys.create({ id: 'z', tenantId: id, title: 'ERP', client: 'server', scopes: ['send', 'read:data'], expiresAt: 7 }, hash);
    await keys.create({ id: 'y', tenantId: id, title: '', client: 'server', scopes: [] }, randomBytes(32));
    await keys.create({ id: 'x', tenantId: id, title: '', client: 'server', scopes: [] }, randomBytes(32));
    await keys.create({ id: 'root', tenantId: null, title: '', client: 'server', scopes: [], role: 'owner' }, randomBytes(32));

    expect(await keys.findByHash(hash)).toEqual(made);
    expect(await keys.findByHash(randomBytes(32))).toBeUndefined();
    const first = await keys.list(id, { limit: 2 });
    expect(first.items.map((key) => key.id)).toEqual(['z', 'y']);
    const rest = await keys.list(id, { limit: 2, cursor: first.next as string });
    expect([rest.items.map((key) => key.id), rest.next]).toEqual([['x'], undefined]);
    expect((await keys.list(null, { limit: 10 })).items).toMatchObject([{ id: 'root', tenantId: null, role: 'owner' }]);
    await expect(keys.list(id, { limit: 2, cursor: `1' or '1'='1` })).rejects.toEqual(refusal('request-invalid'));
    await expect(keys.create({ id: 'w', tenantId: id, title: '', client: 'server', scopes: [] }, hash)).rejects.toEqual(refusal('conflict'));

    expect([await keys.delete(null, 'z'), await keys.delete(id + 1, 'z'), await keys.delete(id, 'z'), await keys.delete(id, 'z')]).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });

  it('remember their latest use, whoever tells of it last', async () => {
    const keys = new PostgresKeyDirectory(dataSource, clock);
    await keys.create({ id: 'a', tenantId: null, title: '', client: 'server', scopes: [] }, randomBytes(32));
    await keys.used([
      { id: 'a', at: 50 },
      { id: 'gone', at: 50 },
    ]);
    await keys.used([{ id: 'a', at: 40 }]);
    expect((await keys.findById('a'))?.lastUsedAt).toBe(50);
  });
});

describe('administrators', () => {
  it('have sessions that end by time, by signing out, with a new password and with the administrator', async () => {
    const administrators = new PostgresAdministratorDirectory(dataSource, clock);
    const olga = await administrators.create('olga', 'hash', { role: 'owner' });
    const petr = await administrators.create('petr', 'hash', { role: 'viewer' });
    const cookies = [1, 2, 3].map(() => randomBytes(32)) as [Buffer, Buffer, Buffer];
    const alive = async () => (await Promise.all(cookies.map((cookie) => administrators.findSession(cookie)))).map((found) => found?.administrator.name);

    await administrators.openSession(olga.id, cookies[0], clock.at + 1_000);
    await administrators.openSession(olga.id, cookies[1], clock.at + 9_000);
    await administrators.openSession(petr.id, cookies[2], clock.at + 9_000);
    expect(await alive()).toEqual(['olga', 'olga', 'petr']);
    clock.at += 1_000;
    expect(await alive()).toEqual([undefined, 'olga', 'petr']);
    await administrators.update('olga', { passwordHash: 'other' });
    expect(await alive()).toEqual([undefined, undefined, 'petr']);
    await administrators.delete('petr');
    expect(await alive()).toEqual([undefined, undefined, undefined]);
    await administrators.openSession(olga.id, cookies[0], clock.at + 1_000);
    await administrators.closeSession(cookies[0]);
    expect(await alive()).toEqual([undefined, undefined, undefined]);
  });

  it('always leave an owner, even when two owners remove each other at once', async () => {
    const administrators = new PostgresAdministratorDirectory(dataSource, clock);
    await administrators.create('olga', 'hash', { role: 'owner' });
    await expect(administrators.delete('olga')).rejects.toEqual(refusal('conflict'));
    await expect(administrators.update('olga', { role: 'viewer' })).rejects.toEqual(refusal('conflict'));
    await expect(administrators.create('olga', 'hash', { role: 'viewer' })).rejects.toEqual(refusal('conflict'));
    await administrators.create('petr', 'hash', { role: 'owner' });
    const ends = await Promise.allSettled([administrators.delete('olga'), administrators.update('petr', { role: 'viewer' })]);
    expect(ends.map((end) => end.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await administrators.list()).filter((one) => one.role === 'owner')).toHaveLength(1);
    expect(await administrators.count()).toBeGreaterThan(0);
  });
});

describe('where administrators are signed in', () => {
  it('is listed, seen to the minute, and ended one by one, but the one that is kept', async () => {
    const administrators = new PostgresAdministratorDirectory(dataSource, clock);
    const olga = await administrators.create('olga', 'hash', { role: 'owner' });
    const petr = await administrators.create('petr', 'hash', { role: 'viewer' });
    const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)] as const;
    const begun = clock.at;
    await administrators.openSession(olga.id, first, begun + 9_000_000, { address: '10.0.0.1', browser: 'Firefox 128' });
    await administrators.openSession(olga.id, second, begun + 9_000_000);
    await administrators.openSession(olga.id, third, begun + 9_000_000);
    const seen = async () => {
      await administrators.findSession(first);
      return (await administrators.listSessions(olga.id)).at(-1)?.lastSeenAt;
    };
    expect(await seen()).toBe(begun);
    clock.at += 59_999;
    expect(await seen()).toBe(begun);
    clock.at += 1;
    expect(await seen()).toBe(begun + 60_000);

    const listed = await administrators.listSessions(olga.id);
    expect(listed).toHaveLength(3);
    expect(listed[2]).toMatchObject({ createdAt: begun, expiresAt: begun + 9_000_000, address: '10.0.0.1', browser: 'Firefox 128' });
    const [, middle, oldest] = listed.map(({ id }) => id) as [string, string, string];
    expect((await administrators.findSession(first))?.session.id).toBe(oldest);
    expect([await administrators.endSession(petr.id, middle), await administrators.endSession(olga.id, 'x')]).toEqual([false, false]);
    expect([await administrators.endSession(olga.id, middle), await administrators.endSession(olga.id, middle)]).toEqual([true, false]);
    expect(await administrators.update('olga', { passwordHash: 'other', keepSession: oldest })).toMatchObject({ ended: 1 });
    expect((await administrators.listSessions(olga.id)).map(({ id }) => id)).toEqual([oldest]);
    expect((await administrators.find('olga'))?.administrator.lastSignInAt).toBe(begun);
  });
});

describe('administrators of single tenants', () => {
  const make = async () => {
    const tenants = new PostgresTenantDirectory(dataSource, clock);
    for (const name of ['sales', 'hr']) await tenants.create(name, undefined, TENANT_DEFAULTS);
    return { tenants, administrators: new PostgresAdministratorDirectory(dataSource, clock) };
  };

  it('lose a tenant with it, and the last one leaves them nothing instead of all', async () => {
    const { tenants, administrators } = await make();
    const made = await administrators.create('petr', 'hash', { role: 'operator', tenants: ['sales', 'hr'] });
    expect(made.tenants).toEqual(['hr', 'sales']);
    await tenants.delete('hr');
    expect((await administrators.findById(made.id))?.tenants).toEqual(['sales']);
    await tenants.delete('sales');
    expect((await administrators.findById(made.id))?.tenants).toEqual([]);
    await tenants.create('sales', undefined, TENANT_DEFAULTS);
    expect((await administrators.list()).map((one) => one.tenants)).toEqual([[]]);
  });

  it('are changed to others or to all, are no owners, and are of tenants that there are', async () => {
    const { administrators } = await make();
    const wrong = { tenants: ['sales', 'nowhere'] };
    await expect(administrators.create('petr', 'hash', { role: 'viewer', ...wrong })).rejects.toMatchObject({ extra: { errors: [{ path: 'tenants' }] } });
    expect(await administrators.count()).toBe(0);
    await administrators.create('petr', 'hash', { role: 'viewer', tenants: ['sales'] });
    await expect(administrators.update('petr', wrong)).rejects.toEqual(refusal('request-invalid'));
    await expect(administrators.update('petr', { role: 'owner' })).rejects.toEqual(refusal('request-invalid'));
    expect((await administrators.update('petr', { tenants: ['hr'] }))?.administrator).toMatchObject({ role: 'viewer', tenants: ['hr'] });
    expect((await administrators.update('petr', { role: 'operator' }))?.administrator).toMatchObject({ role: 'operator', tenants: ['hr'] });
    expect((await administrators.update('petr', { tenants: null }))?.administrator).not.toHaveProperty('tenants');
  });

  it('never stand in the way of a tenant that is deleted at the same time', async () => {
    const { tenants, administrators } = await make();
    await administrators.create('petr', 'hash', { role: 'viewer', tenants: ['sales'] });
    for (let round = 0; round < 10; round++) {
      const ends = await Promise.allSettled([tenants.delete('sales'), administrators.update('petr', { tenants: round % 2 === 0 ? ['hr'] : ['hr', 'sales'] })]);
      for (const end of ends) if (end.status === 'rejected') expect(end.reason).toEqual(refusal('request-invalid'));
      await tenants.create('sales', undefined, TENANT_DEFAULTS);
      await administrators.update('petr', { tenants: ['sales'] });
    }
  });

  it('make the version of the directory grow where their right changes, and not with a sign-in', async () => {
    const { administrators } = await make();
    const { id } = await administrators.create('petr', 'hash', { role: 'viewer', tenants: ['sales'] });
    const before = await version();
    await administrators.openSession(id, randomBytes(32), clock.at + 1_000);
    await administrators.update('petr', { passwordHash: 'other' });
    expect(await version()).toBe(before);
    await administrators.update('petr', { tenants: ['hr'] });
    expect(await version()).toBeGreaterThan(before);
  });
});

describe('administrators of an OpenID provider', () => {
  const subject = { issuer: 'https://id.example', subject: '7', name: 'olga' };

  it('are one account, whatever they are called now, and have the right that they came with last', async () => {
    const administrators = new PostgresAdministratorDirectory(dataSource, clock);
    const { administrator, before } = await administrators.admit(subject, { role: 'owner' });
    expect([administrator, before]).toEqual([{ id: expect.any(Number), name: 'olga', role: 'owner', createdAt: clock.at, oidc: true }, undefined]);
    const again = await administrators.admit({ ...subject, name: 'o.smirnova' }, { role: 'viewer' });
    expect(again).toEqual({ administrator: { ...administrator, role: 'viewer' }, before: administrator });
    expect(await administrators.find('olga')).toEqual({ administrator: { ...administrator, role: 'viewer' } });
  });

  it('take no account that is there, are made once, and are no owner that may be the last', async () => {
    const administrators = new PostgresAdministratorDirectory(dataSource, clock);
    await administrators.create('olga', 'hash', { role: 'owner' });
    await expect(administrators.admit(subject, { role: 'owner' })).rejects.toEqual(refusal('conflict'));
    const both = await Promise.all([1, 2].map(() => administrators.admit({ ...subject, name: 'sso' }, { role: 'owner' })));
    expect(new Set(both.map(({ administrator }) => administrator.id)).size).toBe(1);
    await expect(administrators.delete('olga')).rejects.toEqual(refusal('conflict'));
    expect(await administrators.delete('sso')).toBe(true);
  });

  it('are turned away with all their sessions', async () => {
    const administrators = new PostgresAdministratorDirectory(dataSource, clock);
    expect(await administrators.turnAway(subject)).toBeUndefined();
    const { administrator } = await administrators.admit(subject, { role: 'viewer' });
    const cookie = randomBytes(32);
    await administrators.openSession(administrator.id, cookie, clock.at + 1_000);
    expect((await administrators.turnAway(subject))?.name).toBe('olga');
    expect(await administrators.findSession(cookie)).toBeUndefined();
  });
});

describe('a key that replaces another', () => {
  it('is made with the end of the old one, or neither is', async () => {
    const tenants = new PostgresTenantDirectory(dataSource, clock);
    const keys = new PostgresKeyDirectory(dataSource, clock);
    const { id } = await tenants.create('sales', undefined, TENANT_DEFAULTS);
    const hash = randomBytes(32);
    const key = { tenantId: id, title: 'ERP', client: 'server', scopes: ['send'] as const };
    await keys.create({ ...key, id: 'old' }, hash);
    const replaced = await keys.replace({ ...key, id: 'new', replaces: 'old' }, randomBytes(32), 5_000);
    expect(replaced).toMatchObject({ made: { id: 'new', replaces: 'old' }, old: { id: 'old', expiresAt: 5_000 } });
    await expect(keys.replace({ ...key, id: 'third', replaces: 'new' }, hash, 4_000)).rejects.toEqual(refusal('conflict'));
    expect((await keys.findById('new'))?.expiresAt).toBeUndefined();
    expect((await keys.replace({ ...key, id: 'fourth', replaces: 'old' }, randomBytes(32), 9_000))?.old.expiresAt).toBe(5_000);
    expect(await keys.replace({ ...key, id: 'fifth', replaces: 'nothing' }, randomBytes(32), 1)).toBeUndefined();
    expect(await keys.replace({ ...key, tenantId: null, id: 'fifth', replaces: 'new' }, randomBytes(32), 1)).toBeUndefined();
  });
});

describe('the vault', () => {
  it('gives back what was put in, and nothing that can be read is in the table', async () => {
    const vault = new PostgresSecretVault(dataSource, randomBytes(32), clock);
    const secret = Buffer.from('a secret that must not be seen');
    await vault.set('a', secret);
    expect(Buffer.from((await vault.get('a')) as Uint8Array)).toEqual(secret);
    const [row] = await rowsOf<{ sealed: Buffer }>(dataSource, 'select s.sealed from vestnik.secret s');
    expect(row?.sealed.includes('secret')).toBe(false);
    await vault.set('a', Buffer.alloc(0));
    expect((await vault.get('a'))?.length).toBe(0);
    await vault.delete('a');
    expect(await vault.get('a')).toBeUndefined();
  });

  it('refuses another key, a changed row, and a row under another name', async () => {
    const key = randomBytes(32);
    const vault = new PostgresSecretVault(dataSource, key, clock);
    await vault.set('a', Buffer.from('one'));
    await expect(new PostgresSecretVault(dataSource, randomBytes(32), clock).get('a')).rejects.toThrow(SealBrokenError);
    await dataSource.query(`insert into vestnik.secret select 'b', s.sealed, 0 from vestnik.secret s where s.name = 'a'`);
    await expect(vault.get('b')).rejects.toThrow(SealBrokenError);
    await dataSource.query(`update vestnik.secret set sealed = set_byte(sealed, 13, get_byte(sealed, 13) # 1) where name = 'a'`);
    await expect(vault.get('a')).rejects.toThrow(SealBrokenError);
    expect(() => new PostgresSecretVault(dataSource, randomBytes(16), clock)).toThrow('32 bytes');
  });

  it('makes a secret once for all nodes', async () => {
    const key = randomBytes(32);
    const made = await Promise.all(Array.from({ length: 6 }, () => new PostgresSecretVault(dataSource, key, clock).ensure('shared', 32)));
    expect(new Set(made.map((secret) => Buffer.from(secret).toString('hex'))).size).toBe(1);
    expect(made[0]?.length).toBe(32);
  });
});

describe('the audit trail', () => {
  const trail = () => new PostgresAuditTrail(dataSource);
  const record = (subject: string) =>
    trail().record({ at: 1, who: 'olga', action: 'tenant.update', subject, before: { ttl: 1 }, after: { ttl: 2, title: 'Ж"\\' } });
  /** Does what only the owner of the table can do, and takes it back. */
  const tampering = async (sql: string, look: () => Promise<void>) => {
    const runner = dataSource.createQueryRunner();
    await dataSource.query('alter table vestnik.audit disable trigger audit_is_for_good');
    await dataSource.query('create table vestnik.audit_copy as select * from vestnik.audit');
    try {
      await runner.query(sql);
      await look();
    } finally {
      await dataSource.query('delete from vestnik.audit');
      await dataSource.query('insert into vestnik.audit select * from vestnik.audit_copy');
      await dataSource.query('drop table vestnik.audit_copy');
      await dataSource.query('alter table vestnik.audit enable trigger audit_is_for_good');
      await runner.release();
    }
  };

  it('lists the newest first, by page, and is whole however many write at once', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, at) => record(`t${at}`)));
    expect(await trail().verify()).toMatchObject({ kind: 'whole' });
    const first = await trail().list({ limit: 5 });
    expect(first.items).toHaveLength(5);
    const second = await trail().list({ limit: 5, cursor: first.next as string });
    expect(second.items[0]?.id).toBe((first.items[4]?.id as number) - 1);
    expect(first.items[0]).toMatchObject({ who: 'olga', address: undefined, before: { ttl: 1 }, after: { ttl: 2, title: 'Ж"\\' } });
  });

  it('is looked through by who, action, subject, time and text, page by page', async () => {
    const base = 5_000_000;
    const entries = [
      { at: base + 1, who: 'administrator:a', action: 'tenant.change', subject: 'sales', after: { title: 'Продажи' } },
      { at: base + 2, who: 'key:k@sales', action: 'key.create', subject: 'k2@sales' },
      { at: base + 2, who: 'administrator:a', action: 'key.delete', subject: 'k2@sales' },
      { at: base + 3, who: 'administrator:b', action: 'tenant.change', subject: 'sales', before: { ttl: 1 } },
      // A node whose clock is behind.
      { at: base, who: 'administrator:b', action: 'tenant.create', subject: 'sales' },
    ];
    for (const entry of entries) await trail().record(entry);
    const found = async (filter: AuditFilter) =>
      (await trail().list({ limit: 10 }, { since: base, ...filter })).items.map(({ action, at }) => `${action} ${at - base}`);
    expect(await found({})).toEqual(['tenant.change 3', 'key.delete 2', 'key.create 2', 'tenant.change 1', 'tenant.create 0']);
    expect(await found({ who: 'administrator:a' })).toEqual(['key.delete 2', 'tenant.change 1']);
    expect(await found({ action: 'key.*' })).toEqual(['key.delete 2', 'key.create 2']);
    expect(await found({ action: 'tenant.change', who: 'administrator:b' })).toEqual(['tenant.change 3']);
    expect(await found({ subject: 'sales', until: base + 3 })).toEqual(['tenant.change 1', 'tenant.create 0']);
    expect(await found({ search: 'ПРОДАЖ' })).toEqual(['tenant.change 1']);
    expect(await found({ search: '%' })).toEqual([]);
    const pages: number[] = [];
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await trail().list({ limit: 2, ...(cursor === undefined ? {} : { cursor }) }, { since: base, until: base + 100 });
      pages.push(...page.items.map(({ at }) => at - base));
      cursor = page.next;
    }
    expect(pages).toEqual([3, 2, 2, 1, 0]);
    await expect(trail().list({ limit: 2, cursor: '7' })).rejects.toEqual(refusal('request-invalid'));
  });

  it('names the row that was changed, put in or taken out', async () => {
    await record('a');
    await record('b');
    const last = ((await trail().verify()) as { rows: number }).rows;
    const broken = (id: number) => expect.objectContaining({ kind: 'broken', id });
    const finds = (id: number) => async () => expect(await trail().verify()).toEqual(broken(id));

    await tampering(`update vestnik.audit set who = 'petr' where id = ${last - 1}`, finds(last - 1));
    await tampering(`update vestnik.audit set after_json = after_json || ' ' where id = ${last}`, finds(last));
    await tampering(`update vestnik.audit set hash = decode(repeat('11', 32), 'hex') where id = ${last - 1}`, finds(last - 1));
    await tampering(`delete from vestnik.audit where id = ${last - 1}`, finds(last - 1));
    await tampering(`delete from vestnik.audit where id = ${last}`, finds(last));
    await tampering(
      `insert into vestnik.audit select id + 1, at, who, address, action, subject, before_json, after_json, hash, hash from vestnik.audit where id = ${last}`,
      finds(last + 1),
    );
    expect(await trail().verify()).toEqual({ kind: 'whole', rows: last });
  });

  it('denies changing and deleting', async () => {
    await record('a');
    for (const sql of [`update vestnik.audit set who = 'x'`, 'delete from vestnik.audit', 'truncate vestnik.audit']) {
      await expect(dataSource.query(sql)).rejects.toThrow('neither changed nor deleted');
    }
  });
});
