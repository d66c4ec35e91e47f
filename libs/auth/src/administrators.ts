import type {
  Administrator,
  AdministratorAccounts,
  AdministratorDirectory,
  AdministratorSession,
  AdministratorSignIn,
  AuditTrail,
  Clock,
  Log,
  NodeBus,
  Role,
  SignedIn,
  SignInFrom,
} from '@vestnik/core';
import { SILENT } from '@vestnik/core';
import { invalid, isReserved, Problem, readName } from '@vestnik/protocol';
import { AdministratorSessions } from './administrator-sessions.js';
import { hashOfCookie, isCookieValue } from './cookie.js';
import { LockOut, type Tries } from './lock-out.js';
import { checkPassword, hashPassword, passwordFits } from './password.js';
import { RefusedSignIns } from './refused-sign-ins.js';

const ROLES: readonly Role[] = ['owner', 'operator', 'viewer'];

export interface AdministratorsParts {
  readonly directory: AdministratorDirectory;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly log?: Log;
  /** Counts failed sign-ins. */
  readonly onRefused?: () => void;
  /** Where refused sign-ins are put on record. */
  readonly audit?: Pick<AuditTrail, 'record'>;
  /** By which other nodes are told that a name is unlocked. */
  readonly bus?: Pick<NodeBus, 'publish' | 'subscribe'>;
}

/** Who administers the installation: their accounts, and signing in by name and password. */
export class Administrators implements AdministratorAccounts, AdministratorSignIn {
  private readonly lockOut: LockOut;
  private readonly log: Log;
  private readonly refused: RefusedSignIns;
  private readonly signedIn: AdministratorSessions;
  /** Checked where the name is unknown, so that this takes as long. Made at the first try, whoever's it is. */
  private decoy: Promise<string> | undefined;

  constructor(private readonly parts: AdministratorsParts) {
    this.lockOut = new LockOut(parts.clock);
    this.log = parts.log ?? SILENT;
    this.refused = new RefusedSignIns(parts.clock, parts.audit, this.log);
    this.signedIn = new AdministratorSessions(parts.directory, parts.clock);
    parts.bus?.subscribe((message) => {
      if (message.kind === 'administrator-unlocked') this.lockOut.forget(message.name);
    });
  }

  async create(name: string, password: string, role: Role, tenants?: readonly string[]): Promise<Administrator> {
    const kept = readName(name);
    if (kept === undefined || isReserved(kept)) throw invalid('request-invalid', 'name', '1 to 128 letters, digits, space, . _ - not beginning with vestnik');
    checkRole(role, tenants);
    checkPassword(password, kept);
    return this.parts.directory.create(kept, await hashPassword(password), { role, ...(tenants === undefined ? {} : { tenants }) });
  }

  async update(
    name: string,
    { password, role, tenants, keepSession }: { password?: string; role?: Role; tenants?: readonly string[] | null; keepSession?: string },
  ): Promise<{ administrator: Administrator; ended: number } | undefined> {
    const kept = readName(name);
    if (kept === undefined) return undefined;
    if (role !== undefined) checkRole(role, tenants ?? undefined);
    if (password !== undefined) checkPassword(password, kept);
    const found = await this.parts.directory.find(kept);
    if (found?.administrator.oidc === true) throw new Problem('conflict', 'the OpenID provider decides on this account: change it there');
    return this.parts.directory.update(kept, {
      ...(role === undefined ? {} : { role }),
      ...(tenants === undefined ? {} : { tenants }),
      ...(password === undefined ? {} : { passwordHash: await hashPassword(password) }),
      ...(keepSession === undefined ? {} : { keepSession }),
    });
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

  async sessions(name: string): Promise<AdministratorSession[] | undefined> {
    const found = await this.find(name);
    return found === undefined ? undefined : this.parts.directory.listSessions(found.id);
  }

  async endSession(name: string, session: string): Promise<boolean> {
    const found = await this.find(name);
    return found !== undefined && this.parts.directory.endSession(found.id, session);
  }

  locked(name: string): boolean {
    return this.lockOut.isLocked(name);
  }

  async unlock(name: string): Promise<boolean> {
    const found = await this.find(name);
    if (found === undefined) return false;
    this.lockOut.forget(found.name);
    this.parts.bus?.publish({ kind: 'administrator-unlocked', name: found.name });
    return true;
  }

  async signIn(name: string, password: string, from: SignInFrom): Promise<SignedIn> {
    const administrator = await this.check(name, password, from);
    const { cookie, expiresAt } = await this.signedIn.open(administrator, from);
    this.log.info('an administrator signed in', { name: administrator.name, address: from.address });
    return { cookie, expiresAt, administrator };
  }

  async confirm(name: string, password: string, from: SignInFrom): Promise<void> {
    await this.check(name, password, from);
  }

  async signOut(cookie: string): Promise<void> {
    if (isCookieValue(cookie)) await this.parts.directory.closeSession(hashOfCookie(cookie));
  }

  private async check(name: string, password: string, { address }: SignInFrom): Promise<Administrator> {
    const kept = readName(name);
    // A word that is no name has no lock of its own: it could be made anew for each try.
    const locked = kept ?? '';
    const tries = this.lockOut.begin(locked, address);
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
    if (found?.passwordHash === undefined || !fits) {
      this.parts.onRefused?.();
      await this.noteRefused(found?.administrator, address, tries);
      throw new Problem('unauthenticated', 'name or password is wrong');
    }
    this.lockOut.succeeded(locked, address);
    return found.administrator;
  }

  /** A name that is nobody's is not written down: it may be a password in the wrong field. */
  private async noteRefused(administrator: Administrator | undefined, address: string, tries: Tries): Promise<void> {
    const why = administrator === undefined ? 'unknown-name' : administrator.oidc === true ? 'no-password' : 'wrong-password';
    this.log.warn('signing in was refused', { name: administrator?.name, address, why });
    if (tries.count === 1 || tries.locks) await this.refused.note({ name: administrator?.name, address, why, locks: tries.locks });
  }

  private async find(name: string): Promise<Administrator | undefined> {
    const kept = readName(name);
    return kept === undefined ? undefined : (await this.parts.directory.find(kept))?.administrator;
  }
}

function checkRole(role: Role, tenants: readonly string[] | undefined): void {
  if (!ROLES.includes(role)) throw invalid('request-invalid', 'role', `one of ${ROLES.join(', ')}`);
  if (role === 'owner' && tenants !== undefined) throw invalid('request-invalid', 'tenants', 'an owner is one of the whole installation');
}
