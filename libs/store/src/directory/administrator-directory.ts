import type { Administrator, AdministratorDirectory, AdministratorRight, AdministratorSession, Clock, OidcSubject, Role } from '@vestnik/core';
import { invalid, Problem } from '@vestnik/protocol';
import type { DataSource, EntityManager } from 'typeorm';
import { rowsOf } from '../data-source.js';
import { AdministratorRow } from './entities.js';
import { inStore, isForeignKeyViolation } from './failures.js';

/** When a session was last seen is written once in so long at most. */
const SEEN_MS = 60_000;

const ADMINISTRATOR = `
  a.id, a.name, a.role, a.password_hash as "passwordHash", a.created_at as "createdAt", a.last_sign_in_at as "lastSignInAt",
  a.oidc_subject is not null as oidc, a.of_tenants as "ofTenants",
  array(select t.name from vestnik.administrator_tenant x join vestnik.tenant t on t.id = x.tenant_id
    where x.administrator_id = a.id order by t.name) as tenants`;

const SESSION = `
  s.id as "sessionId", s.created_at as "openedAt", s.expires_at as "expiresAt", s.last_seen_at as "lastSeenAt", s.address, s.browser`;

/** All owners too, by id, so that two of them cannot remove each other at once. */
const LOCKED = `
  select a.id, a.name, a.role, a.password_hash is not null as "hasPassword", a.of_tenants as "ofTenants"
  from vestnik.administrator a where a.name = $1 or a.role = 'owner' order by a.id for update`;

/**
 * Tenants that an administrator is to have, and those that it has. Whoever deletes a tenant holds its row before it touches what is the
 * tenant's: with these locks held first, neither waits for the other with something in hand.
 */
const TENANTS = `
  select t.id, t.name from vestnik.tenant t
  where t.name = any($1::text[]) or t.id in (select x.tenant_id from vestnik.administrator_tenant x where x.administrator_id = $2)
  order by t.id for key share`;

/** One statement, so that the version of the directory, which its triggers write, is touched after all else. */
const SET_RIGHT = `
  with gone as (delete from vestnik.administrator_tenant x where x.administrator_id = $1 and x.tenant_id <> all($4::int[])),
    come as (insert into vestnik.administrator_tenant (administrator_id, tenant_id) select $1, i from unnest($4::int[]) i on conflict do nothing)
  update vestnik.administrator a set role = $2, of_tenants = $3 where a.id = $1 returning a.id`;

interface Row {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string | null;
  readonly createdAt: number;
  readonly lastSignInAt: number | null;
  readonly oidc: boolean;
  readonly ofTenants: boolean;
  readonly tenants: string[];
}

interface SessionRow {
  readonly sessionId: number;
  readonly openedAt: number;
  readonly expiresAt: number;
  readonly lastSeenAt: number | null;
  readonly address: string | null;
  readonly browser: string | null;
}

interface LockedRow {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly hasPassword: boolean;
  readonly ofTenants: boolean;
}

/** Who administers the installation, and their sessions, in Postgres. */
export class PostgresAdministratorDirectory implements AdministratorDirectory {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  count(): Promise<number> {
    return inStore(() => this.dataSource.getRepository(AdministratorRow).count());
  }

  create(name: string, passwordHash: string, right: AdministratorRight): Promise<Administrator> {
    return inStore(() =>
      this.dataSource.transaction(async (transaction) => {
        const made = await this.insert(transaction, { name, passwordHash }, right);
        if (made === undefined) throw new Problem('conflict', `there is an administrator ${name} already`);
        return made;
      }),
    );
  }

  find(name: string): Promise<{ administrator: Administrator; passwordHash?: string } | undefined> {
    return inStore(async () => {
      const [row] = await rowsOf<Row>(this.dataSource, `select ${ADMINISTRATOR} from vestnik.administrator a where a.name = $1`, [name]);
      return row === undefined ? undefined : { administrator: administratorOf(row), ...(row.passwordHash === null ? {} : { passwordHash: row.passwordHash }) };
    });
  }

  findById(id: number): Promise<Administrator | undefined> {
    return inStore(() => byId(this.dataSource, id));
  }

  list(): Promise<Administrator[]> {
    return inStore(async () =>
      (await rowsOf<Row>(this.dataSource, `select ${ADMINISTRATOR} from vestnik.administrator a order by a.name`)).map(administratorOf),
    );
  }

  update(
    name: string,
    { passwordHash, role, tenants, keepSession }: { passwordHash?: string; role?: Role; tenants?: readonly string[] | null; keepSession?: string },
  ): Promise<{ administrator: Administrator; ended: number } | undefined> {
    return inStore(() =>
      this.dataSource.transaction(async (transaction) => {
        const { row, owners } = await lockedAmongOwners(transaction, name);
        if (row === undefined) return undefined;
        const before = await byId(transaction, row.id);
        const right = {
          role: role ?? row.role,
          tenants: tenants === undefined ? before?.tenants : (tenants ?? undefined),
        };
        if (right.role === 'owner' && right.tenants !== undefined) throw invalid('request-invalid', 'tenants', 'an owner is one of the whole installation');
        if (right.role !== 'owner') keepAnOwner(row, owners);
        let ended = 0;
        if (passwordHash !== undefined) {
          await transaction.query('update vestnik.administrator a set password_hash = $2 where a.id = $1', [row.id, passwordHash]);
          const gone = await rowsOf(
            transaction,
            'delete from vestnik.administrator_session s where s.administrator_id = $1 and s.id is distinct from $2::bigint returning s.id',
            [row.id, keepSession ?? null],
          );
          ended = gone.length;
        }
        if (role !== undefined || tenants !== undefined) await setRight(transaction, row.id, right, 'whole');
        return { administrator: (await byId(transaction, row.id)) as Administrator, ended };
      }),
    );
  }

  admit(subject: OidcSubject, right: AdministratorRight): Promise<{ administrator: Administrator; before?: Administrator }> {
    return inStore(() =>
      this.dataSource.transaction(async (transaction) => {
        const before = await ofSubject(transaction, subject);
        if (before === undefined) {
          const made = await this.insert(transaction, subject, right);
          if (made !== undefined) return { administrator: made };
          // Where two come at once the other was first: then it is there now.
          const other = await ofSubject(transaction, subject);
          if (other === undefined) throw new Problem('conflict', `there is an administrator ${subject.name} already`);
          return { administrator: other, before: other };
        }
        const same = before.role === right.role && JSON.stringify(before.tenants) === JSON.stringify(right.tenants && [...right.tenants].sort());
        if (!same) await setRight(transaction, before.id, right, 'those there are');
        return { administrator: (await byId(transaction, before.id)) as Administrator, before };
      }),
    );
  }

  turnAway({ issuer, subject }: Pick<OidcSubject, 'issuer' | 'subject'>): Promise<Administrator | undefined> {
    return inStore(() =>
      this.dataSource.transaction(async (transaction) => {
        const found = await ofSubject(transaction, { issuer, subject });
        if (found !== undefined) await transaction.query('delete from vestnik.administrator_session s where s.administrator_id = $1', [found.id]);
        return found;
      }),
    );
  }

  delete(name: string): Promise<boolean> {
    return inStore(() =>
      this.dataSource.transaction(async (transaction) => {
        const { row, owners } = await lockedAmongOwners(transaction, name);
        if (row === undefined) return false;
        keepAnOwner(row, owners);
        await rowsOf(transaction, TENANTS, [[], row.id]);
        await transaction.query('delete from vestnik.administrator a where a.id = $1', [row.id]);
        return true;
      }),
    );
  }

  openSession(administratorId: number, tokenHash: Uint8Array, expiresAt: number, from: { address?: string; browser?: string } = {}): Promise<void> {
    return inStore(async () => {
      const now = this.clock.now();
      await this.dataSource.query('delete from vestnik.administrator_session s where s.expires_at <= $1', [now]);
      try {
        await this.dataSource.query(
          `with opened as (
            insert into vestnik.administrator_session (token_hash, administrator_id, expires_at, created_at, address, browser) values ($1, $2, $3, $4, $5, $6)
          )
          update vestnik.administrator a set last_sign_in_at = $4 where a.id = $2`,
          [Buffer.from(tokenHash), administratorId, expiresAt, now, from.address ?? null, from.browser ?? null],
        );
      } catch (error) {
        throw isForeignKeyViolation(error) ? new Problem('unauthenticated', 'this administrator is gone') : error;
      }
    });
  }

  findSession(tokenHash: Uint8Array): Promise<{ administrator: Administrator; session: AdministratorSession } | undefined> {
    return inStore(async () => {
      const now = this.clock.now();
      const hash = Buffer.from(tokenHash);
      const [row] = await rowsOf<Row & SessionRow>(
        this.dataSource,
        `select ${SESSION}, ${ADMINISTRATOR} from vestnik.administrator_session s join vestnik.administrator a on a.id = s.administrator_id
          where s.token_hash = $1 and s.expires_at > $2`,
        [hash, now],
      );
      if (row === undefined) return undefined;
      if (row.lastSeenAt === null || row.lastSeenAt <= now - SEEN_MS) {
        await this.dataSource.query('update vestnik.administrator_session s set last_seen_at = $2 where s.token_hash = $1', [hash, now]);
      }
      return { administrator: administratorOf(row), session: sessionOf(row) };
    });
  }

  closeSession(tokenHash: Uint8Array): Promise<void> {
    return inStore(async () => {
      await this.dataSource.query('delete from vestnik.administrator_session s where s.token_hash = $1', [Buffer.from(tokenHash)]);
    });
  }

  listSessions(administratorId: number): Promise<AdministratorSession[]> {
    return inStore(async () =>
      (
        await rowsOf<SessionRow>(
          this.dataSource,
          `select ${SESSION} from vestnik.administrator_session s where s.administrator_id = $1 and s.expires_at > $2 order by s.id desc`,
          [administratorId, this.clock.now()],
        )
      ).map(sessionOf),
    );
  }

  endSession(administratorId: number, session: string): Promise<boolean> {
    return inStore(async () => {
      if (!/^\d{1,15}$/.test(session)) return false;
      const gone = await rowsOf(
        this.dataSource,
        'delete from vestnik.administrator_session s where s.id = $1::bigint and s.administrator_id = $2 returning s.id',
        [session, administratorId],
      );
      return gone.length > 0;
    });
  }

  /** @returns undefined where the name or the subject is there already */
  private async insert(
    transaction: EntityManager,
    { name, passwordHash, issuer, subject }: { name: string; passwordHash?: string } & Partial<Pick<OidcSubject, 'issuer' | 'subject'>>,
    right: AdministratorRight,
  ): Promise<Administrator | undefined> {
    // Locked before anything is written; a name that is none fails here.
    const ids = await tenantIds(transaction, undefined, right, issuer === undefined ? 'whole' : 'those there are');
    const [made] = await rowsOf<{ id: number }>(
      transaction,
      `with made as (
        insert into vestnik.administrator (name, password_hash, role, of_tenants, created_at, oidc_issuer, oidc_subject)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id
      ), given as (
        insert into vestnik.administrator_tenant (administrator_id, tenant_id) select m.id, i from made m, unnest($8::int[]) i
      )
      select m.id from made m`,
      [name, passwordHash ?? null, right.role, right.tenants !== undefined, this.clock.now(), issuer ?? null, subject ?? null, ids],
    );
    return made === undefined ? undefined : byId(transaction, made.id);
  }
}

async function byId(on: DataSource | EntityManager, id: number): Promise<Administrator | undefined> {
  const [row] = await rowsOf<Row>(on, `select ${ADMINISTRATOR} from vestnik.administrator a where a.id = $1`, [id]);
  return row === undefined ? undefined : administratorOf(row);
}

async function ofSubject(transaction: EntityManager, { issuer, subject }: Pick<OidcSubject, 'issuer' | 'subject'>): Promise<Administrator | undefined> {
  const [row] = await rowsOf<Row>(
    transaction,
    `select ${ADMINISTRATOR} from vestnik.administrator a where a.oidc_issuer = $1 and a.oidc_subject = $2 for update of a`,
    [issuer, subject],
  );
  return row === undefined ? undefined : administratorOf(row);
}

/** Whether every tenant must be there, or those that are not are left out. */
type Strictness = 'whole' | 'those there are';

async function setRight(transaction: EntityManager, id: number, right: AdministratorRight, strictness: Strictness): Promise<void> {
  const ids = await tenantIds(transaction, id, right, strictness);
  await rowsOf(transaction, SET_RIGHT, [id, right.role, right.tenants !== undefined, ids]);
}

async function tenantIds(
  transaction: EntityManager,
  administratorId: number | undefined,
  { tenants = [] }: AdministratorRight,
  strictness: Strictness,
): Promise<number[]> {
  const rows = await rowsOf<{ id: number; name: string }>(transaction, TENANTS, [[...tenants], administratorId ?? null]);
  const ids = new Map(rows.map((row) => [row.name, row.id]));
  const missing = tenants.find((name) => !ids.has(name));
  if (missing !== undefined && strictness === 'whole') throw invalid('request-invalid', 'tenants', `there is no tenant ${missing}`);
  return tenants.flatMap((name) => ids.get(name) ?? []);
}

async function lockedAmongOwners(transaction: EntityManager, name: string): Promise<{ row?: LockedRow; owners: readonly LockedRow[] }> {
  const rows = await rowsOf<LockedRow>(transaction, LOCKED, [name]);
  return { row: rows.find((row) => row.name === name), owners: rows.filter((row) => row.role === 'owner') };
}

/** One who has a password: those of an OpenID provider are gone with it. */
function keepAnOwner(leaving: LockedRow, owners: readonly LockedRow[]): void {
  if (leaving.role === 'owner' && leaving.hasPassword && owners.filter(({ hasPassword }) => hasPassword).length === 1) {
    throw new Problem('conflict', 'this is the last owner with a password: make another one first');
  }
}

function administratorOf(row: Row): Administrator {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    createdAt: row.createdAt,
    ...(row.ofTenants ? { tenants: row.tenants } : {}),
    ...(row.lastSignInAt === null ? {} : { lastSignInAt: row.lastSignInAt }),
    ...(row.oidc ? { oidc: true as const } : {}),
  };
}

function sessionOf(row: SessionRow): AdministratorSession {
  return {
    id: String(row.sessionId),
    createdAt: row.openedAt,
    expiresAt: row.expiresAt,
    ...(row.lastSeenAt === null ? {} : { lastSeenAt: row.lastSeenAt }),
    ...(row.address === null ? {} : { address: row.address }),
    ...(row.browser === null ? {} : { browser: row.browser }),
  };
}
