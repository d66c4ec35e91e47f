import {
  type AdministratorIdentity,
  type AdministratorPrincipal,
  type Clock,
  type Egress,
  INSTALLATION_TOKEN_SECRET,
  type Log,
  type Mailboxes,
  type Principal,
  requireScope,
  type Scope,
  type SecretVault,
  SILENT,
  type Tenant,
  TOKEN_SCOPES,
  TOKEN_SCOPES_DEFAULT,
  type TokenMinter,
} from '@vestnik/core';
import { invalid, isReserved, Problem, readName } from '@vestnik/protocol';
import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify, SignJWT } from 'jose';
import { CredentialRefused } from './refusal.js';
import { TenantKeys } from './tenant-keys.js';
import { readTokenHeader } from './token-form.js';

/** Key ids that begin with `vestnik` are the installation's; a second one makes it possible to change the secret. */
const INSTALLATION_KEY_ID = 'vestnik-1';
const INSTALLATION_ALGORITHM = 'HS256';
const SECRET_BYTES = 32;
export const LEEWAY_SECONDS = 60;
const TTL_SECONDS_MAX = 30 * 24 * 3600;
/** Of one that an administrator mints. */
export const ADMINISTRATOR_TTL_SECONDS_MAX = 3600;

/** Private claims of minted tokens. */
const CLAIM_KEY = 'vestnik_key';
/** In place of the key, where an administrator has minted it: `account:7`, `key:<id>`, `given:<mark>`. */
const CLAIM_ADMINISTRATOR = 'vestnik_administrator';
/** When it was issued, in milliseconds: `iat` in seconds would not tell before a revocation from after it. */
const CLAIM_ISSUED_MS = 'vestnik_iat_ms';

const KNOWN_SCOPES: ReadonlySet<string> = new Set(TOKEN_SCOPES);

/** What a token says, its signature and its times being good. */
export interface VerifiedToken {
  readonly client: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Milliseconds since 1970; of tokens that a tenant signs itself precise to the second, and then the second's start. */
  readonly issuedAt?: number;
  readonly expiresAt: number;
  /** Of a minted token: the key that minted it. */
  readonly keyId?: string;
  /** Of a token that an administrator minted: who. */
  readonly mintedBy?: AdministratorIdentity;
}

export interface ClientTokensParts {
  /** Name of the installation: a part of every `aud`. */
  readonly installation: string;
  readonly vault: SecretVault;
  readonly mailboxes: Pick<Mailboxes, 'ensure'>;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** Fetches the public keys of tenants that have them elsewhere. */
  readonly egress: Pick<Egress, 'fetch'>;
  readonly log?: Pick<Log, 'warn'>;
  /** The store's time, by which revocations are stamped too: a node's own clock may be ahead of it. */
  readonly storeTime: () => Promise<number>;
}

/** Client tokens: JWTs that the installation mints itself, and those that a tenant signs (section 5 of the protocol). */
export class ClientTokens implements TokenMinter {
  private readonly tenantKeys: TenantKeys;
  private installationSecret: Promise<Uint8Array> | undefined;

  constructor(private readonly parts: ClientTokensParts) {
    this.tenantKeys = new TenantKeys(parts.vault, parts.clock, parts.egress, parts.log ?? SILENT);
  }

  /** Drops what is remembered of tenants' keys: to be called when the directory has changed. */
  forget(): void {
    this.tenantKeys.forget();
  }

  /**
   * Checks form, signature, audience and times; not whether it was revoked.
   *
   * @param tenantName as it was asked for
   * @param tenant undefined where there is none of that name: a token is checked all the same, and refused
   * @throws CredentialRefused; Problem `unavailable`
   */
  async verify(token: string, tenantName: string, tenant: Tenant | undefined): Promise<VerifiedToken> {
    const header = readTokenHeader(token);
    const own = header.keyId !== undefined && isReserved(header.keyId);
    const audience = [`${tenantName}.${this.parts.installation}`];
    let payload: JWTPayload;
    if (own) {
      if (header.keyId !== INSTALLATION_KEY_ID) throw new CredentialRefused('key-id-not-named');
      if (header.algorithm !== INSTALLATION_ALGORITHM) throw new CredentialRefused('algorithm-not-named');
      const secret = await this.secret();
      payload = await checked(() => jwtVerify(token, secret, this.options(INSTALLATION_ALGORITHM, audience)));
    } else {
      if (tenant === undefined) throw new CredentialRefused('unknown-tenant');
      const key = await this.tenantKeys.find(tenant, header);
      if (tenant.settings.jwt?.bareAudience) audience.push(tenantName);
      const options = this.options(header.algorithm, audience);
      payload = await checked(() => (key.kind === 'secret' ? jwtVerify(token, key.secret, options) : jwtVerify(token, key.find, options)));
    }
    return this.read(payload, own);
  }

  async mint(
    by: Principal,
    client: string,
    ttlSeconds: number,
    scopes: readonly string[] = TOKEN_SCOPES_DEFAULT,
  ): Promise<{ token: string; expiresAt: number }> {
    requireScope(by, 'tokens');
    if (by.kind !== 'key' || by.keyId === undefined) throw new Problem('forbidden', 'a key mints tokens, a token does not');
    const name = check(client, ttlSeconds, TTL_SECONDS_MAX, scopes);
    if (scopes.includes('broadcast')) requireScope(by, 'broadcast');
    return this.sign(by.tenant, name, ttlSeconds, scopes, { [CLAIM_KEY]: by.keyId });
  }

  /** Nothing of it rests on the tenant's keys: with them gone it goes on, and the other way round. */
  async mintFor(
    by: AdministratorPrincipal,
    tenant: Tenant,
    client: string,
    ttlSeconds: number,
    scopes: readonly string[] = TOKEN_SCOPES_DEFAULT,
  ): Promise<{ token: string; expiresAt: number }> {
    if (by.identity === undefined || !mayMintAsAdministrator(by, tenant)) throw new Problem('forbidden', 'this needs an operator of the tenant');
    const name = check(client, ttlSeconds, ADMINISTRATOR_TTL_SECONDS_MAX, scopes);
    return this.sign(tenant, name, ttlSeconds, scopes, { [CLAIM_ADMINISTRATOR]: textOf(by.identity) });
  }

  private async sign(
    tenant: Tenant,
    name: string,
    ttlSeconds: number,
    scopes: readonly string[],
    claims: Readonly<Record<string, string>>,
  ): Promise<{ token: string; expiresAt: number }> {
    const secret = await this.secret();
    const [made] = await this.parts.mailboxes.ensure(tenant.id, 'client', [name]);
    const now = await this.parts.storeTime();
    // The revocation that is known by now came before, also where it was in this very millisecond.
    const revokedBefore = made?.mailbox.revokedBefore;
    const issuedAt = revokedBefore === undefined ? now : Math.max(now, revokedBefore + 1);
    const issuedSeconds = Math.floor(issuedAt / 1_000);
    const expiresSeconds = issuedSeconds + ttlSeconds;
    const token = await new SignJWT({ scope: [...new Set(scopes)].join(' '), ...claims, [CLAIM_ISSUED_MS]: issuedAt })
      .setProtectedHeader({ alg: INSTALLATION_ALGORITHM, kid: INSTALLATION_KEY_ID, typ: 'JWT' })
      .setSubject(name)
      .setAudience(`${tenant.name}.${this.parts.installation}`)
      .setIssuedAt(issuedSeconds)
      .setExpirationTime(expiresSeconds)
      .sign(secret);
    return { token, expiresAt: expiresSeconds * 1_000 };
  }

  private options(algorithm: string, audience: string[]): JWTVerifyOptions {
    return {
      algorithms: [algorithm],
      audience,
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(this.parts.clock.now()),
      requiredClaims: ['exp', 'sub', 'aud'],
    };
  }

  private read(payload: JWTPayload, own: boolean): VerifiedToken {
    const client = typeof payload.sub === 'string' ? readName(payload.sub) : undefined;
    if (client === undefined || isReserved(client)) throw new CredentialRefused('bad-claims');
    const expiresAt = (payload.exp as number) * 1_000;
    const keyId = own ? payload[CLAIM_KEY] : undefined;
    const issuedAt = own ? payload[CLAIM_ISSUED_MS] : payload.iat === undefined ? undefined : payload.iat * 1_000;
    const mintedBy = own && payload[CLAIM_ADMINISTRATOR] !== undefined ? identityOf(payload[CLAIM_ADMINISTRATOR]) : undefined;
    // One of both, or nobody's end would be its own.
    if (own && (typeof keyId === 'string') === (mintedBy !== undefined)) throw new CredentialRefused('bad-claims');
    if (issuedAt !== undefined && typeof issuedAt !== 'number') throw new CredentialRefused('bad-claims');
    // One from the future would outlive every revocation.
    if (issuedAt !== undefined && issuedAt > this.parts.clock.now() + LEEWAY_SECONDS * 1_000) throw new CredentialRefused('not-yet-valid');
    return {
      client,
      scopes: scopesOf(payload.scope),
      issuedAt,
      expiresAt,
      keyId: keyId as string | undefined,
      ...(mintedBy === undefined ? {} : { mintedBy }),
    };
  }

  /** Asked for until it was had once; it does not change while the node lives. */
  private secret(): Promise<Uint8Array> {
    this.installationSecret ??= this.parts.vault.ensure(INSTALLATION_TOKEN_SECRET, SECRET_BYTES).catch((error: unknown) => {
      this.installationSecret = undefined;
      throw error;
    });
    return this.installationSecret;
  }
}

/** An operator, of the whole installation or of this tenant. */
export function mayMintAsAdministrator({ role, tenants }: Pick<AdministratorPrincipal, 'role' | 'tenants'>, tenant: Tenant): boolean {
  return role !== 'viewer' && tenants?.includes(tenant.name) !== false;
}

/** @returns the client's name, as it is kept */
function check(client: string, ttlSeconds: number, ttlSecondsMax: number, scopes: readonly string[]): string {
  const name = readName(client);
  if (name === undefined) throw invalid('request-invalid', 'client', 'a client is 1 to 128 letters, digits, space, . _ - with no space at either end');
  if (isReserved(name)) throw invalid('request-invalid', 'client', 'names that begin with vestnik are the bus’s own');
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > ttlSecondsMax)
    throw invalid('request-invalid', 'ttl', `whole seconds, 1 to ${ttlSecondsMax}`);
  if (scopes.length === 0) throw invalid('request-invalid', 'scope', `name at least one of ${TOKEN_SCOPES.join(', ')}, or leave it out`);
  const unknown = scopes.find((scope) => !KNOWN_SCOPES.has(scope));
  if (unknown !== undefined) throw invalid('request-invalid', 'scope', `one of ${TOKEN_SCOPES.join(', ')}`);
  return name;
}

function textOf(identity: AdministratorIdentity): string {
  return `${identity.kind}:${identity.kind === 'given' ? identity.mark : identity.id}`;
}

function identityOf(claim: unknown): AdministratorIdentity {
  const [, kind, id] = typeof claim === 'string' ? (/^(account|key|given):([\w-]{1,64})$/.exec(claim) ?? []) : [];
  if (id === undefined) throw new CredentialRefused('bad-claims');
  if (kind === 'account') return { kind, id: Number(id) };
  return kind === 'key' ? { kind, id } : { kind: 'given', mark: id };
}

/**
 * Separated by spaces (RFC 8693, section 4.2), or a list. Words that are not ours are passed over: a tenant's own
 * sign-in service puts its own there.
 */
function scopesOf(claim: unknown): ReadonlySet<Scope> {
  if (claim === undefined) return new Set(TOKEN_SCOPES_DEFAULT);
  const words = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : undefined;
  if (words === undefined) throw new CredentialRefused('bad-claims');
  return new Set(words.filter((word): word is Scope => typeof word === 'string' && KNOWN_SCOPES.has(word)));
}

/** What the library finds wrong, in our words; what is no fault of the token goes on as it is. */
async function checked(verify: () => Promise<{ payload: JWTPayload }>): Promise<JWTPayload> {
  try {
    return (await verify()).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new CredentialRefused('expired');
    if (error instanceof errors.JWTClaimValidationFailed) {
      throw new CredentialRefused(error.claim === 'aud' ? 'other-audience' : error.claim === 'nbf' ? 'not-yet-valid' : 'bad-claims');
    }
    if (error instanceof errors.JWSSignatureVerificationFailed) throw new CredentialRefused('bad-signature');
    if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw new CredentialRefused('no-key-for-it');
    // A key of the wrong kind for the algorithm is a TypeError there.
    if (error instanceof errors.JOSEError || error instanceof TypeError) throw new CredentialRefused('malformed-token');
    throw error;
  }
}
