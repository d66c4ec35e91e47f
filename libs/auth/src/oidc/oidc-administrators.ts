import { randomBytes } from 'node:crypto';
import {
  type Administrator,
  type AdministratorDirectory,
  type AdministratorRight,
  type AuditTrail,
  type Clock,
  type Log,
  type OidcRefusal,
  type OidcSignIn,
  type SecretVault,
  SILENT,
  type SignedIn,
  type SignInFrom,
} from '@vestnik/core';
import { isReserved, Problem, readName } from '@vestnik/protocol';
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { AdministratorSessions } from '../administrator-sessions.js';
import { RefusedSignIns } from '../refused-sign-ins.js';
import { type KeptTry, openTry, sealTry } from './kept-try.js';
import { OidcProvider, type OidcProviderSettings } from './provider.js';
import { type RoleRule, rightOf } from './role-rules.js';

const SECRET_NAME = 'installation/oidc-sign-in';
const TRY_SECONDS = 600;
const NAME_CHARACTERS_MAX = 128;

export interface OidcSettings extends OidcProviderSettings {
  readonly title: string;
  readonly roles: readonly RoleRule[];
}

export interface OidcAdministratorsParts {
  readonly settings: OidcSettings;
  readonly directory: Pick<AdministratorDirectory, 'admit' | 'turnAway' | 'openSession'>;
  readonly vault: Pick<SecretVault, 'ensure'>;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly audit: Pick<AuditTrail, 'record'>;
  /** A rule may name a tenant that there is not. */
  readonly hasTenant: (name: string) => boolean;
  /** Rights of administrators have changed: all nodes look again. */
  readonly changed: () => Promise<void>;
  readonly log?: Log;
  readonly onRefused?: () => void;
}

/**
 * Administrators who sign in by an OpenID provider. The provider says who they are and, by the rules of the settings, what
 * they may do, anew at each sign-in: whoever has no role any more is not let in, and what sessions are left end.
 *
 * An account is bound to issuer and subject, never to a name: a name that another account has is refused.
 */
export class OidcAdministrators implements OidcSignIn {
  readonly title: string;
  private readonly provider: OidcProvider;
  private readonly sessions: AdministratorSessions;
  private readonly refused: RefusedSignIns;
  private readonly log: Log;
  private secret: Promise<Uint8Array> | undefined;

  constructor(private readonly parts: OidcAdministratorsParts) {
    this.title = parts.settings.title;
    this.log = parts.log ?? SILENT;
    this.provider = new OidcProvider(parts.settings, parts.clock);
    this.sessions = new AdministratorSessions(parts.directory, parts.clock);
    this.refused = new RefusedSignIns(parts.clock, parts.audit, this.log);
  }

  async begin(callback: string): Promise<{ url: string; kept: string; maxAgeSeconds: number }> {
    const word = () => randomBytes(32).toString('base64url');
    const kept: KeptTry = { state: word(), nonce: word(), verifier: word(), expiresAt: this.parts.clock.now() + TRY_SECONDS * 1_000 };
    const secret = await this.key();
    try {
      return { url: await this.provider.authorizationUrl(callback, kept), kept: sealTry(kept, secret), maxAgeSeconds: TRY_SECONDS };
    } catch (error) {
      this.log.warn('the OpenID provider cannot be asked', { issuer: this.parts.settings.issuer, error: textOf(error) });
      throw new Problem('unavailable', 'the OpenID provider cannot be reached now', { retryAfter: 5 });
    }
  }

  async finish(
    returned: URL,
    kept: string | undefined,
    from: SignInFrom,
  ): Promise<({ readonly kind: 'signed-in' } & SignedIn) | { readonly kind: 'refused'; readonly because: OidcRefusal }> {
    const tried = kept === undefined ? undefined : openTry(kept, await this.key(), this.parts.clock.now());
    // Nothing is asked of anybody for whoever did not set out here.
    if (tried === undefined) return this.refuse('expired', from);
    let claims: Awaited<ReturnType<OidcProvider['claims']>>;
    try {
      claims = await this.provider.claims(returned, tried);
    } catch (error) {
      this.log.warn('signing in by the OpenID provider failed', { address: from.address, error: textOf(error) });
      return this.refuse(isRefusal(error) ? 'refused' : 'unavailable', from);
    }
    return this.admit(claims, from);
  }

  private async admit(claims: Readonly<Record<string, unknown>> & { iss: string; sub: string }, from: SignInFrom) {
    const { directory } = this.parts;
    const subject = { issuer: claims.iss, subject: claims.sub };
    const right = this.known(rightOf(claims, this.parts.settings.roles));
    if (right === undefined) return this.refuse('no-role', from, await directory.turnAway(subject));
    const name = nameOf(claims);
    if (name === undefined) return this.refuse('name-taken', from);

    let admitted: Awaited<ReturnType<AdministratorDirectory['admit']>>;
    try {
      admitted = await directory.admit({ ...subject, name }, right);
    } catch (error) {
      if (!(error instanceof Problem) || error.slug !== 'conflict') throw error;
      this.log.warn('the name that the OpenID provider gives is the name of another account', { name });
      return this.refuse('name-taken', from);
    }
    const { administrator, before } = admitted;
    await this.recordRight(administrator, before, from);
    const { cookie, expiresAt } = await this.sessions.open(administrator, from);
    const who = `administrator:${administrator.name}`;
    await this.record(from, { who, action: 'session.open', subject: administrator.name, after: { by: 'oidc' } });
    this.log.info('an administrator signed in', { name: administrator.name, address: from.address, by: 'oidc' });
    return { kind: 'signed-in' as const, cookie, expiresAt, administrator };
  }

  /** Of a right for single tenants, what there are of them. */
  private known(right: AdministratorRight | undefined): AdministratorRight | undefined {
    if (right?.tenants === undefined) return right;
    const tenants = right.tenants.filter((name) => this.parts.hasTenant(name));
    return tenants.length === 0 ? undefined : { ...right, tenants };
  }

  private async recordRight(administrator: Administrator, before: Administrator | undefined, from: SignInFrom): Promise<void> {
    const is = onRecord(administrator);
    const was = before === undefined ? undefined : onRecord(before);
    if (JSON.stringify(is) === JSON.stringify(was)) return;
    await this.parts.changed();
    const action = was === undefined ? 'administrator.create' : 'administrator.change';
    await this.record(from, {
      who: 'oidc',
      action,
      subject: administrator.name,
      ...(was === undefined ? {} : { before: was }),
      after: was === undefined ? { ...is, oidc: true } : is,
    });
  }

  private async refuse(because: OidcRefusal, { address }: SignInFrom, account?: Administrator) {
    if (because !== 'unavailable') {
      this.parts.onRefused?.();
      await this.refused.note({ ...(account === undefined ? {} : { name: account.name }), address, why: `oidc-${because}` });
    }
    return { kind: 'refused' as const, because };
  }

  private record({ address }: SignInFrom, entry: { who: string; action: string; subject: string; before?: unknown; after?: unknown }): Promise<void> {
    return this.parts.audit.record({ at: this.parts.clock.now(), address, ...entry });
  }

  private key(): Promise<Uint8Array> {
    this.secret ??= this.parts.vault.ensure(SECRET_NAME, 32).catch((error: unknown) => {
      this.secret = undefined;
      throw error;
    });
    return this.secret;
  }
}

const onRecord = ({ role, tenants }: Administrator) => ({ role, ...(tenants === undefined ? {} : { tenants }) });

/** The first of what a provider may call somebody that makes a name: what a name cannot hold becomes `-`. */
function nameOf({ preferred_username, email, sub }: Readonly<Record<string, unknown>>): string | undefined {
  for (const given of [preferred_username, email, sub]) {
    if (typeof given !== 'string') continue;
    const made = given
      .normalize('NFC')
      .replaceAll(/[^\p{L}\p{M}\p{N} ._-]/gu, '-')
      .trim()
      .slice(0, NAME_CHARACTERS_MAX);
    const name = readName(made);
    if (name !== undefined) return isReserved(name) ? undefined : name;
  }
  return undefined;
}

/** What the library says where no answer came, or none that it can read. */
const NO_ANSWER = new Set<string | undefined>(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON']);

/** The provider, or what it has sent, says no; anything else is that it could not be asked. */
function isRefusal(error: unknown): boolean {
  if (error instanceof AuthorizationResponseError) return true;
  if (error instanceof ResponseBodyError) return error.status < 500;
  return error instanceof ClientError && !NO_ANSWER.has(error.code);
}

/** What happened, without what a library may have put beside it: tokens and codes. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return `${error.message}${typeof code === 'string' ? ` (${code})` : ''}`;
}
