import type { Administrator, AdministratorDirectory, Clock, Role } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { type DataSource, type EntityManager, LessThanOrEqual, MoreThan } from 'typeorm';
import { AdministratorRow, AdministratorSessionRow } from './entities.js';
import { inStore, isForeignKeyViolation, isUniqueViolation } from './failures.js';

/** Who administers the installation, and their sessions, in Postgres. */
export class PostgresAdministratorDirectory implements AdministratorDirectory {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  count(): Promise<number> {
    return inStore(() => this.dataSource.getRepository(AdministratorRow).count());
  }

  create(name: string, passwordHash: string, role: Role): Promise<Administrator> {
    return inStore(async () => {
      const rows = this.dataSource.getRepository(AdministratorRow);
      try {
        return administratorOf(await rows.save(rows.create({ name, passwordHash, role, createdAt: this.clock.now() })));
      } catch (error) {
        throw isUniqueViolation(error) ? new Problem('conflict', `there is an administrator ${name} already`) : error;
      }
    });
  }

  find(name: string): Promise<{ administrator: Administrator; passwordHash: string } | undefined> {
    return inStore(async () => {
      const row = await this.dataSource.getRepository(AdministratorRow).findOneBy({ name });
      return row === null ? undefined : { administrator: administratorOf(row), passwordHash: row.passwordHash };
    });
  }

  list(): Promise<Administrator[]> {
    return inStore(async () => (await this.dataSource.getRepository(AdministratorRow).find({ order: { name: 'asc' } })).map(administratorOf));
  }

  update(name: string, change: { passwordHash?: string; role?: Role }): Promise<Administrator | undefined> {
    return inStore(() =>
      this.dataSource.transaction(async (transaction) => {
        const row = await lockedAmongOwners(transaction, name);
        if (row === undefined) return undefined;
        if (change.role !== undefined && change.role !== 'owner') await keepAnOwner(transaction, row);
        if (change.role !== undefined) row.role = change.role;
        if (change.passwordHash !== undefined) {
          row.passwordHash = change.passwordHash;
          await transaction.delete(AdministratorSessionRow, { administratorId: row.id });
        }
        return administratorOf(await transaction.save(row));
      }),
    );
  }

  delete(name: string): Promise<boolean> {
    return inStore(() =>
      this.dataSource.transaction(async (transaction) => {
        const row = await lockedAmongOwners(transaction, name);
        if (row === undefined) return false;
        await keepAnOwner(transaction, row);
        await transaction.delete(AdministratorRow, { id: row.id });
        return true;
      }),
    );
  }

  openSession(administratorId: number, tokenHash: Uint8Array, expiresAt: number): Promise<void> {
    return inStore(async () => {
      const sessions = this.dataSource.getRepository(AdministratorSessionRow);
      await sessions.delete({ expiresAt: LessThanOrEqual(this.clock.now()) });
      try {
        await sessions.insert({ administratorId, tokenHash: Buffer.from(tokenHash), expiresAt });
      } catch (error) {
        throw isForeignKeyViolation(error) ? new Problem('unauthenticated', 'this administrator is gone') : error;
      }
    });
  }

  findSession(tokenHash: Uint8Array): Promise<Administrator | undefined> {
    return inStore(async () => {
      const row = await this.dataSource.getRepository(AdministratorSessionRow).findOne({
        where: { tokenHash: Buffer.from(tokenHash), expiresAt: MoreThan(this.clock.now()) },
        relations: { administrator: true },
      });
      return row?.administrator === undefined ? undefined : administratorOf(row.administrator);
    });
  }

  closeSession(tokenHash: Uint8Array): Promise<void> {
    return inStore(async () => {
      await this.dataSource.getRepository(AdministratorSessionRow).delete({ tokenHash: Buffer.from(tokenHash) });
    });
  }
}

/** Locks all owners too, by id, so that two of them cannot remove each other at once. */
async function lockedAmongOwners(transaction: EntityManager, name: string): Promise<AdministratorRow | undefined> {
  const rows = await transaction.find(AdministratorRow, { where: [{ name }, { role: 'owner' }], order: { id: 'asc' }, lock: { mode: 'pessimistic_write' } });
  return rows.find((row) => row.name === name);
}

async function keepAnOwner(transaction: EntityManager, leaving: AdministratorRow): Promise<void> {
  if (leaving.role === 'owner' && (await transaction.countBy(AdministratorRow, { role: 'owner' })) === 1) {
    throw new Problem('conflict', 'this is the last owner: make another one first');
  }
}

function administratorOf(row: AdministratorRow): Administrator {
  return { id: row.id, name: row.name, role: row.role, createdAt: row.createdAt };
}
