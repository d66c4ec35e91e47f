import type { Administrator, AdministratorAccounts, AdministratorDirectory, AdministratorSignIn, Clock, Log, Role } from '@vestnik/core';
import { SILENT } from '@vestnik/core';
import { invalid, isReserved, Problem, readName } from '@vestnik/protocol';
import { hashOfCookie, isCookieValue, makeCookieValue } from './cookie.js';
import { LockOut } from './lock-out.js';
import { checkPassword, hashPassword, passwordFits } from './password.js';

const SESSION_MS = 12 * 3_600_000;
const ROLES: readonly Role[] = ['owner', 'operator', 'viewer'];

export interface AdministratorsParts {
  readonly directory: AdministratorDirectory;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly log?: Log;
  /** Counts failed sign-ins. */
  readonly onRefused?: () => void;
}

/** Who administers the installation: their accounts, and signing in by name and password. */
export class Administrators implements AdministratorAccounts, AdministratorSignIn {
  private readonly lockOut: LockOut;
  private readonly log: Log;
  /** Checked where the name is unknown, so that this takes as long. Made at the first try, whoever's it is. */
  private decoy: Promise<string> | undefined;

  constructor(private readonly parts: AdministratorsParts) {
    this.lockOut = new LockOut(parts.clock);
    this.log = parts.log ?? SILENT;
  }

  async create(name: string, password: string, role: Role): Promise<Administrator> {
    const kept = readName(name);
    if (kept === undefined || isReserved(kept)) throw invalid('request-invalid', 'name', '1 to 128 letters, digits, space, . _ - not beginning with vestnik');
    checkRole(role);
    checkPassword(password, kept);
    return this.parts.directory.create(kept, await hashPassword(password), role);
  }

  async update(name: string, change: { password?: string; role?: Role }): Promise<Administrator | undefined> {
    const { password, role } = change;
    const kept = readName(name);
    if (kept === undefined) return undefined;
    if (role !== undefined) checkRole(role);
    if (password !== undefined) checkPassword(password, kept);
    return this.parts.directory.update(kept, { role, passwordHash: password === undefined ? undefined : await hashPassword(password) });
  }

  async delete(name: string): Promise<boolean> {
    const kept = readName(name);
    return kept !== undefined && this.parts.directory.delete(kept);
  }

  list(): Promise<Administrator[]> {
    return this.parts.directory.list();
  }

  count(): Promise<number> {
    return this.parts.directory.count();
  }

  async signIn(name: string, password: string, address: string): Promise<{ cookie: string; expiresAt: number; administrator: Administrator }> {
    const kept = readName(name);
    // A word that is no name has no lock of its own: it could be made anew for each try.
    const locked = kept ?? '';
    this.lockOut.begin(locked, address);
    let found: Awaited<ReturnType<AdministratorDirectory['find']>>;
    let fits: boolean;
    try {
      this.decoy ??= hashPassword('nobody has this password');
      const decoy = await this.decoy;
      found = kept === undefined ? undefined : await this.parts.directory.find(kept);
      fits = await passwordFits(found?.passwordHash ?? decoy, password);
    } catch (error) {
      // Not the fault of whoever tries: the database is away.
      this.lockOut.takeBack(locked, address);
      throw error;
    }
    if (found === undefined || !fits) {
      this.parts.onRefused?.();
      this.log.warn('signing in was refused', { name: kept, address, why: found === undefined ? 'unknown-name' : 'wrong-password' });
      throw new Problem('unauthenticated', 'name or password is wrong');
    }
    this.lockOut.succeeded(locked, address);
    const cookie = makeCookieValue();
    const expiresAt = this.parts.clock.now() + SESSION_MS;
    await this.parts.directory.openSession(found.administrator.id, hashOfCookie(cookie), expiresAt);
    this.log.info('an administrator signed in', { name: found.administrator.name, address });
    return { cookie, expiresAt, administrator: found.administrator };
  }

  async signOut(cookie: string): Promise<void> {
    if (isCookieValue(cookie)) await this.parts.directory.closeSession(hashOfCookie(cookie));
  }
}

function checkRole(role: Role): void {
  if (!ROLES.includes(role)) throw invalid('request-invalid', 'role', `one of ${ROLES.join(', ')}`);
}
